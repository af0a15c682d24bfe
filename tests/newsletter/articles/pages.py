"""Small pages for the tests of the parser, and how their truth is compared."""

import re
import unicodedata
from typing import Any

from newsletter.articles.page_text import ParsedArticle, UnreadablePage, parse_page_text

HEADER = "Anna Bos\nAnna Bos Welzijn 16 jan 2020\nLeestijd: 3 minuten"
TITLE = "Buiten slapen in je eigen tuin"
LEAD = "Een tent is niet nodig. Een matje wel."


def page(*blocks: str, header: str = HEADER, title: str = TITLE) -> str:
    """Return a page with these blocks below its lead."""
    return "\n\n".join(part for part in (header, title, LEAD, *blocks) if part)


def read(text: str) -> ParsedArticle:
    """Return the one article of the text."""
    [article] = parse_page_text(text)
    if isinstance(article, UnreadablePage):
        raise article
    return article


def body(*blocks: str) -> list[dict[str, Any]]:
    """Return the blocks that these blocks of text become."""
    article = read(page(*blocks))
    assert article.lead == LEAD
    return [block.as_json() for block in article.blocks]


def headed(header: str) -> ParsedArticle:
    """Return the article below this header."""
    article = read(page("Nog een alinea.", header=header))
    assert article.title == TITLE
    assert article.lead == LEAD
    return article


def comparable(value: Any) -> Any:
    """Return a value as truth and result are compared; an error has any wording."""
    if isinstance(value, str):
        text = unicodedata.normalize("NFC", value).replace("\u00ad", "")
        return re.sub(r"\s+", " ", text.replace("\u00a0", " ")).strip()
    if isinstance(value, list):
        return [comparable(each) for each in value]
    if isinstance(value, dict):
        if "error" in value:
            return {"error": "any"}
        return {key: comparable(each) for key, each in value.items()}
    return value
