"""A whole article from a paste: who wrote it, what it says, and what was left out."""

import re
from pathlib import Path

import pytest

from newsletter.articles.html_pieces import read_html
from newsletter.articles.page_text import UnreadablePage
from newsletter.articles.pasting import Kind

PAYLOADS = Path(__file__).parents[2] / "payloads" / "pasting"
TEXT = "<p>Een kwartier zonder telefoon is langer dan je denkt.</p><p>Echt waar.</p>"


def pasted(name):
    return read_html((PAYLOADS / f"{name}.html").read_text())


def test_a_word_document_becomes_an_article_with_its_lists():
    piece = pasted("word")

    assert piece.page.title == "Buiten ontbijten"
    assert piece.page.lead.startswith("Een boterham smaakt buiten anders.")
    assert piece.body.startswith("<h2>Wat je meeneemt</h2><ul><li><p>een kleed</p><ul>")
    assert "<blockquote><p>Licht is het halve ontbijt.</p></blockquote>" in piece.body
    assert Kind.TABLE in [note.kind for note in piece.left_out]


def test_a_google_document_keeps_its_links_and_loses_its_outer_bold():
    piece = pasted("google-docs")

    assert piece.page.title == "Slapen op zolder"
    assert piece.page.lead == "Onder het dak hoor je de regen het eerst."
    assert 'href="https://slaap.example.nl/zolder?a=1"' in piece.body
    assert "<strong>" not in piece.body


def test_a_byline_below_the_title_is_found_and_a_caption_gives_the_credit():
    piece = pasted("site")

    assert piece.page.title == "Wandelen zonder doel"
    assert piece.page.authors == ("Noor Bakker",)
    assert piece.page.image_credit == "Joep van Es"
    assert "Joep van Es" not in piece.body
    assert (
        piece.image.address == "https://tijdschrift.example.nl/uploads/bos.jpg?w=1200"
    )


def test_the_pages_own_header_above_the_title_is_found():
    piece = read_html(
        "<p>Fenna Roodhuizen</p><p>Fenna Roodhuizen | Welzijn | 12 januari 2026</p>"
        f"<p>Leestijd: 4 minuten</p><h1>Waarom stilte helpt</h1>{TEXT}"
    )

    page = piece.page
    assert (page.title, page.authors) == ("Waarom stilte helpt", ("Fenna Roodhuizen",))
    assert (page.category, page.reading_minutes) == ("Welzijn", 4)
    assert page.published_on.isoformat() == "2026-01-12"
    assert piece.body == "<p>Echt waar.</p>"


def test_must_reads_leave_the_text_with_their_address():
    piece = read_html(
        f"<h1>Stilte</h1>{TEXT}"
        '<p><strong>Lees ook:</strong> <a href="https://x.nl/r?utm_source=a">Regen</a></p>'
    )

    [pointer] = [b for b in piece.page.blocks if b.as_json()["kind"] == "must_read"]
    assert (pointer.title, pointer.url) == ("Regen", "https://x.nl/r")
    assert "Regen" not in piece.body


def test_short_bold_lines_are_headings_where_nothing_else_is():
    bold = "<p><strong>Begin klein</strong></p><p>Ga zitten bij het raam.</p>"

    assert "<h2>Begin klein</h2>" in read_html(f"<h1>Stilte</h1>{TEXT}{bold}").body
    with_heading = read_html(f"<h1>Stilte</h1>{TEXT}<h2>Kop</h2>{bold}").body
    assert "<p><strong>Begin klein</strong></p>" in with_heading


def test_a_short_line_without_a_full_stop_is_text_where_headings_are_marked():
    piece = read_html(f"<h1>Stilte</h1>{TEXT}<h2>Kop</h2><p>Tot morgen</p>")

    assert piece.body.endswith("<h2>Kop</h2><p>Tot morgen</p>")
    assert piece.page.blocks[-1].as_json()["kind"] == "paragraph"


def test_a_quotation_keeps_who_said_it():
    piece = read_html(
        f"<h1>Stilte</h1>{TEXT}"
        "<blockquote><p>Rust is werk.</p><p>— Els</p></blockquote>"
    )

    assert piece.body.endswith("<p>Rust is werk.</p><p>— Els</p></blockquote>")
    assert piece.page.blocks[-1].as_json()["attribution"] == "Els"


def test_what_belongs_to_the_page_is_left_out_and_told():
    piece = read_html(
        f"<h1>Stilte</h1>{TEXT}<p>Advertentie</p><p>Verder lezen.</p>"
        "<p>Foutje gezien? Mail ons. Wij zijn je dankbaar.</p>"
    )

    told = [note.what for note in piece.left_out if note.kind == Kind.FURNITURE]
    assert told == ["Advertentie", "Foutje gezien? Mail ons. Wij zijn je dankbaar."]
    assert "Advertentie" not in piece.body


@pytest.mark.parametrize("name", ["word", "google-docs", "site", "outlook"])
def test_every_word_of_a_paste_is_somewhere_or_told(name):
    html = (PAYLOADS / f"{name}.html").read_text()
    piece = read_html(html)

    page = piece.page
    told = [note.what for note in piece.left_out]
    parts = [page.title, page.lead or "", piece.body, *told, *page.authors]
    kept = re.sub(r"<[^>]+>", " ", " ".join([*parts, page.image_credit or ""]))
    shown = re.sub(r"(?s)<(style|script|title|xml)\b.*?</\1>|<!.*?>|<[^>]+>", " ", html)
    words = set(re.findall(r"[^\W\d_]{4,}", shown.replace("&nbsp;", " ")))
    # The words of Word's own marks, hidden text and a button of a form.
    rest = {"bijhouden", "aanwezig", "Door", "Foto", "Meld"}
    assert words - set(re.findall(r"[^\W\d_]{4,}", kept)) - rest == set()


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("", "empty"),
        ("<p>Alleen een titel</p>", "no article text"),
        ("<div>" * 3000 + "x", "strangely"),
        ('<img src="https://x.nl/a.jpg">', "empty"),
    ],
)
def test_what_holds_no_article_is_refused_with_a_reason(html, reason):
    with pytest.raises(UnreadablePage, match=reason):
        read_html(html)
