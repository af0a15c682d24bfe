"""Rows of the first sheet of a workbook (.xlsx), read as a stream.

A workbook is XML in a zip (ECMA-376). We need the values of one sheet and nothing of
formulas, styles or macros; read so, a million rows take no more memory than their
shared texts. What unpacks into far more than it is, or brings entities, is refused.
"""

import posixpath
import zipfile
from abc import ABC, abstractmethod
from array import array
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO
from xml.etree import ElementTree
from xml.parsers import expat

from django.utils.translation import gettext as _

from subscribers.importing.columns import MOST_COLUMNS
from subscribers.importing.trouble import UnreadableFile

WORKBOOK = "xl/workbook.xml"
LARGEST_PART = 2_000_000_000
_SMALL = 50_000_000
# Sheets of addresses pack to a tenth; what packs to a thousandth is a trap.
_HIGHEST_RATIO = 250
_LONGEST_CELL = 2_000
_MOST_ROWS = 1_048_576
_MOST_STRINGS = 5_000_000
# Bytes; they are kept in memory.
_MOST_TEXT = 200_000_000
_CHUNK = 65_536
# One tag is never as long as this: the parser would keep all of it.
_LONGEST_TAG = 1_000_000
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def refuse_bombs(packed: zipfile.ZipFile) -> None:
    """Refuse a zip that unpacks into far more than anybody's list is.

    Raises:
        UnreadableFile: too large, too tightly packed, or locked by a password.
    """
    for part in packed.infolist():
        if part.flag_bits & 1:
            raise UnreadableFile(
                _("This file is locked by a password. Save it without one.")
            )
        ratio = part.file_size / max(part.compress_size, 1)
        if part.file_size > LARGEST_PART or (
            part.file_size > _SMALL and ratio > _HIGHEST_RATIO
        ):
            raise UnreadableFile(
                _("This file unpacks into more than any list of readers is.")
            )


def rows_of_sheet(file: BinaryIO) -> Iterator[list[str]]:
    """Return the cells of each row of the first sheet, rows that are not there too.

    Raises:
        UnreadableFile: broken, or not a workbook.
    """
    with zipfile.ZipFile(file) as book:
        refuse_bombs(book)
        texts = _texts_of(book)
        with book.open(_first_sheet(book)) as sheet:
            reader = _SheetReader(texts)
            yield from reader.rows(sheet)


def _first_sheet(book: zipfile.ZipFile) -> str:
    """Return where the sheet stands that Excel shows first."""
    try:
        sheets = _small_xml(book, WORKBOOK).iter()
        wanted = next(
            one.get(_RELATION) for one in sheets if _local(one.tag) == "sheet"
        )
        for relation in _small_xml(book, "xl/_rels/workbook.xml.rels"):
            if relation.get("Id") == wanted:
                target = relation.get("Target", "")
                name = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
                book.getinfo(name)
                return name
    except (KeyError, StopIteration):
        pass
    raise UnreadableFile(_("There is no sheet in this file."))


def _small_xml(book: zipfile.ZipFile, name: str) -> ElementTree.Element:
    with book.open(name) as part:
        text = part.read(_LONGEST_TAG + 1)
    if len(text) > _LONGEST_TAG or b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise UnreadableFile(_("This file is not as Excel makes them. Save it anew."))
    return ElementTree.fromstring(text)  # noqa: S314 (small, and without entities)


def _local(tag: Any) -> str:
    return str(tag).rpartition("}")[2].rpartition(":")[2]


