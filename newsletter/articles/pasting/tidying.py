"""From the HTML of Word, Google Docs, Outlook, Apple or a site to plain blocks."""

import re
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import unquote, urlsplit

import nh3
from lxml import html as lxml_html

from newsletter.articles.pasting.blocks import (
    LISTS,
    Block,
    Item,
    with_lists,
)
from newsletter.articles.pasting.links import clean_link
from newsletter.articles.pasting.notes import Image, Kind, LeftOut
from newsletter.articles.pasting.runs import (
    hung_below,
    in_row,
    loose_row,
    paragraphs,
    says_anything,
    text_of,
    trimmed,
)
from newsletter.articles.pasting.styles import (
    Marks,
    around_lines,
    is_hidden,
    marks_of,
    style_of,
    word_level,
)

_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_TEXT_BLOCKS = {"p", "dt", "dd", "figcaption", "caption", "pre", "address", *_HEADINGS}
_CONTAINERS = {
    *("div", "section", "article", "main", "header", "footer", "aside", "figure"),
    *("center", "dl", "nav", "details", "summary", "fieldset", "hgroup", "hr"),
}
_TABLE = {"table", "thead", "tbody", "tfoot", "tr", "td", "th"}
_BLOCKS = _TEXT_BLOCKS | _CONTAINERS | _TABLE | {"ul", "ol", "li", "blockquote"}
_EMBEDS = {"iframe", "video", "audio", "object", "embed"}
_FORMS = {"input", "select", "textarea", "button"}
_INLINE = {"a", "b", "strong", "i", "em", "span", "font", "br", "img", "del", "s"}
# Read in a browser's way first, so that no cleverly broken HTML means something else.
_READER = nh3.Cleaner(
    tags=_BLOCKS | _EMBEDS | _FORMS | _INLINE,
    clean_content_tags={"script", "style", "title", "template", "svg", "math"},
    attributes={
        "*": {"style", "class", "hidden"},
        "a": {"href"},
        "img": {"src", "alt"},
        **{tag: {"src", "data"} for tag in _EMBEDS},
        "input": {"type"},
    },
    url_schemes={"http", "https", "mailto", "tel", "data", "file", "cid", "blob"},
    strip_comments=True,
    link_rel=None,
)
# Browsers read these codes as Windows wrote them; a strict reader drops them.
_FROM_WINDOWS = {
    code: bytes([code]).decode("cp1252")
    for code in range(0x80, 0xA0)
    if code not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
} | {0x200B: None}
_DEEPEST = 150


@dataclass(frozen=True)
class Tidied:
    """The text in plain blocks, and what was not taken over as it was."""

    blocks: tuple[Block, ...]
    left_out: tuple[LeftOut, ...]
    images: tuple[Image, ...]

    @property
    def html(self) -> str:
        """Return the text as HTML with the tags that we have."""
        return "".join(block.html for block in self.blocks)


def tidy(html: str) -> Tidied:
    """Return what the HTML says. It is not safe yet: ``sanitising`` sees to that.

    Raises:
        ValueError: it is nested deeper than any text.
    """
    return _Tidying().read(html)


