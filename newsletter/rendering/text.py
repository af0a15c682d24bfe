"""Prose as plain text that is pleasant to read: short lines, links on their own."""

import textwrap
from html.parser import HTMLParser

WIDTH = 78


def wrapped(text: str, *, first: str = "", rest: str = "") -> str:
    """Return the text in lines of at most 78, never breaking an address."""
    return textwrap.fill(
        " ".join(text.split()),
        width=WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


class _ProseReader(HTMLParser):
    """Collects blocks of cleaned prose; links are gathered behind their block."""

    _BLOCKS = frozenset({"p", "h2", "h3", "li", "blockquote"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[str] = []
        self._words: list[str] = []
        self._hrefs: list[str] = []
        self._lists: list[int | None] = []
        self._in_quote = 0
        self._at_item = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("ul", "ol"):
            self._finish()
            self._lists.append(0 if tag == "ol" else None)
        elif tag == "br":
            self._words.append(" ")
        elif tag == "a":
            self._hrefs.append(dict(attrs).get("href") or "")
        elif tag in self._BLOCKS:
            self._finish()
            self._in_quote += tag == "blockquote"
            self._at_item |= tag == "li"

    def handle_endtag(self, tag: str) -> None:
        if tag in self._BLOCKS:
            self._finish()
            self._in_quote -= tag == "blockquote"
        elif tag in ("ul", "ol") and self._lists:
            self._lists.pop()

    def handle_data(self, data: str) -> None:
        self._words.append(data)

    def close(self) -> None:
        super().close()
        self._finish()

    def _finish(self) -> None:
        words = " ".join("".join(self._words).split())
        self._words = []
        if not words:
            return
        first = rest = "> " if self._in_quote else ""
        if self._lists:
            first, rest = f"{self._marker()} ", "  "
        block = wrapped(words, first=first, rest=rest)
        self.blocks.append("\n".join([block, *self._hrefs]))
        self._hrefs = []

    def _marker(self) -> str:
        """Return the sign before a block: a further paragraph of an item has none."""
        if not self._at_item:
            return " "
        self._at_item = False
        count = self._lists[-1]
        if count is None:
            return "-"
        self._lists[-1] = count + 1
        return f"{count + 1}."


def prose_as_text(html: str) -> str:
    """Return cleaned prose as plain text; every link stands on a line of its own."""
    reader = _ProseReader()
    reader.feed(html)
    reader.close()
    return "\n\n".join(reader.blocks)
