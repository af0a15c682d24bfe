"""Writing rows as a CSV or a sheet, a piece at a time, so that any number fits."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any
from xml.sax.saxutils import escape, quoteattr

# What a spreadsheet may take for a formula, also after blanks (OWASP, "CSV Injection").
_FORMULA = re.compile(r"^\s*[=+\-@]|^[\t\r]")
_AT_ONCE = 1000
_NS = "http://schemas.openxmlformats.org"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_SHEET = "xl/worksheets/sheet1.xml"


def shielded(cell: str) -> str:
    """Return a cell that no spreadsheet runs; taking it in again removes the quote.

    >>> shielded("+31612345678"), shielded("jan@example.nl")
    ("'+31612345678", 'jan@example.nl')
    """
    return f"'{cell}" if _FORMULA.match(cell) else cell


def as_csv(rows: Iterable[list[str]]) -> Iterator[bytes]:
    """Return a CSV as Dutch Excel opens it: semicolons, UTF-8 with its mark."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    yield b"\xef\xbb\xbf"
    for number, row in enumerate(rows, start=1):
        writer.writerow([shielded(cell) for cell in row])
        if number % _AT_ONCE == 0:
            yield _taken(text)
    yield _taken(text)


def _taken(text: io.StringIO) -> bytes:
    piece = text.getvalue().encode("utf-8", "replace")
    text.seek(0)
    text.truncate()
    return piece


class _Pipe(io.RawIOBase):
    """What is written at one end and taken from the other; a zip needs no more."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        self._pieces += piece
        return len(piece)

    def taken(self) -> bytes:
        pieces = bytes(self._pieces)
        self._pieces.clear()
        return pieces


def as_sheet(rows: Iterable[list[str]]) -> Iterator[bytes]:
    """Return a workbook of one sheet. Its cells are texts, which are never formulas."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in _frame().items():
            book.writestr(name, _HEAD + content)
        with book.open(_SHEET, "w") as sheet:
            sheet.write(
                f'{_HEAD}<worksheet xmlns="{_NS}/spreadsheetml/2006/main">'
                "<sheetData>".encode()
            )
            for number, row in enumerate(rows, start=1):
                sheet.write(_row(row).encode("utf-8", "replace"))
                if number % _AT_ONCE == 0:
                    yield pipe.taken()
            sheet.write(b"</sheetData></worksheet>")
    yield pipe.taken()


def _row(cells: list[str]) -> str:
    inside = "".join(
        f'<c t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>'
        for cell in cells
    )
    return f"<row>{inside}</row>"


def _frame() -> dict[str, str]:
    """Return the parts around the sheet (ECMA-376, part 2 and 18.2)."""
    package = f"{_NS}/package/2006"
    document = f"{_NS}/officeDocument/2006/relationships"
    main = f"{_NS}/spreadsheetml/2006/main"

    def relation(kind: str, target: str) -> str:
        return (
            f"<Relationships xmlns={quoteattr(f'{package}/relationships')}>"
            f'<Relationship Id="rId1" Type="{document}/{kind}" Target="{target}"/>'
            "</Relationships>"
        )

    return {
        "[Content_Types].xml": (
            f'<Types xmlns="{package}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-'
            'package.relationships+xml"/>'
            '<Override PartName="/xl/workbook.xml" '
            f'ContentType="{_TYPE}.sheet.main+xml"/>'
            f'<Override PartName="/{_SHEET}" '
            f'ContentType="{_TYPE}.worksheet+xml"/></Types>'
        ),
        "_rels/.rels": relation("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": (
            f'<workbook xmlns="{main}" xmlns:r="{document}"><sheets>'
            '<sheet name="1" sheetId="1" r:id="rId1"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": relation("worksheet", "worksheets/sheet1.xml"),
    }
