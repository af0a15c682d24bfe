"""A piece as some page, paste or file tells it, before it is an article of ours."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from newsletter.articles.page_text import (
    Block,
    Heading,
    ListOfItems,
    MustRead,
    Paragraph,
    ParsedArticle,
    Quote,
    UnreadablePage,
)
from newsletter.articles.pasting import Image, LeftOut
from newsletter.articles.sanitising import clean_prose

LONGEST_TITLE = 200


@dataclass(frozen=True)
class Piece:
    """What was understood, and what could not be taken along.

    Attributes:
        body: the text below the lead, safe, with its bold and its links.
        source_url: where it stands on the magazine's site, or "".
        image: the picture above it, not fetched yet.
        is_page_text: read from the text of a page of ours, which is published.
    """

    page: ParsedArticle
    body: str
    source_url: str = ""
    image: Image | None = None
    left_out: tuple[LeftOut, ...] = ()
    is_page_text: bool = False

    @property
    def fingerprint(self) -> str:
        """Return the same for the same words, to see whether a page was changed."""
        told = "\0".join((self.page.title, self.page.lead or "", self.body))
        return hashlib.sha256(told.encode()).hexdigest()


PieceResult = Piece | UnreadablePage


def piece_of(page: ParsedArticle) -> Piece:
    """Return the piece that a plain text of a page tells."""
    return Piece(page, body_html(page), is_page_text=True)


def body_html(page: ParsedArticle) -> str:
    """Return the text as rich text: headings, paragraphs, quotes and lists."""
    return clean_prose("".join(_pieces(page)))


def _pieces(page: ParsedArticle) -> Iterator[SafeString]:
    if len(page.title) > LONGEST_TITLE:
        # Too long for a title, so it is cut off there; no word is lost.
        yield _paragraph(page.title)
    for block in page.blocks:
        yield block_html(block)


def block_html(block: Block) -> SafeString:
    """Return one block as rich text; a pointer is none, it has a place of its own."""
    match block:
        case Heading(text):
            return format_html("<h2>{}</h2>", text)
        case Paragraph(text):
            return _paragraph(text)
        case Quote(text, attribution):
            speaker = format_html("<p>— {}</p>", attribution) if attribution else ""
            return format_html("<blockquote><p>{}</p>{}</blockquote>", text, speaker)
        case ListOfItems(items):
            rows = format_html_join("", "<li><p>{}</p></li>", ((i,) for i in items))
            return format_html("<ul>{}</ul>", rows)
        case MustRead():
            return mark_safe("")


def _paragraph(text: str) -> SafeString:
    lines = mark_safe("<br>".join(escape(line) for line in text.split("\n")))  # noqa: S308 (each line is escaped)
    return format_html("<p>{}</p>", lines)
