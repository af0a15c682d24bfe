"""Cleaning what people type or paste, so that it cannot harm a mail."""

from functools import lru_cache
from typing import Any

from django_prose_editor.fields import create_sanitizer

from newsletter.articles.pasting import tidy
from newsletter.characters import without_forbidden

PROSE_EXTENSIONS: dict[str, Any] = {
    "Bold": True,
    "Italic": True,
    "Heading": {"levels": [2, 3]},
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Blockquote": True,
    "Link": {"enableTarget": False, "protocols": ["https", "http", "mailto", "tel"]},
    "HardBreak": True,
}
_LOOKS = 4
_clean_tags = create_sanitizer(PROSE_EXTENSIONS)


def clean_prose(html: str) -> str:
    """Return only the tags and characters that prose in a mail may have.

    Entities decode to control characters inside the cleaner, so they are
    stripped before and after it.
    """
    cleaned: str = _clean_tags(without_forbidden(html))
    return without_forbidden(cleaned)


@lru_cache(maxsize=64)
def clean_typed(html: str) -> str:
    """Clean what comes out of an editor of text, typed or pasted from anywhere.

    While someone types in one text the others stay as they are: they are remembered.
    """
    for _look in range(_LOOKS):
        cleaned = _cleaned_once(html)
        if cleaned == html:
            break
        # What was inside something odd may look like a list only now.
        html = cleaned
    return html


def _cleaned_once(html: str) -> str:
    if "<" not in html:
        return clean_prose(html)
    try:
        tidied = tidy(html).html
    except ValueError:
        # Nested beyond any text: only what harms is taken out.
        tidied = html
    return clean_prose(tidied)