class _Tidying:
    """Walks through the tree once, remembering what it leaves out."""

    def __init__(self) -> None:
        self.left_out: list[LeftOut] = []
        self.images: list[Image] = []

    def read(self, html: str) -> Tidied:
        readable = _READER.clean(html.translate(_FROM_WINDOWS))
        root = lxml_html.fragment_fromstring(readable, create_parent="div")
        if _is_deeper(root, _DEEPEST):
            raise ValueError("nested too deeply")
        blocks = with_lists(self.parts(root, Marks()))
        return Tidied(tuple(blocks), tuple(self.left_out), tuple(self.images))

    # --- Blocks ---

    def parts(self, element: Any, marks: Marks) -> list[Block | Item]:
        """Return the blocks in an element; loose text becomes paragraphs."""
        parts: list[Block | Item] = []
        run = [text_of(element.text)]
        for child in element:
            if _is_block(child):
                parts += paragraphs("".join(run))
                run = []
                parts += self.block(child, marks)
            else:
                run.append(self.inline(child, marks))
            run.append(text_of(child.tail))
        return parts + paragraphs("".join(run))

    def block(self, element: Any, marks: Marks) -> list[Block | Item]:
        tag = element.tag
        if self.is_left_out(element):
            return []
        if tag in LISTS:
            return self.list_of(element, marks)
        if tag == "table":
            return self.table(element, marks)
        if tag == "blockquote" or (tag == "p" and "quote" in _class(element)):
            return self.quotation(element, marks)
        level = word_level(element)
        if level and tag in _TEXT_BLOCKS:
            return [self.word_item(element, level, marks)]
        if tag == "p" and "msotitle" in _class(element):
            tag = "h1"
        if tag == "pre":
            return paragraphs(escape(element.text_content()).replace("\n", "<br>"))
        if tag in _TEXT_BLOCKS and not any(map(_is_block, element)):
            own = marks.bare() if tag in _HEADINGS else marks
            return self.text_block(element, tag, own)
        return self.around(element, marks)

    def text_block(self, element: Any, tag: str, marks: Marks) -> list[Block | Item]:
        inner = self.content(element, marks)
        if tag in _HEADINGS:
            inner = trimmed(re.sub(r"</?(?:strong|em)>|<br>", " ", inner))
            return [Block(tag, inner)] if says_anything(inner) else []
        return paragraphs(inner)

    def around(self, element: Any, marks: Marks) -> list[Block | Item]:
        """Take what is inside, also where a link or bold letters are around blocks."""
        parts = self.parts(element, marks_of(element, marks))
        if element.tag != "a" or not (link := _opening(element)):
            return parts
        return [
            part.inside(link) if isinstance(part, Block) else part for part in parts
        ]

    def quotation(self, element: Any, marks: Marks) -> list[Block | Item]:
        blocks = with_lists(self.parts(element, marks))
        inner = "".join(
            inside.inner if inside.tag == "blockquote" else inside.html
            for inside in blocks
        )
        return [Block("blockquote", inner)] if inner else []

    def list_of(self, element: Any, marks: Marks) -> list[Block | Item]:
        rows = loose_row(element.text)
        for child in element:
            if child.tag in LISTS and rows:
                # Some programs hang a list beside the item that it belongs to.
                inside = "".join(block.html for block in self.blocks(child, marks))
                rows[-1] = hung_below(rows[-1], inside, child.tag)
            else:
                rows += self.row(child, marks)
            rows += loose_row(child.tail)
        return [Block(element.tag, "".join(rows))] if rows else []

    def blocks(self, element: Any, marks: Marks) -> list[Block]:
        return with_lists(self.block(element, marks))

    def row(self, element: Any, marks: Marks) -> list[str]:
        if self.is_left_out(element):
            return []
        inside = with_lists(self.parts(element, marks_of(element, marks)))
        inner = "".join(map(in_row, inside))
        return [f"<li>{inner}</li>"] if inner else []

    def word_item(self, element: Any, level: int, marks: Marks) -> Item:
        marker = "".join(
            span.text_content()
            for span in element.iter("span")
            if style_of(span).get("mso-list", "").lower() == "ignore"
        ).strip(" \u00a0")
        tag = "ol" if re.match(r"\(?\w{1,4}[.)]", marker) else "ul"
        return Item(level, tag, trimmed(self.content(element, marks)))

    def table(self, element: Any, marks: Marks) -> list[Block | Item]:
        """Take a table of one column for layout; make a line of each row of others."""
        rows = [
            [cell for cell in row if cell.tag in ("td", "th")]
            for row in element.iter("tr")
            if next(row.iterancestors("table")) is element
        ]
        rows = [row for row in rows if any(cell.text_content().strip() for cell in row)]
        if all(len(row) == 1 for row in rows):
            return [part for row in rows for part in self.parts(row[0], marks)]
        lines: list[Block | Item] = []
        for row in rows:
            cells = [self.line(cell, marks) for cell in row]
            lines += paragraphs(" | ".join(filter(None, cells)))
        first = next((line.text for line in lines if isinstance(line, Block)), "")
        self.left_out.append(LeftOut(Kind.TABLE, _short(first)))
        return lines

    def line(self, element: Any, marks: Marks) -> str:
        inside = with_lists(self.parts(element, marks))
        # A paragraph keeps its links and letters, anything else its words.
        return " ".join(
            block.inner if block.tag == "p" else escape(" ".join(block.text.split()))
            for block in inside
        )

    # --- Inside a block ---

    def content(self, element: Any, marks: Marks) -> str:
        inside = marks_of(element, marks)
        pieces = [text_of(element.text)]
        for child in element:
            pieces += [self.inline(child, inside), text_of(child.tail)]
        return "".join(pieces)

    def inline(self, element: Any, marks: Marks) -> str:
        tag = element.tag
        if tag == "br":
            return "<br>"
        if tag == "img":
            return self.image(element)
        if self.is_left_out(element):
            return ""
        if "apple-converted-space" in _class(element):
            return " "
        own = marks_of(element, marks)
        inner = self.content(element, marks)
        if not says_anything(inner):
            return inner if not inner.strip(" \u00a0") or "<br>" in inner else ""
        if tag == "a" and (opening := _opening(element)):
            inner = around_lines(opening, inner)
        return own.around(inner, outside=marks)

    def image(self, element: Any) -> str:
        """Keep a smiley that some sites draw; note any other picture."""
        address, alt = element.get("src", ""), element.get("alt", "").strip()
        if 0 < len(alt) <= 8 and not re.search(r"[\w.]", alt):
            return escape(alt)
        if address.startswith("data:"):
            self.left_out.append(LeftOut(Kind.DRAWN_IN, _short(alt)))
            return ""
        self.left_out.append(LeftOut(Kind.PICTURE, _short(alt) or _file(address)))
        self.images.append(Image(address, alt, _caption(element)))
        return ""

    def is_left_out(self, element: Any) -> bool:
        """Tell whether nothing of an element is text; note what a reader would miss."""
        tag, words = element.tag, _short(element.text_content())
        if tag in _EMBEDS:
            self.left_out.append(LeftOut(Kind.EMBED, _embedded(element)))
            return True
        if tag in _FORMS:
            if element.get("type") != "hidden":
                form = LeftOut(Kind.FORM)
                self.left_out += [] if form in self.left_out else [form]
            return True
        style = style_of(element)
        if style.get("mso-element") == "comment":
            plain = re.sub(r"^\[\w+\]\s*", "", words)
            self.left_out.append(LeftOut(Kind.COMMENT, plain))
            return True
        if style.get("mso-list", "").lower() == "ignore" or _points_at_comment(element):
            return True
        if tag == "del" or "msodel" in _class(element):
            self.left_out.append(LeftOut(Kind.DELETED, words))
            return True
        return is_hidden(element)


