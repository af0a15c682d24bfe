"""Reads articles from the plain text of the magazine's pages.

Pure: text in, frozen dataclasses out. What is not understood becomes a plain
paragraph, so no word of an author is lost.
"""

from newsletter.articles.page_text.characters import decode
from newsletter.articles.page_text.parsed import (
    Block,
    Heading,
    ListOfItems,
    MustRead,
    Paragraph,
    ParsedArticle,
    ParsedExpert,
    Quote,
    UnreadablePage,
)
from newsletter.articles.page_text.parsing import (
    PageResult,
    pages_as_json,
    parse_one,
    parse_page_text,
    split_pages,
)

__all__ = [
    "Block",
    "Heading",
    "ListOfItems",
    "MustRead",
    "PageResult",
    "Paragraph",
    "ParsedArticle",
    "ParsedExpert",
    "Quote",
    "UnreadablePage",
    "decode",
    "pages_as_json",
    "parse_one",
    "parse_page_text",
    "split_pages",
]