class _Texts:
    """Many short texts in one stretch of memory."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._ends = array("Q", [0])

    def add(self, text: str) -> None:
        if len(self._ends) > _MOST_STRINGS or len(self._bytes) > _MOST_TEXT:
            raise UnreadableFile(
                _("There is too much text in this sheet. Save it as CSV and try again.")
            )
        self._bytes += text.encode("utf-8", "replace")
        self._ends.append(len(self._bytes))

    def __getitem__(self, place: int) -> str:
        start, end = self._ends[place], self._ends[place + 1]
        return self._bytes[start:end].decode()


class _XmlReader(ABC):
    """Parses a part as it comes, and keeps what its own handlers want."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._hear
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.EntityDeclHandler = self._refuse
        self._heard = 0
        self._text: list[str] = []
        self._length = 0
        self._listens = False

    def feed(self, part: Any) -> Iterator[None]:
        """Parse a stretch at a time; stop at what makes no progress."""
        silent = 0
        while chunk := part.read(_CHUNK):
            before = self._heard
            self._parser.Parse(chunk, False)
            silent = 0 if self._heard > before else silent + len(chunk)
            if silent > _LONGEST_TAG:
                self._refuse()
            yield
        self._parser.Parse(b"", True)
        yield

    def _refuse(self, *_what: Any) -> None:
        raise UnreadableFile(_("This file is not as Excel makes them. Save it anew."))

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        self._heard += 1
        self.begin(tag.rpartition(":")[2], attributes)

    def _end(self, tag: str) -> None:
        self._heard += 1
        self.end(tag.rpartition(":")[2])

    def _hear(self, text: str) -> None:
        self._heard += 1
        if self._listens and self._length < _LONGEST_CELL:
            self._text.append(text[:_LONGEST_CELL])
            self._length += len(text)

    def _listen(self) -> None:
        self._text.clear()
        self._length = 0

    @abstractmethod
    def begin(self, tag: str, attributes: dict[str, str]) -> None:
        """Hear that an element begins."""

    @abstractmethod
    def end(self, tag: str) -> None:
        """Hear that an element ends."""


class _TextsReader(_XmlReader):
    """Reads ``sharedStrings.xml``, where sheets keep their texts (18.4)."""

    def __init__(self) -> None:
        super().__init__()
        self.texts = _Texts()
        self._is_spoken = False

    def begin(self, tag: str, attributes: dict[str, str]) -> None:
        """Listen to the text, not to how it is pronounced."""
        if tag == "si":
            self._listen()
        self._is_spoken = tag == "rPh" or (self._is_spoken and tag != "si")
        self._listens = tag == "t" and not self._is_spoken

    def end(self, tag: str) -> None:
        """Keep a text that is complete."""
        self._listens = False
        if tag == "rPh":
            self._is_spoken = False
        if tag == "si":
            self.texts.add("".join(self._text))


def _texts_of(book: zipfile.ZipFile) -> _Texts:
    reader = _TextsReader()
    if "xl/sharedStrings.xml" in book.namelist():
        with book.open("xl/sharedStrings.xml") as part:
            for _progress in reader.feed(part):
                pass
    return reader.texts


class _SheetReader(_XmlReader):
    """Reads the cells of a sheet (18.3)."""

    def __init__(self, texts: _Texts) -> None:
        super().__init__()
        self._texts = texts
        self._done: list[tuple[int, list[str]]] = []
        self._row: list[str] = []
        self._number = 0
        self._place = -1
        self._read: Callable[[str], str] = str

    def rows(self, part: Any) -> Iterator[list[str]]:
        """Return each row; where numbers are left out, the rows were empty."""
        expected = 1
        for _progress in self.feed(part):
            for number, row in self._done:
                for _gap in range(number - expected):
                    yield []
                yield row
                expected = number + 1
            self._done.clear()

    def begin(self, tag: str, attributes: dict[str, str]) -> None:
        """Note where a row or cell stands."""
        if tag == "row":
            self._begin_row(attributes.get("r", ""))
        elif tag == "c":
            self._begin_cell(attributes)
        self._listens = tag in ("v", "t")

    def _begin_row(self, number: str) -> None:
        told = int(number) if number.isascii() and number.isdigit() else 0
        self._number = told if told > self._number else self._number + 1
        if self._number > _MOST_ROWS:
            self._refuse()
        self._row = []
        self._place = -1

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        told = attributes.get("r", "")
        self._place = _column(told) if told else self._place + 1
        self._read = self._shared if attributes.get("t") == "s" else str
        if attributes.get("t") == "e":
            self._read = lambda _error: ""
        self._listen()

    def end(self, tag: str) -> None:
        """Keep a cell or row that is complete."""
        self._listens = False
        if tag == "c" and 0 <= self._place < MOST_COLUMNS:
            self._row += [""] * (self._place + 1 - len(self._row))
            self._row[self._place] = self._read("".join(self._text))
        elif tag == "row":
            self._done.append((self._number, self._row))

    def _shared(self, place: str) -> str:
        try:
            return self._texts[int(place)]
        except (ValueError, IndexError):
            return ""


def _column(reference: str) -> int:
    """Return the place of a cell's column.

    >>> _column("A1"), _column("AB12")
    (0, 27)
    """
    place = 0
    for sign in reference[:4]:
        if not "A" <= sign <= "Z":
            break
        place = place * 26 + ord(sign) - 64
    return place - 1
