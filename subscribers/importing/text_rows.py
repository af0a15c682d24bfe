"""Rows of a text file, whatever program saved it and however badly.

Nothing is read further than needed: a file of a gigabyte takes as little memory as one
of a page, and a quote that is never closed costs one row, not the rest of the file.
"""

import codecs
import csv
import io
import re
from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO, TextIO

from subscribers.importing.columns import recognised

DELIMITERS = (";", ",", "\t", "|")
# A cell may hold a few lines (a postal address); more is a quote nobody closed.
_MOST_LINES = 50
_LONGEST_LINE = 100_000
_SAMPLE_LINES = 30
# Excel writes for itself by what its columns are parted.
_TOLD = re.compile(r"^sep=([;,\t|])\s*$", re.IGNORECASE)
_FALLBACK = "newsletter-cp1252"


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    """Read what is no UTF-8 as Windows writes it, byte by byte."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    return wrong.decode("cp1252", "replace"), error.end


codecs.register_error(_FALLBACK, _as_cp1252)


class _EndlessQuote(Exception):
    """A quote was opened and its end is nowhere near."""


class _Lines:
    """The lines of a text, of which the last few can be put back."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._back: deque[str] = deque()
        self.of_this_row: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.of_this_row) >= _MOST_LINES:
            raise _EndlessQuote
        line = (
            self._back.popleft() if self._back else self._text.readline(_LONGEST_LINE)
        )
        if not line:
            raise StopIteration
        self.of_this_row.append(line)
        return line

    def put_back(self, lines: list[str]) -> None:
        self._back.extendleft(reversed(lines))


def open_text(raw: BinaryIO) -> TextIO:
    """Return the characters of a file: UTF-8 or Windows-1252, even mixed, or UTF-16.

    Args:
        raw: read from its beginning; it is closed with the text.
    """
    raw.seek(0)
    head = raw.read(4096)
    raw.seek(0)
    encoding = _encoding(head)
    errors = _FALLBACK if encoding == "utf-8-sig" else "replace"
    return io.TextIOWrapper(raw, encoding=encoding, errors=errors)


def _encoding(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    # Addresses are ASCII: in UTF-16 every other byte of them is empty.
    if head[1::2].count(0) > len(head) // 3:
        return "utf-16-le"
    if head[::2].count(0) > len(head) // 3:
        return "utf-16-be"
    return "utf-8-sig"


def rows_of_text(text: TextIO, delimiter: str = "") -> Iterator[list[str]]:
    """Return the cells of each row, empty rows too, so that rows can be numbered.

    Args:
        delimiter: what parts the columns; found out when it is not given.
    """
    lines = _Lines(text)
    if not delimiter:
        sample = list(islice(lines, _SAMPLE_LINES))
        told = _TOLD.match(sample[0]) if sample else None
        delimiter = told[1] if told else delimiter_of(sample)
        # The line that only says so is no row; programs that show it are rare.
        lines.put_back(sample[1:] if told else sample)
    yield from _rows(lines, delimiter)


def _rows(lines: _Lines, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        lines.of_this_row.clear()
        try:
            yield next(reader)
        except StopIteration:
            return
        except (csv.Error, _EndlessQuote):
            first, *rest = lines.of_this_row
            lines.put_back(rest)
            yield _by_itself(first, delimiter)


def _by_itself(line: str, delimiter: str) -> list[str]:
    """Return the cells of a line whose quotes are no use."""
    return line.rstrip("\n").replace('"', "").split(delimiter)


def delimiter_of(sample: list[str]) -> str:
    """Return what parts the columns, judged by names of columns and equal widths."""
    return max(DELIMITERS, key=lambda one: _fitness(sample, one))


def _fitness(sample: list[str], delimiter: str) -> tuple[int, int, int]:
    rows = list(_rows(_Lines(io.StringIO("".join(sample))), delimiter))
    widths = [len(row) for row in rows if row]
    if not widths or max(widths) < 2:
        return (0, 0, 0)
    usual = max(set(widths), key=widths.count)
    known = sum(map(bool, recognised(rows[0])))
    return (known, widths.count(usual) if usual > 1 else 0, usual)
