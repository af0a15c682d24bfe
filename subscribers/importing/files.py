"""What is in a file that somebody chose: by what it is, not by what it is called."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import ExpatError

from django.utils.translation import gettext as _

from subscribers.importing.columns import Layout, layout_of, standing_by_name
from subscribers.importing.sheet_rows import WORKBOOK, refuse_bombs, rows_of_sheet
from subscribers.importing.text_rows import open_text, rows_of_text
from subscribers.importing.trouble import UnreadableFile

LARGEST_FILE = 512 * 1024 * 1024
PREVIEWED = 20
_MOST_PARTS = 20
_ZIP = b"PK\x03\x04"
_LIST = re.compile(r"^(?!__MACOSX/)(?:.*/)?[^./][^/]*\.(?:csv|txt)$", re.IGNORECASE)
_MARKUP = re.compile(rb"^(?:\xef\xbb\xbf)?\s*<", re.DOTALL)
_TROUBLES = (
    EOFError,
    ExpatError,
    IndexError,
    NotImplementedError,
    OSError,
    OverflowError,
    ParseError,
    RuntimeError,
    UnicodeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)


@dataclass(frozen=True)
class Preview:
    """The beginning of one part of a file.

    Attributes:
        rows: with the header, if it has one; empty rows are left out.
    """

    layout: Layout
    rows: list[list[str]]


@contextmanager
def _in_plain_words() -> Iterator[None]:
    """Say in one sentence what is wrong with a broken file."""
    try:
        yield
    except UnreadableFile:
        raise
    except _TROUBLES as trouble:
        raise UnreadableFile(
            _("This file is damaged. Export it once more, or save it as CSV.")
        ) from trouble


def previews_of(path: Path, *, file_name: str) -> list[Preview]:
    """Return how each part of a file would be read, with its first rows.

    Args:
        file_name: what its owner calls it; Mailchimp says by it who is inside.

    Raises:
        UnreadableFile: nothing that we can read, with what to do instead.
    """
    found = []
    for name in _parts(path):
        rows = [row for row in islice(rows_of(path, name), 200) if any(row)]
        standing = standing_by_name(name or file_name)
        if rows:
            layout = layout_of(rows, name=name, standing=str(standing))
            found.append(Preview(layout, rows[: PREVIEWED + layout.has_header]))
    if not found:
        raise UnreadableFile(_("There is nothing in this file."))
    return found


def rows_of(path: Path, part: str) -> Iterator[list[str]]:
    """Return every row of one part, empty ones too.

    Raises:
        UnreadableFile: on the way, when the rest is damaged.
    """
    with _in_plain_words(), path.open("rb") as file:
        if part:
            with zipfile.ZipFile(file) as packed, packed.open(part) as member:
                yield from _rows_of_text(member)  # type: ignore[arg-type]
        elif file.read(len(_ZIP)) == _ZIP:
            yield from rows_of_sheet(file)
        else:
            yield from _rows_of_text(file)


def _rows_of_text(raw: BinaryIO) -> Iterator[list[str]]:
    with open_text(raw) as text:
        yield from rows_of_text(text)


def _parts(path: Path) -> list[str]:
    """Return the names of the lists inside; one without a name is the file itself."""
    with _in_plain_words(), path.open("rb") as file:
        head = file.read(4096)
        if head.startswith(_ZIP):
            return _packed(file)
    _refuse_what_is_no_list(head)
    return [""]


def _packed(file: BinaryIO) -> list[str]:
    with zipfile.ZipFile(file) as packed:
        refuse_bombs(packed)
        names = packed.namelist()
        if WORKBOOK in names:
            return [""]
        lists = [name for name in names if _LIST.match(name)]
    if not lists or len(lists) > _MOST_PARTS:
        raise UnreadableFile(
            _("There is no list of readers in this zip. Unpack it and choose one file.")
        )
    return lists


def _refuse_what_is_no_list(head: bytes) -> None:
    """Refuse, by their first bytes, files that only have the name of a list."""
    if not head.strip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"):
        raise UnreadableFile(_("There is nothing in this file."))
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableFile(
            _("This is a workbook of an old kind, or a locked one. Save it as .xlsx.")
        )
    if _MARKUP.match(head):
        raise UnreadableFile(
            _("This is a web page, not a list. Open it in Excel and save it as .xlsx.")
        )
    if head.startswith((b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"%PDF", b"\x89PNG")):
        raise UnreadableFile(
            _("This is no list. Choose a file of .csv, .xlsx or .zip.")
        )
