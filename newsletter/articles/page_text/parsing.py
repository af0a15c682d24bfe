"""From the text of a file to its articles."""

from collections.abc import Sequence
from typing import Any

from newsletter.articles.page_text.body import merge_lists, read_blocks
from newsletter.articles.page_text.characters import tidy
from newsletter.articles.page_text.expert import take_expert
from newsletter.articles.page_text.header import read_header, starts_a_page
from newsletter.articles.page_text.lines import (
    Lines,
    Wrapping,
    join_lines,
    split_blocks,
    wrapping_of,
)
from newsletter.articles.page_text.noise import Closing, Part, is_advert, sieve
from newsletter.articles.page_text.parsed import (
    Block,
    ListOfItems,
    Paragraph,
    ParsedArticle,
    Quote,
    UnreadablePage,
)
from newsletter.articles.page_text.quotations import rejoin_attributions
from newsletter.articles.page_text.wording import MUST_READ, SEPARATOR_ROW

PageResult = ParsedArticle | UnreadablePage


def parse_page_text(text: str) -> list[PageResult]:
    """Read every article in the text; a bad one does not spoil the others.

    There is always at least one result.
    """
    pages = split_pages(text)
    if not pages:
        return [UnreadablePage("The text is empty.")]
    return [_parse_or_explain(page) for page in pages]


def _parse_or_explain(page: str) -> PageResult:
    try:
        return parse_one(page)
    except UnreadablePage as unreadable:
        return unreadable


def pages_as_json(results: Sequence[PageResult]) -> dict[str, Any] | list[Any]:
    """Return one object for one article, a list for several."""
    objects = [result.as_json() for result in results]
    return objects[0] if len(objects) == 1 else objects


def split_pages(text: str) -> list[str]:
    """Return the texts between rows of dashes, as far as they say anything."""
    parts: list[Lines] = [[]]
    for line in tidy(text).split("\n"):
        if SEPARATOR_ROW.match(line):
            parts.append([])
        else:
            parts[-1].append(line)
    pages = [part for part in _around_adverts(parts) if _says_anything(part)]
    return ["\n".join(page) for page in pages]


def _around_adverts(parts: list[Lines]) -> list[Lines]:
    """Undo a split where the rows of dashes only framed an advert."""
    pages: list[Lines] = []
    framed = False
    for part in parts:
        if framed and pages and not starts_a_page(split_blocks("\n".join(part))):
            pages[-1] += ["", *part]
        elif not _is_only_adverts(part):
            pages.append(list(part))
        framed = _is_only_adverts(part)
    return pages


def _is_only_adverts(part: Lines) -> bool:
    lines = [line for line in part if line.strip()]
    return bool(lines) and all(is_advert(line) for line in lines)


def _says_anything(part: Lines) -> bool:
    blocks = split_blocks("\n".join(part))
    return bool(sieve(blocks, wrapping_of(blocks)).blocks)


def parse_one(page: str) -> ParsedArticle:
    """Read one article, or raise ``UnreadablePage``."""
    blocks = split_blocks(tidy(page))
    sieved = sieve(blocks, wrapping_of(blocks))
    header, below = read_header(sieved.blocks)
    wrapping = wrapping_of(below)
    title, below = _take_title(below)
    parts = _with_closings(sieved.parts, below)
    expert, blocks = take_expert(parts)
    lead, body = _take_lead(_read_body(blocks, wrapping))
    if lead is None and not any(map(_is_text, body)):
        raise UnreadablePage("There is a title but no article text below it.")
    return ParsedArticle(
        title=title,
        authors=header.authors,
        category=header.category,
        published_on=header.published_on,
        reading_minutes=header.reading_minutes,
        lead=lead,
        blocks=tuple(body),
        expert=expert,
        image_credit=sieved.image_credit,
    )


def _take_title(blocks: list[Lines]) -> tuple[str, list[Lines]]:
    """Return the first block that is no pointer, and the other blocks."""
    for place, block in enumerate(blocks):
        if MUST_READ.match(block[0]):
            continue
        pointers = [at for at, line in enumerate(block) if MUST_READ.match(line)]
        end = pointers[0] if pointers else len(block)
        rest = [block[end:]] if pointers else []
        title = join_lines(block[:end])
        return title, [*blocks[:place], *rest, *blocks[place + 1 :]]
    raise UnreadablePage("There is no title.")


def _with_closings(parts: list[Part], below: list[Lines]) -> list[Part]:
    """Put the closing lines back between the blocks that are left.

    The header and the title are gone from the front, so count from the end.
    """
    result: list[Part] = []
    left = len(below)
    for part in reversed(parts):
        if isinstance(part, Closing):
            result.insert(0, part)
        elif left:
            left -= 1
            result.insert(0, below[left])
    return [*below[:left], *result]


def _read_body(blocks: list[Lines], wrapping: Wrapping) -> list[Block]:
    read: list[Block] = []
    for block in rejoin_attributions(blocks):
        read += read_blocks(block, wrapping)
    return merge_lists(read)


def _take_lead(blocks: list[Block]) -> tuple[str | None, list[Block]]:
    if blocks and isinstance(blocks[0], Paragraph):
        return blocks[0].text, blocks[1:]
    return None, blocks


def _is_text(block: Block) -> bool:
    return isinstance(block, Paragraph | Quote | ListOfItems)
