"""Runs of text: loose words become paragraphs and rows, and lose what is untidy."""

import re
from html import escape

from newsletter.articles.pasting.blocks import (
    LISTS,
    Block,
    Item,
    item_of,
    unescape_spaces,
)

_SPACES = re.compile(r"[ \t\r\n\f]+")
_LOOSE_SPACES = re.compile(r"[ \u00a0]*(?: \u00a0|\u00a0 |\u00a0{2})[ \u00a0]*")


def text_of(text: str | None) -> str:
    """Return the words between two tags, escaped, with the spaces that count."""
    return escape(_SPACES.sub(" ", text or ""), quote=False)


def says_anything(inner: str) -> bool:
    """Tell whether there is more in it than spaces and breaks."""
    return bool(re.sub(r"<br>|[\s\u00a0]", "", inner))


def trimmed(inner: str) -> str:
    """Return it without spaces and breaks at its ends, and with bold joined up."""
    inner = _LOOSE_SPACES.sub(" ", unescape_spaces(inner))
    inner = re.sub(r"</(strong|em)>( ?)<\1>", r"\2", inner)
    inner = re.sub(r"[ \u00a0]*<br>[ \u00a0]*", "<br>", inner)
    inner = re.sub(r" {2,}", " ", inner)
    return _without_ends(inner)


def _without_ends(inner: str) -> str:
    return re.sub(r"^(?:<br>|[\s\u00a0])+|(?:<br>|[\s\u00a0])+$", "", inner)


def paragraphs(inner: str) -> list[Block | Item]:
    """Return the paragraphs that a run of text makes; two breaks part them."""
    parts = re.split(r"(?:[\s\u00a0]*<br>[\s\u00a0]*){2,}", unescape_spaces(inner))
    found = [_without_ends(part) for part in parts if says_anything(part)]
    items = [item_of(Block("p", part)) for part in found]
    return [
        Block("p", inside) if isinstance(item, Block) else
        Item(item.depth, item.tag, inside)
        for item in items
        if (inside := trimmed(item.inner))
    ]  # fmt: skip


def loose_row(text: str | None) -> list[str]:
    """Make an item of text that stands between the items."""
    return [f"<li><p>{part.inner}</p></li>" for part in paragraphs(text_of(text))]


def in_row(block: Block) -> str:
    """Return a block as an item has it: no headings and no quotations in lists."""
    if block.tag == "blockquote":
        return block.inner
    return block.html if block.tag in LISTS else f"<p>{block.inner}</p>"


def hung_below(row: str, inside: str, tag: str) -> str:
    """Put a list at the end of an item, or of the list with which that ends."""
    above = row.removesuffix("</li>")
    if above.endswith(f"</{tag}>"):
        above = above.removesuffix(f"</{tag}>")
        inside = inside.removeprefix(f"<{tag}>")
    return f"{above}{inside}</li>"
