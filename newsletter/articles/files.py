"""Articles in files: texts of the magazine's pages, and pages of HTML."""

from collections.abc import Sequence
from datetime import datetime

from newsletter.articles.importing import (
    LARGEST_FILE,
    Outcome,
    read_pages,
)
from newsletter.articles.page_text import UnreadablePage
from newsletter.articles.pieces import PieceResult, piece_of
from newsletter.articles.taking_in import take_in, take_in_page
from newsletter.articles.web_pages import decoded, read_saved_page

_HTML_NAMES = (".html", ".htm", ".xhtml")
_HTML_STARTS = ("<!doctype html", "<html", "<meta charset")


def read_file(content: bytes, *, name: str) -> list[PieceResult]:
    """Read the articles in a file; there is always at least one result."""
    if not _is_html(content, name) or len(content) > LARGEST_FILE:
        return [
            page if isinstance(page, UnreadablePage) else piece_of(page)
            for page in read_pages(content)
        ]
    try:
        return [read_saved_page(decoded(content, ""))]
    except UnreadablePage as unreadable:
        return [unreadable]


def _is_html(content: bytes, name: str) -> bool:
    start = content[:200].decode("utf-8", errors="ignore").strip("\ufeff \n\r\t")
    return name.lower().endswith(_HTML_NAMES) or start.lower().startswith(_HTML_STARTS)


def import_pieces(
    pieces: Sequence[PieceResult],
    *,
    file_name: str,
    now: datetime,
    dry_run: bool = False,
) -> list[Outcome]:
    """Write what was read: a page text updates its article, HTML waits as a draft.

    Args:
        file_name: known again when the title of an article was changed.
        dry_run: only tell what would happen.
    """
    outcomes = []
    for place, piece in enumerate(pieces, 1):
        if isinstance(piece, UnreadablePage) or piece.is_page_text:
            outcomes.append(
                take_in_page(
                    piece, file_name=file_name, place=place, now=now, dry_run=dry_run
                )
            )
        else:
            outcomes.append(take_in(piece, now=now, dry_run=dry_run))
    return outcomes
