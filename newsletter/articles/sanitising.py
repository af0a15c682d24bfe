"""Cleaning what people type or paste, so that it cannot harm a mail."""

from typing import Any

from django_prose_editor.fields import create_sanitizer

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
_clean_tags = create_sanitizer(PROSE_EXTENSIONS)


def clean_prose(html: str) -> str:
    """Return only the tags and characters that prose in a mail may have.

    Entities decode to control characters inside the cleaner, so they are
    stripped before and after it.
    """
    cleaned: str = _clean_tags(without_forbidden(html))
    return without_forbidden(cleaned)
