"""The expert below "Meer lezen …"."""

import pytest

from newsletter.articles.page_text import ParsedExpert, parse_one
from newsletter.articles.page_text.expert import find_name
from tests.newsletter.articles.pages import page

BIO = "Eva van der Smit is tuinier in Epe. Zij slaapt het liefst buiten."
NOTE = "Foutje gezien? Mail ons. Wij zijn je dankbaar."
PROMO = "Rock jouw inbox! 🤍\n\nElke zondagochtend met liefde gemaakt 🧘‍♀️"
LAST = "Dat was het dan."


def expert_of(*blocks):
    return parse_one(page(LAST, *blocks)).expert


def texts_of(*blocks):
    return [block.as_json() for block in parse_one(page(LAST, *blocks)).blocks]


@pytest.mark.parametrize(
    "heading",
    [
        "Meer lezen over tuinen?",
        "Meer lezen van Eva?",
        "MEER LEZEN OVER TUINEN",
        "Meer lezen?",
        "Meer lezen",
        "Meer lezen over tuinen?\u00a0🌲",
        "Meer lezen over slapen onder een boom of\neen zeil?",
    ],
)
@pytest.mark.parametrize(
    "closing", [(), (NOTE,), (NOTE, PROMO), (PROMO,), (PROMO, NOTE), ("advertentie",)]
)
def test_the_bio_reaches_to_the_closing_lines(heading, closing):
    assert expert_of(heading, BIO, *closing) == ParsedExpert("Eva van der Smit", BIO)
    assert len(texts_of(heading, BIO, *closing)) == 1


def test_a_bio_of_several_paragraphs_is_joined_by_a_blank_line():
    found = expert_of(
        "Meer lezen?", BIO, "Zij schrijft\nook boeken", "evasmit.nl", NOTE
    )
    assert found.name == "Eva van der Smit"
    assert found.bio == f"{BIO}\n\nZij schrijft ook boeken\n\nevasmit.nl"


def test_the_bio_may_touch_its_closing_line():
    assert expert_of("Meer lezen?", f"{BIO}\n{NOTE}").bio == BIO


def test_captions_and_adverts_in_the_bio_are_dropped():
    found = expert_of(
        "Meer lezen?", "Foto: Bo Smit", BIO, "advertentie", "En meer.", NOTE
    )
    assert found.bio == f"{BIO}\n\nEn meer."


def test_a_pointer_in_the_bio_is_a_block():
    blocks = texts_of("Meer lezen?", BIO, "Lees ook: Kamperen", NOTE)
    assert blocks[-1] == {"kind": "must_read", "title": "Kamperen", "url": None}
    assert expert_of("Meer lezen?", BIO, "Lees ook: Kamperen", NOTE).bio == BIO


def test_what_follows_the_closing_lines_is_no_bio():
    blocks = texts_of("Meer lezen?", BIO, NOTE, "Nog een zin.")
    assert blocks[-1] == {"kind": "paragraph", "text": "Nog een zin."}


def test_a_heading_about_reading_is_not_an_expert():
    blocks = ("Meer lezen, minder scrollen", "Een boek voor het slapen helpt.", NOTE)
    assert expert_of(*blocks) is None
    assert [block["kind"] for block in texts_of(*blocks)][1:] == [
        "heading",
        "paragraph",
    ]


def test_the_last_such_heading_counts():
    blocks = ("Meer lezen in bed", "Een boek helpt.", "Meer lezen over bed?", BIO, NOTE)
    assert expert_of(*blocks).bio == BIO
    assert [block["kind"] for block in texts_of(*blocks)][1:] == [
        "heading",
        "paragraph",
    ]


def test_without_such_a_heading_there_is_no_expert():
    assert expert_of(NOTE) is None


@pytest.mark.parametrize(
    "name",
    [
        "Eva Smit",
        "Eva van der Smit",
        "Eva de Wit-Jansen",
        "Eva Jansen-de Wit",
        "Klaas-Jan Ottevanger",
        "Piet in ’t Veld",
        "Jan van ’t Hof",
        "Noor El Amrani",
        "Chloë D’Angelo",
        "J.P. de Vries",
        "Th. Visser",
        "Marie Louise van Dam",
        "Anna ten Cate",
        "Renée op den Akker",
        "Bo Kok",
    ],
)
@pytest.mark.parametrize(
    "bio",
    [
        "{} is tuinier en schrijver.",
        "{} (43) werkt in Den Haag.",
        "{}, tuinier te Epe, slaapt buiten.",
        "Dr. {} is arts in Epe.",
        "Drs. {} werkt voor de Universiteit van Utrecht.",
        "Prof.dr. {} doet onderzoek.",
        "prof. dr. ir. {} doet onderzoek.",
        "Ir. {} bouwt tenten.",
        "Professor {} doet onderzoek.",
        "Huisarts {} is ook tuinier.",
        "GZ-psycholoog {} werkt in Epe.",
        "Sociaal psycholoog {} is ook tuinier.",
        "Diëtist en schrijver {} woont in Epe.",
        "Diëtist en Slaapcoach {} woont in Epe.",
        "Yogadocente {} geeft les.",
        "Arts dr. {} geeft les.",
        "De Gelderse diëtist {} kookt.",
        "Onze expert {} kookt.",
        "In haar praktijk in Den Haag helpt {} mensen.",
        "Als diëtist helpt {} mensen.",
        "Mevrouw {} is tuinier.",
        "{} MSc is tuinier.",
        "{}, MSc, is tuinier.",
        "{} is fysiotherapeut. Met Bo Jansen schreef hij ‘Laat Los Nu’.",
    ],
)
def test_the_name_is_full_and_without_title_or_profession(bio, name):
    assert find_name(bio.format(name), "") == name


def test_the_article_settles_an_unknown_profession():
    bio = "Natuurfluisteraar Eva Smit woont in Epe."
    assert find_name(bio, "“Luister,” zegt Eva Smit.") == "Eva Smit"


def test_the_article_settles_who_of_several_people_is_meant():
    bio = "Wie Rust Roest heet de tuin van Eva Smit."
    assert find_name(bio, "“Luister,” zegt Eva Smit.") == "Eva Smit"


def test_a_bio_with_only_a_first_name_gives_that():
    assert find_name("Eva is tuinier in Epe.", "") == "Eva"


@pytest.mark.parametrize(
    "bio", ["", "Kijk op onze website.", "Zij is tuinier.", "In Epe is veel te doen."]
)
def test_a_bio_without_a_name_has_no_name(bio):
    assert find_name(bio, "") is None
