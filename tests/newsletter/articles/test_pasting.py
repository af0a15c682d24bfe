"""What is pasted from elsewhere becomes plain text of ours, and the rest is told."""

from pathlib import Path

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.articles.models import Article
from newsletter.articles.pasting import Kind, clean_link, tidy
from newsletter.articles.sanitising import clean_typed
from newsletter.issues.blocks import TextBlock

PAYLOADS = Path(__file__).parents[2] / "payloads" / "pasting"


def pasted(name):
    return (PAYLOADS / f"{name}.html").read_text()


def told(name):
    return [(note.kind, note.what) for note in tidy(pasted(name)).left_out]


# --- Word ---


def test_words_lists_become_real_lists_and_keep_their_depth():
    html = clean_typed(pasted("word"))

    assert (
        "<ul><li><p>een kleed</p><ul><li><p>liefst van <em>wol</em></p></li></ul></li>"
        "<li><p>een thermosfles</p></li></ul>"
    ) in html
    assert "<ol><li><p>Zet de wekker.</p></li><li><p>Ga naar " in html
    assert "·" not in html


def test_of_word_stay_the_text_the_title_the_quotation_and_the_bold():
    html = clean_typed(pasted("word"))

    assert html.startswith("<h2>Buiten ontbijten</h2><p>Een boterham smaakt")
    assert "zegt <strong>bijna iedereen</strong>, en het klopt.</p>" in html
    assert "<h2>Wat je meeneemt</h2>" in html
    assert "<blockquote><p>Licht is het halve ontbijt.</p></blockquote>" in html


@pytest.mark.parametrize(
    "gone", ["mso", "MsoNormal", "<o:p>", "Calibri", "file:", "[MB1]", "supportLists"]
)
def test_nothing_of_words_own_stays(gone):
    assert gone not in clean_typed(pasted("word"))


def test_what_word_carried_along_is_told():
    assert told("word") == [
        (Kind.DELETED, "meteen"),
        (Kind.PICTURE, "Een kleed in het gras"),
        (Kind.TABLE, "Dag | Zon op"),
        (Kind.COMMENT, "Bron navragen"),
    ]


def test_word_in_the_browser_makes_one_list_of_its_many():
    assert clean_typed(pasted("word-online")) == (
        "<p><strong>Rust</strong> is geen luxe</p>"
        "<ul><li><p>thee</p></li><li><p>een boek</p></li></ul>"
    )


# --- Google Docs, Outlook, Apple, a site, a sheet ---


def test_google_docs_does_not_make_everything_bold():
    html = clean_typed(pasted("google-docs"))

    assert "hoor je <strong>de regen</strong><em> het eerst</em>.</p>" in html
    assert html.count("<strong>") == 1
    assert "<h3>Drie gewoontes</h3>" in html
    assert "<p>raam op een kier</p><ul><li><p>ook in de winter</p></li></ul>" in html
    assert 'href="https://slaap.example.nl/zolder?a=1"' in html


def test_outlook_gives_paragraphs_and_the_links_that_were_meant():
    html = clean_typed(pasted("outlook"))

    assert html.startswith("<p>Hoi Merel,</p><p>Hier staat het stuk:")
    assert 'href="https://stuk.example.nl/thee?id=7"' in html
    assert 'href="https://stuk.example.nl/water"' in html
    assert "<p>Eerst de ketel.<br>Dan pas de kop.</p><p>Groet</p>" in html
    assert told("outlook") == [(Kind.PICTURE, "image001.png")]


def test_apples_hard_spaces_are_spaces():
    assert clean_typed(pasted("apple-notes")).startswith(
        "<p><strong>Ademen</strong> kan iedereen, rustig ademen niet.</p><ul>"
    )


def test_of_a_site_its_text_stays_and_what_moves_is_told():
    html = clean_typed(pasted("site"))

    assert "komt ver. 🌿</p><h3>Begin bij de deur</h3>" in html
    assert "fbclid" not in html
    assert "track()" not in html
    assert told("site") == [
        (Kind.PICTURE, "Een pad in het bos"),
        (Kind.EMBED, "www.youtube.com"),
        (Kind.FORM, ""),
    ]
    [image] = tidy(pasted("site")).images
    assert image.caption == "Foto: Joep van Es"


def test_a_table_becomes_lines_and_is_told():
    assert clean_typed(pasted("excel")) == "<p>Thee | Minuten</p><p>Munt | 7</p>"
    assert told("excel") == [(Kind.TABLE, "Thee | Minuten")]


def test_a_picture_inside_the_text_is_told_with_what_to_do():
    [note] = tidy(pasted("drawn-in")).left_out

    assert "Grafiek van de week" in note.sentence
    assert "Bewaar" in note.sentence
    assert "base64" not in clean_typed(pasted("drawn-in"))


# --- What the editor of text in the browser has looked at already ---


def test_bullets_that_a_browser_made_text_of_are_a_list_again():
    html = clean_typed(
        "<p>·\xa0\xa0\xa0\xa0 thee</p><p>o\xa0\xa0 munt</p><p>·&nbsp;&nbsp; koffie</p>"
        "<p>1.\xa0\xa0\xa0 warm &amp; vol</p><p>2.\xa0\xa0\xa0 koud</p>"
    )

    assert html == (
        "<ul><li><p>thee</p><ul><li><p>munt</p></li></ul></li>"
        "<li><p>koffie</p></li></ul>"
        "<ol><li><p>warm &amp; vol</p></li><li><p>koud</p></li></ol>"
    )


