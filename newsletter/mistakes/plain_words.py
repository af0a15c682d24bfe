"""The markup of a mail as plain text, with quotes marked as mail programs mark them."""

import re
from html.parser import HTMLParser

import nh3

_KEPT = {"a", "blockquote", "br", "div", "hr", "li", "p", "td", "tr"} | {
    f"h{number}" for number in range(1, 7)
}
_OWN_LINE = _KEPT - {"a", "blockquote", "br", "hr", "td"}
# With more than these, one inside the other, reading them would take minutes.
_MOST_TAGS = 20_000
# As Outlook writes it above what is quoted.
_RULE = "_" * 32


class _Reader(HTMLParser):
    """Writes lines; what stands in a ``blockquote`` begins with ``>``."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = [""]
        self.links: list[str] = []
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.links.append(dict(attrs).get("href") or "")
        elif tag == "br":
            self.lines.append("")
        elif tag == "hr":
            self._begin()
            self.lines += [_RULE, ""]
        elif tag == "blockquote":
            self._begin()
            self.depth += 1
        elif tag in _OWN_LINE:
            self._begin()

    def handle_endtag(self, tag: str) -> None:
        if tag == "blockquote":
            self._begin()
            self.depth = max(self.depth - 1, 0)
        elif tag == "p":
            self._begin()
            self.lines.append(">" * self.depth)
            self.lines.append("")
        elif tag in _OWN_LINE:
            self._begin()
        elif tag == "td":
            self.handle_data(" ")

    def handle_data(self, data: str) -> None:
        words = re.sub(r"\s+", " ", data)
        if not self.lines[-1]:
            words = words.lstrip()
            if words and self.depth:
                words = f"{'>' * self.depth} {words}"
        self.lines[-1] += words

    def _begin(self) -> None:
        if self.lines[-1]:
            self.lines.append("")


def plain_words(markup: str) -> tuple[str, list[str]]:
    """Return the text of markup, and where its links lead."""
    if markup.count("<") > _MOST_TAGS:
        return " ".join(re.sub(r"<[^<>]*>", " ", markup).split()), []
    # It also drops scripts and styles with their content, and closes what is open.
    clean = nh3.clean(markup, tags=_KEPT, attributes={"a": {"href"}}, link_rel=None)
    reader = _Reader()
    reader.feed(clean)
    reader.close()
    text = "\n".join(line.rstrip() for line in reader.lines)
    return re.sub(r"\n{3,}", "\n\n", text).strip(), [one for one in reader.links if one]
