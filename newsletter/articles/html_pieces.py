"""A whole article from HTML: pasted, from a file, or cut out of a web page.

The reader of page texts knows what a byline, a pointer, an advert and an expert look
like, so it reads the words; where it takes a block for text, the block itself is kept,
with its bold, its links and its own idea of what a heading is.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from newsletter.articles.page_text import (
    Block as Understood,
)
from newsletter.articles.page_text import (
    Heading,
    ListOfItems,
    MustRead,
    Paragraph,
    ParsedArticle,
    Quote,
    UnreadablePage,
    parse_one,
)
from newsletter.articles.page_text.header import read_header
from newsletter.articles.page_text.wording import CAPTION, MUST_READ
from newsletter.articles.pasting import Block, Kind, LeftOut, tidy
from newsletter.articles.pieces import Piece, block_html
from newsletter.articles.sanitising import clean_typed

_LONGEST_HEADER_LINE = 160
_LINES_OF_HEADER = 4
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_LONGEST_BOLD_HEADING = 80


def read_html(html: str, *, title: str = "") -> Piece:
    """Read one article.

    Args:
        title: where it is known already and may not stand in the text.

    Raises:
        UnreadablePage: there is no title, or no text below it.
    """
    try:
        tidied = tidy(html)
    except ValueError as error:
        raise UnreadablePage("This page is built too strangely to be read.") from error
    blocks = in_page_order(_with_headings(tidied.blocks), title)
    if not blocks:
        raise UnreadablePage("The text is empty.")
    page = parse_one("\n\n".join(map(_as_text, blocks)))
    kept = _Kept(blocks)
    read = [kept.read(block) for block in page.blocks]
    page = replace(page, blocks=tuple(block for block, _html in read))
    body = "".join(html for _block, html in read)
    left_out = (*tidied.left_out, *kept.not_taken(page))
    image = tidied.images[0] if tidied.images else None
    return Piece(page, clean_typed(body), image=image, left_out=left_out)


def in_page_order(blocks: Sequence[Block], title: str = "") -> list[Block]:
    """Return the blocks with byline and reading time above the title.

    That is how the magazine's own pages have it; elsewhere they stand below it.
    """
    if title and not any(_key(block.text) == _key(title) for block in blocks[:6]):
        blocks = [Block("h1", title), *blocks]
    at = next((at for at, block in enumerate(blocks) if block.tag == "h1"), None)
    if at is None and title:
        at = next(at for at, b in enumerate(blocks) if _key(b.text) == _key(title))
    if at is None:
        return list(blocks)
    end = at + 1
    while end < min(len(blocks), at + 1 + _LINES_OF_HEADER) and _is_header(blocks[end]):
        end += 1
    return [*blocks[:at], *blocks[at + 1 : end], blocks[at], *blocks[end:]]


def _is_header(block: Block) -> bool:
    """Tell a line that says who, when or how long from a line of the text."""
    if block.tag != "p" or len(block.text) > _LONGEST_HEADER_LINE:
        return False
    _header, left = read_header([block.text.split("\n")])
    return not left


def _with_headings(blocks: Iterable[Block]) -> list[Block]:
    """Take short lines that are bold as a whole for what their writer meant by them.

    Only where nothing else is a heading: otherwise the bold was meant as bold.
    """
    blocks = list(blocks)
    if any(block.tag in _HEADINGS for block in blocks):
        return blocks
    return [_heading_in_bold(block) or block for block in blocks]


def _heading_in_bold(block: Block) -> Block | None:
    found = re.fullmatch(r"<strong>((?:(?!</?strong>).)+)</strong>", block.inner)
    if block.tag != "p" or not found or len(block.text) > _LONGEST_BOLD_HEADING:
        return None
    if block.text[-1] in ".,:;…" or MUST_READ.match(block.text):
        return None
    return Block("h2", found[1])


# --- As plain text, and back ---


def _as_text(block: Block) -> str:
    lines = block.text.split("\n")
    if block.tag in ("ul", "ol"):
        return "\n".join(f"• {line}" for line in lines)
    if block.tag == "blockquote":
        return _quoted(lines)
    address = re.search(r'<a href="([^"]+)"', block.inner)
    if address and MUST_READ.match(lines[0]):
        return f"{' '.join(lines)} {address[1].replace('&amp;', '&')}"
    return "\n".join(lines)


def _quoted(lines: list[str]) -> str:
    *said, last = lines
    if said and (speaker := re.match(r"^[—–-]\s*(.+)$", last)):
        return f"“{' '.join(said).strip('“”')}” – {speaker[1]}"
    return f"“{' '.join(lines).strip('“”')}”"


def _key(text: str) -> str:
    """Return what stays the same in any spelling of the same words."""
    return re.sub(r"[\W_]+", "", text).casefold()


class _Kept:
    """The blocks as they came, to be found again by their words."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.by_words: dict[str, list[Block]] = defaultdict(list)
        for block in blocks:
            self.by_words[_key(block.text)].append(block)
        self.has_headings = any(block.tag in _HEADINGS for block in blocks)

    def read(self, understood: Understood) -> tuple[Understood, str]:
        """Return a block of the article and its HTML, as its own HTML means them."""
        block = self._take(_words(understood))
        if isinstance(understood, MustRead) or block is None:
            return understood, str(block_html(understood))
        if isinstance(understood, Heading) and block.tag == "p":
            if not self.has_headings:
                return understood, f"<h2>{block.inner}</h2>"
            return Paragraph(understood.text), block.html
        if isinstance(understood, Quote) and block.tag == "p":
            return understood, str(block_html(understood))
        return understood, block.html

    def _take(self, words: str) -> Block | None:
        found = self.by_words.get(_key(words))
        return found.pop(0) if found else None

    def not_taken(self, page: ParsedArticle) -> list[LeftOut]:
        """Return the lines that are neither in the text nor said of the article."""
        told = _key(_told(page))
        return [
            LeftOut(Kind.FURNITURE, block.text.split("\n")[0][:80])
            for blocks in self.by_words.values()
            for block in blocks
            if _key(block.text) not in told
            and not CAPTION.match(block.text)
            and not MUST_READ.match(block.text)
            and not _is_header(block)
            and not block.text.casefold().startswith("meer lezen")
        ]


def _words(understood: Understood) -> str:
    match understood:
        case Heading(text) | Paragraph(text):
            return text
        case Quote(text, attribution):
            return f"{text} {attribution or ''}"
        case ListOfItems(items):
            return " ".join(items)
        case MustRead(title, _url):
            return title


def _told(page: ParsedArticle) -> str:
    expert = f"{page.expert.name} {page.expert.bio}" if page.expert else ""
    words = [page.title, page.lead or "", expert, *page.authors, page.category or ""]
    return " ".join([*words, *map(_words, page.blocks)])


def with_lead(piece: Piece, lead: str) -> Piece:
    """Give a piece the lead that its page states, when its text does not begin so."""
    lead = " ".join(lead.split())
    own = piece.page.lead or ""
    start = _key(lead.rstrip("…. "))
    if not start or start in _key(f"{own} {piece.page.title} {piece.body}"):
        return piece
    # The first paragraph goes back to where it stood.
    first = str(block_html(Paragraph(own))) if own else ""
    page = replace(piece.page, lead=lead)
    return replace(piece, page=page, body=first + piece.body)