@pytest.mark.parametrize(
    "line",
    ["o ja, dat is waar", "1. dat ook", "– zei ze –", "a) misschien", "3 · 4 = 12"],
)
def test_a_sentence_that_begins_with_such_a_sign_stays_a_sentence(line):
    assert clean_typed(f"<p>{line}</p>") == f"<p>{line}</p>"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("<p></p>", ""),
        ("<p>een</p><p>\xa0</p><p><br></p><p>twee</p>", "<p>een</p><p>twee</p>"),
        ("<p>een<br><br>twee</p>", "<p>een</p><p>twee</p>"),
        ("<p>een<br>twee</p>", "<p>een<br>twee</p>"),
        ("<h1>een</h1><h6>twee</h6>", "<h2>een</h2><h3>twee</h3>"),
        ("<h2><strong>kop</strong></h2>", "<h2>kop</h2>"),
        ("<p>10\xa0% van de tijd</p>", "<p>10&nbsp;% van de tijd</p>"),
        ("<p>na \xa0 elkaar</p>", "<p>na elkaar</p>"),
        ("<p>cp1252: \x93rust\x94</p>", "<p>cp1252: “rust”</p>"),
        ("<p>5 < 6 & 7</p>", "<p>5 &lt; 6 &amp; 7</p>"),
        ("gewoon tekst", "gewoon tekst"),
        ('<p><a href="javascript:alert(1)">druk</a></p>', "<p>druk</p>"),
        ('<p><a href="#kop">kop</a></p>', "<p>kop</p>"),
        ('<p>weg<span style="display:none"> geheim</span></p>', "<p>weg</p>"),
        (
            "<blockquote>zonder p</blockquote>",
            "<blockquote><p>zonder p</p></blockquote>",
        ),
        ("<pre>een\ntwee</pre>", "<p>een<br>twee</p>"),
        (
            '<a href="https://x.nl/"><div>een</div></a>',
            '<p><a href="https://x.nl/">een</a></p>',
        ),
    ],
)
def test_small_things_are_put_right(typed, kept):
    assert clean_typed(typed).replace(' rel="noopener noreferrer"', "") == kept


def test_what_is_nested_beyond_any_text_is_still_made_safe():
    html = "<div>" * 5000 + "<script>alert(1)</script>diep"

    assert clean_typed(html) == "diep"


NAMES = "p div span b ul ol li table tr td blockquote h1 h4 a br pre figure img"
TAGS = st.sampled_from(NAMES.split(" "))
SAID = st.text(alphabet=" aé·o1.)\xa0\u200b<>&\x92\n", max_size=8)
PIECES = st.lists(st.one_of(SAID, TAGS.map("<{}>".format), TAGS.map("</{}>".format)))


@given(PIECES.map("".join))
def test_cleaning_what_was_cleaned_changes_nothing(html):
    once = clean_typed(html)

    assert clean_typed(once) == once


@given(PIECES.map("".join))
def test_no_letter_is_lost(html):
    in_a_browser = nh3.clean(html, tags={"p"})

    assert clean_typed(html).count("é") == in_a_browser.count("é")


@pytest.mark.django_db
def test_every_field_of_rich_text_is_cleaned_this_way():
    for model, name in ((Article, "body"), (TextBlock, "body")):
        field = model._meta.get_field(name)
        cleaned = field.clean("<p>·\xa0\xa0 thee</p>", None)
        assert cleaned == "<ul><li><p>thee</p></li></ul>"


# --- Links ---


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("https://x.nl/a?utm_source=b&utm_medium=c", "https://x.nl/a"),
        ("https://x.nl/a?b=1&fbclid=q&c=%20+&gclid=z#d", "https://x.nl/a?b=1&c=%20+#d"),
        ("https://x.nl/?mc_eid=1&MC_CID=2", "https://x.nl/"),
        ("https://x.nl/a?b&c=", "https://x.nl/a?b&c="),
        (
            "https://www.google.com/url?q=https://x.nl/%3Fa%3D1&sa=D",
            "https://x.nl/?a=1",
        ),
        ("https://www.google.nl/url?sa=t&url=https%3A%2F%2Fx.nl%2F", "https://x.nl/"),
        (
            "https://nam12.safelinks.protection.outlook.com/?url=http%3A%2F%2Fx.nl&data=1",
            "http://x.nl",
        ),
        (
            "https://urldefense.proofpoint.com/v2/url?u=https-3A__x.nl_a-5Fb-3Fc-3D1&d=x",
            "https://x.nl/a_b?c=1",
        ),
        ("https://urldefense.com/v3/__https://x.nl/a*b__;Iw!!q!z$", "https://x.nl/a#b"),
        ("https://urldefense.com/v3/__https:/x.nl/a__;!!q!z$", "https://x.nl/a"),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fx.nl&h=1", "https://x.nl"),
        (
            "https://www.google.com/url?q=https://eur03.safelinks.protection.outlook.com"
            "/%3Furl%3Dhttps%253A%252F%252Fx.nl",
            "https://x.nl",
        ),
        ("mailto:els@x.nl?subject=utm_source", "mailto:els@x.nl?subject=utm_source"),
    ],
)
def test_a_link_leads_where_it_was_meant_to(address, meant):
    assert clean_link(address) == meant


@pytest.mark.parametrize(
    "address",
    [
        "https://www.google.com/url?q=javascript:alert(1)",
        "https://www.google.com/url?sa=t",
        "https://urldefense.com/v3/__https://x.nl/**Ab__;Iw!!q!z$",
        "https://urldefense.com/v3/__https://x.nl/*a__;/w!!q!z$",
        "https://google.com.evil.example/url?q=https://x.nl",
        "https://[::1",
        "https://x.nl/url?q=https://y.nl",
    ],
)
def test_a_link_that_wraps_nothing_we_know_stays_as_it_is(address):
    assert clean_link(address) == address
