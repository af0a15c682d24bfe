"""Files of readers as programs and people save them, and files that are none."""

import io
import zipfile
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from subscribers.addresses import InvalidAddress, address_hash, clean_address
from subscribers.importing.columns import Layout, Meaning
from subscribers.importing.files import previews_of, rows_of
from subscribers.importing.moments import moment_of
from subscribers.importing.rows import RowReader
from subscribers.importing.trouble import UnreadableFile
from tests.subscribers.importing.lists import (
    BREVO,
    LISTMONK,
    MAILCHIMP,
    MAILERLITE,
    SENDY,
)

NOW = datetime(2026, 11, 27, 18, 0, tzinfo=UTC)


@pytest.fixture
def read(tmp_path):
    """Return what each row of a file says, read as it would be by itself."""

    def read(content, name="lezers.csv"):
        path = tmp_path / "list"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        found = []
        for part, preview in enumerate(previews_of(path, file_name=name)):
            reader = RowReader(preview.layout, part=part, now=NOW)
            rows = enumerate(rows_of(path, preview.layout.name), start=1)
            found += [
                reader.read(cells, number=line, line=line)
                for line, cells in rows
                if any(cells) and line > preview.layout.has_header
            ]
        return found

    return read


def known(rows):
    return [(row.address, row.first_name) for row in rows if not row.left_out]


@pytest.mark.parametrize(
    ("content", "standing"),
    [
        (MAILCHIMP, None),
        (LISTMONK, "blocked"),
        (MAILERLITE, "complained"),
        (BREVO, "unsubscribed"),
        (SENDY, "complained"),
    ],
    ids=["mailchimp", "listmonk", "mailerlite", "brevo", "sendy"],
)
def test_exports_of_other_programs_are_understood(read, content, standing):
    sanne, *joep = read(content)

    assert (sanne.address, sanne.first_name) == ("sanne@example.nl", "Sanne")
    assert sanne.agreed_at == datetime(2024, 5, 1, 10, 0, tzinfo=UTC)
    assert (sanne.standing, [one.standing for one in joep]) == (
        "subscribed",
        [standing] if standing else [],
    )


DUTCH = "E-mailadres;Voornaam\njan@x.nl;Zoë\n"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(DUTCH.encode("cp1252"), id="67 Excel-NL, cp1252"),
        pytest.param(DUTCH.replace(";", "\t").encode("utf-16"), id="68 UTF-16 tabs"),
        pytest.param(DUTCH.encode("utf-16-le"), id="UTF-16 without a mark"),
        pytest.param(DUTCH.encode("utf-8-sig"), id="69 UTF-8 with a mark"),
        pytest.param(DUTCH.replace("\n", "\r\n").encode(), id="Windows lines"),
        pytest.param(DUTCH.replace("\n", "\r").encode(), id="old Mac lines"),
        pytest.param(f"sep=;\n{DUTCH}".encode(), id="Excel's own word"),
        pytest.param("jan@x.nl,Zoë\n".encode(), id="70 no header"),
        pytest.param(
            'Voornaam,Adres,E-mailadres\nZoë,"Dam 1\nGouda",jan@x.nl\n'.encode(),
            id="71 quoted newline",
        ),
        pytest.param(
            " E-Mail Address ,email,Voornaam\njan@x.nl,piet@x.nl,Zoë\n".encode(),
            id="73 two columns of one name",
        ),
    ],
)
def test_however_a_list_was_saved_it_says_the_same(read, content):
    assert known(read(content)) == [("jan@x.nl", "Zoë")]


@pytest.mark.parametrize(
    ("columns", "standing"),
    [
        ("unsubscribed\njoep@example.nl,2024-05-01", "unsubscribed"),
        ("unsubscribed\njoep@example.nl,No", "subscribed"),
        ("unsubscribed\njoep@example.nl,", "subscribed"),
        ("unsubscribed_at\njoep@example.nl,2024-05-01", "unsubscribed"),
        (
            "unsubscribed_at,subscribed_at\njoep@example.nl,2024-05-01,2025-05-01",
            "subscribed",
        ),
        (
            "unsubscribed_at,status\njoep@example.nl,2024-05-01,active",
            "subscribed",
        ),
    ],
)
def test_a_day_of_leaving_says_that_they_left(read, columns, standing):
    assert [row.standing for row in read(f"email,{columns}\n")] == [standing]


def test_71_a_quote_that_is_never_closed_costs_its_own_row_only(read):
    content = 'email,naam\na@x.nl,An\n"b@x.nl,Bo\nc@x.nl,Co\n' + "d@x.nl,Do\n" * 100

    rows = read(content)

    assert [row.line for row in rows[:3]] == [2, 3, 4]
    assert known(rows)[:3] == [("a@x.nl", "An"), ("b@x.nl", "Bo"), ("c@x.nl", "Co")]
    assert len(rows) == 103


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (" jan@x.nl ", "jan@x.nl"),
        ("Jan <jan@x.nl>", "jan@x.nl"),
        ("'+31@x.nl", "+31@x.nl"),
        ("Jan@X.NL", "Jan@x.nl"),
        ("info@bücher.de", "info@xn--bcher-kva.de"),
    ],
)
def test_an_address_is_kept_as_we_keep_them(read, typed, address):
    (row,) = read(f'email\n"{typed}"\n')

    assert (row.address, row.left_out) == (address, "")
    assert row.address_hash == address_hash(address)