# --- Small words ---


def _points_at_comment(element: Any) -> bool:
    names = ("msocomanchor", "msocomoff", "msocommentreference")
    return any(name in _class(element) for name in names)


def _is_block(element: Any) -> bool:
    if element.tag in _BLOCKS:
        return True
    return any(inside.tag in _BLOCKS for inside in element.iterdescendants())


def _is_deeper(element: Any, depth: int) -> bool:
    level = [element]
    for _ in range(depth):
        level = [child for parent in level for child in parent]
        if not level:
            return False
    return True


def _class(element: Any) -> str:
    return str(element.get("class", "")).lower()


def _opening(link: Any) -> str:
    """Return the opening tag of a link that leads somewhere, else ""."""
    address = clean_link(link.get("href", ""))
    if not re.match(r"(?:https?|mailto|tel):", address, re.IGNORECASE):
        return ""
    return f'<a href="{escape(address)}">'


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 60 else f"{words[:59].rstrip()}…"


def _file(address: str) -> str:
    return _short(unquote(address.replace("\\", "/").rpartition("/")[2].split("?")[0]))


def _embedded(element: Any) -> str:
    address = element.get("src") or element.get("data") or ""
    for source in element.iter("source"):
        address = address or source.get("src", "")
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _caption(image: Any) -> str:
    for figure in image.iterancestors("figure"):
        for caption in figure.iter("figcaption"):
            return " ".join(caption.text_content().split())
    return ""
