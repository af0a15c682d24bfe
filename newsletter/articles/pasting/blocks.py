"""The few kinds of text that an article has, and lists made of loose lines."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Self

# The levels of headings that we have; "h1" is the title's.
_LEVELS = {"h1": "h2", "h4": "h3", "h5": "h3", "h6": "h3"}
LISTS = ("ul", "ol")

# A sign of a list that became text: as Word's own fonts spell it, or a person.
_BULLET = re.compile(
    r"^(?:(?P<sure>[·•▪◦●○‣⁃\uf0b7\uf0a7])[\s\u00a0]*|(?P<word>[o§–-])\u00a0[\s\u00a0]+"
    r"|(?P<number>\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)])\u00a0[\s\u00a0]+)(?=\S)"
)
_DEPTH = {"o": 2, "◦": 2, "○": 2, "§": 3, "▪": 3, "\uf0a7": 3}


@dataclass(frozen=True)
class Block:
    """A paragraph, heading, quotation or list, with the HTML inside it."""

    tag: str
    inner: str

    @property
    def html(self) -> str:
        """Return it with a tag that we have."""
        tag = _LEVELS.get(self.tag, self.tag)
        return f"<{tag}>{self.inner}</{tag}>"

    @property
    def text(self) -> str:
        """Return its words; an item, a line and a paragraph each end theirs."""
        broken = re.sub(r"<br>|</p>|</li>|</h[1-6]>", "\n", self.inner)
        lines = unescape(re.sub(r"<[^>]*>", "", broken)).split("\n")
        return "\n".join(" ".join(line.split()) for line in lines if line.strip())

    def inside(self, tag: str) -> Self:
        """Return it with its text inside an inline tag such as ``<strong>``."""
        if self.tag in ("p", "h1", "h2", "h3", "h4", "h5", "h6"):
            name = tag[1:].split()[0].rstrip(">")
            return type(self)(self.tag, f"{tag}{self.inner}</{name}>")
        return self


@dataclass(frozen=True)
class Item:
    """A line that a program set as one of a list; ``depth`` counts from 1."""

    depth: int
    tag: str
    inner: str


def item_of(block: Block) -> Block | Item:
    """Return the item that a paragraph beginning with a bullet is."""
    inner = unescape_spaces(block.inner)
    found = _BULLET.match(inner) if block.tag == "p" else None
    if not found:
        return block
    sign = found["sure"] or found["word"] or ""
    tag = "ol" if found["number"] else "ul"
    while again := _BULLET.match(inner):
        inner = inner[again.end() :]
    return Item(_DEPTH.get(sign, 1), tag, inner)


def unescape_spaces(html: str) -> str:
    """Write hard spaces as themselves."""
    return html.replace("&nbsp;", "\u00a0").replace("&#160;", "\u00a0")


def with_lists(parts: Sequence[Block | Item]) -> list[Block]:
    """Make lists of loose items, and one list of those that stand side by side."""
    blocks: list[Block] = []
    items: list[Item] = []
    for part in parts:
        if isinstance(part, Item):
            items.append(part)
            continue
        blocks += _lists_of(items)
        items = []
        blocks.append(part)
    return _joined([*blocks, *_lists_of(items)])


def _joined(blocks: Sequence[Block]) -> list[Block]:
    joined: list[Block] = []
    for block in blocks:
        if block.tag in LISTS and joined and joined[-1].tag == block.tag:
            joined[-1] = Block(block.tag, joined[-1].inner + block.inner)
        else:
            joined.append(block)
    return joined


def _lists_of(items: Sequence[Item]) -> Iterator[Block]:
    """Nest the items by their depth; a list of another kind is another list."""
    place = 0
    while place < len(items):
        first = items[place]
        rows = []
        while place < len(items):
            item = items[place]
            if item.depth <= first.depth and item.tag != first.tag:
                break
            end = place + 1
            while end < len(items) and items[end].depth > item.depth:
                end += 1
            below = "".join(block.html for block in _lists_of(items[place + 1 : end]))
            rows.append(f"<li><p>{item.inner}</p>{below}</li>")
            place = end
        yield Block(first.tag, "".join(rows))
