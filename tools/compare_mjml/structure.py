"""What a reader gets from a mail, whichever engine compiled it."""

from dataclasses import dataclass, fields

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString


@dataclass(frozen=True)
class Structure:
    """Everything in reading order; what only Outlook sees is left out."""

    words: tuple[str, ...]
    headings: tuple[str, ...]
    links: tuple[str, ...]
    pictures: tuple[str, ...]
    roles: tuple[str, ...]
    language: tuple[str, ...]

    @classmethod
    def of(cls, html: str) -> "Structure":
        """Read it from the whole page."""
        soup = BeautifulSoup(html, "html.parser")
        body = soup.body or soup
        return cls(
            words=tuple(_words(body)),
            headings=tuple(
                f"{tag.name} {tag.get_text(' ', strip=True)}"
                for tag in body.select("h1,h2,h3,h4")
            ),
            links=tuple(str(tag["href"]) for tag in body.select("a[href]")),
            pictures=tuple(_picture(tag) for tag in body.select("img")),
            # How many tables it takes differs; that none of them is a table does not.
            roles=tuple(sorted({str(t.get("role")) for t in body.select("table")})),
            language=tuple(
                f"{tag.get('lang')} {tag.get('dir')}"
                for tag in soup.select("html, [role=article]")
            ),
        )

    def differences(self, other: "Structure") -> list[str]:
        """Say where two differ, one line for each kind of thing."""
        found = []
        for field in fields(self):
            mine, theirs = getattr(self, field.name), getattr(other, field.name)
            if mine != theirs:
                found.append(f"{field.name}: {_first_apart(mine, theirs)}")
        return found


def _words(body: Tag) -> list[str]:
    read = [
        text
        for text in body.find_all(string=True)
        if type(text) is NavigableString and text.parent and text.parent.name != "style"
    ]
    # Without joiners and soft spaces that an engine adds behind a preheader.
    return " ".join(read).replace("\u200c", " ").split()


def _picture(tag: Tag) -> str:
    return f"{tag.get('src')} alt={tag.get('alt')!r} width={tag.get('width')}"


def _first_apart(mine: tuple[str, ...], theirs: tuple[str, ...]) -> str:
    for place, (one, other) in enumerate(zip(mine, theirs, strict=False)):
        if one != other:
            return f"at {place}, ours {one!r}, theirs {other!r}"
    return f"ours has {len(mine)}, theirs {len(theirs)}"