@pytest.mark.parametrize(
    "typed",
    ["jan", "", "jan@x.nl; piet@x.nl", "noreply@x.nl", "j\0an@x.nl", "jan@[127.0.0.1]"],
)
def test_what_is_no_address_is_left_out_with_the_reason(read, typed):
    *_others, row = read(f'email;x\nbo@x.nl;1\n"{typed}";1\n')

    assert (row.left_out, bool(row.reason)) == ("invalid", True)


@given(
    local=st.text("aZ09._+-' ", min_size=1, max_size=70),
    domain=st.sampled_from(["x.nl", "x", "-x.nl", "gmail.com", "x..nl", "a.test"]),
)
@settings(max_examples=150)
def test_the_quick_look_takes_no_address_that_the_thorough_one_would_not(local, domain):
    # A quote in front may be the shield of our own export.
    typed = f"{local}@{domain}".strip().lstrip("' ")
    layout = Layout("", "subscribed", False, (str(Meaning.ADDRESS),))
    row = RowReader(layout, part=0, now=NOW).read([typed], number=1, line=1)
    try:
        expected = clean_address(typed)
    except InvalidAddress:
        assert row.left_out == "invalid"
    else:
        assert (row.address, row.left_out) == (expected, "")


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("03-04-2026", datetime(2026, 4, 3, tzinfo=UTC)),
        ("12/31/2025 23:59", datetime(2025, 12, 31, 23, 59, tzinfo=UTC)),
        ("46115", datetime(2026, 4, 3, tzinfo=UTC)),
        ("2024-05-01T10:00:00+02:00", datetime(2024, 5, 1, 8, 0, tzinfo=UTC)),
        ("2024-05-01 10:00:00 UTC", datetime(2024, 5, 1, 10, 0, tzinfo=UTC)),
        ("2099-01-01", None),
        ("1970-01-01", None),
        ("31-31-2020", None),
        ("gisteren", None),
    ],
)
def test_75_a_day_is_read_as_it_was_meant(typed, moment):
    found = moment_of(typed, now=NOW)
    assert (found and found.astimezone(UTC)) == moment


# --- Sheets ---

SHEET = """<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
<sheetData>{rows}</sheetData></worksheet>"""
WORKBOOK = """<workbook xmlns="x" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">
<sheets><sheet name="Blad1" sheetId="1" r:id="rId1"/></sheets></workbook>"""
RELATIONS = """<Relationships xmlns="x"><Relationship Id="rId1"
 Target="worksheets/sheet1.xml"/></Relationships>"""


def sheet(rows, texts="", **parts):
    whole = io.BytesIO()
    contents = {
        "xl/workbook.xml": WORKBOOK,
        "xl/_rels/workbook.xml.rels": RELATIONS,
        "xl/worksheets/sheet1.xml": SHEET.format(rows=rows),
        "xl/sharedStrings.xml": f"<sst>{texts}</sst>",
    } | parts
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in contents.items():
            book.writestr(name, content)
    return whole.getvalue()


def test_a_sheet_of_excel_is_read_whatever_it_is_called(read):
    content = sheet(
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="inlineStr"><is><t>naam</t>'
        '</is></c></row><row r="4"><c r="A4" t="s"><v>1</v></c><c r="B4"><v>46115</v>'
        '</c><c r="C4" t="s"><v>2</v></c></row>',
        "<si><t>email</t></si><si><t>jan@x.nl</t></si>"
        "<si><r><t>Zo</t></r><r><t>ë</t></r><rPh><t>zo-ee</t></rPh></si>",
    )
    (row,) = read(content)

    assert (row.address, row.first_name, row.line) == ("jan@x.nl", "Zoë", 4)


BOMB = "<c><v>" + "0" * 60_000_000


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(lambda: sheet(BOMB), id="76 unpacks a thousandfold"),
        pytest.param(lambda: sheet("<row><c"), id="cut off"),
        pytest.param(
            lambda: sheet("", **{"xl/workbook.xml": "<workbook/>"}), id="empty"
        ),
        pytest.param(
            lambda: sheet("", '<!DOCTYPE x [<!ENTITY a "aa">]><si><t>&a;</t></si>'),
            id="entities",
        ),
        pytest.param(lambda: sheet(f"<{'a' * 3_000_000} />"), id="a tag of megabytes"),
        pytest.param(lambda: sheet("")[:-30], id="broken zip"),
        pytest.param(lambda: b"%PDF-1.7", id="a document"),
    ],
)
def test_76_a_trap_or_a_broken_sheet_is_refused_in_plain_words(read, content):
    with pytest.raises(UnreadableFile, match=r"\.$"):
        read(content())


@given(content=st.binary(max_size=400))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_at_all_are_a_list_or_refused(read, content):
    try:
        read(content)
    except UnreadableFile as unreadable:
        assert str(unreadable)


@given(cells=st.lists(st.text(max_size=30), min_size=1, max_size=6), place=st.data())
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_cell_is_read_or_left_out(read, cells, place):
    line = ";".join(cells).encode("utf-8", "replace")
    try:
        rows = read(b"email;status;datum\n" + line)
    except UnreadableFile:
        return
    assert all(row.address or row.left_out for row in rows)
