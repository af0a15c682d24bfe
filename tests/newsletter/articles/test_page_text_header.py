"""Author line, byline, reading time and title."""

from datetime import date

import pytest

from newsletter.articles.page_text import parse_one
from tests.newsletter.articles.pages import LEAD, TITLE, headed, page

TWO = ("Anna de Wit", "Bo Jansen")
THREE = ("Anna de Wit", "Bo Jansen", "Cas van der Smit")


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("Anna de Wit", ("Anna de Wit",)),
        ("door Anna de Wit", ("Anna de Wit",)),
        ("Door: Anna de Wit", ("Anna de Wit",)),
        ("Tekst: Anna de Wit", ("Anna de Wit",)),
        ("TEKST Anna de Wit", ("Anna de Wit",)),
        ("Tekst door Anna de Wit", ("Anna de Wit",)),
        ("Anna de Wit en Bo Jansen", TWO),
        ("Anna de Wit & Bo Jansen", TWO),
        ("Anna de Wit, Bo Jansen", TWO),
        ("door Anna de Wit, Bo Jansen en Cas van der Smit", THREE),
        ("Anna de Wit, Bo Jansen & Cas van der Smit", THREE),
        ("tekst Anna de Wit, Bo Jansen, en Cas van der Smit", THREE),
        ("door Anna de Wit,\nBo Jansen en\nCas van der Smit", THREE),
        ("Renée Engelen", ("Renée Engelen",)),
        ("Redactie", ("Redactie",)),
        ("J.P. ’t Hart", ("J.P. ’t Hart",)),
        ("Tekst: Engelbert-Jan d’Hondt", ("Engelbert-Jan d’Hondt",)),
    ],
)
def test_the_author_line_names_the_authors(line, authors):
    joined = " en ".join(authors)
    found = headed(f"{line}\n{joined} Hart & Ziel 1 maart 2021")
    assert found.authors == authors
    assert found.category == "Hart & Ziel"
    assert found.published_on == date(2021, 3, 1)
    assert found.reading_minutes is None


@pytest.mark.parametrize(
    "byline",
    [
        "Anna de Wit en Bo Jansen Hart & Ziel 7-11-2022",
        "Anna de Wit & Bo Jansen | Hart & Ziel | 7-11-2022",
        "Anna de Wit, Bo Jansen · Hart & Ziel · 7-11-2022",
        "Anna de Wit en Bo Jansen - Hart & Ziel - 7-11-2022",
        "Anna de Wit en Bo Jansen – Hart & Ziel – 07-11-2022",
        "Anna de Wit en Bo Jansen — Hart & Ziel — 7 november 2022",
        "Anna de Wit en Bo Jansen|Hart & Ziel|7 nov 2022",
        "Anna de Wit en Bo Jansen Hart & Ziel | 7 nov. 2022",
        "door Anna de Wit en Bo Jansen | Hart & Ziel | 7 nov. 2022",
        "ANNA DE WIT EN BO JANSEN | Hart & Ziel | 7/11/2022",
        "Anna de Wit en Bo Jansen\nHart & Ziel 7/11/2022",
        "Anna de Wit en Bo Jansen Hart & Ziel 7 november\n2022",
    ],
)
def test_a_byline_may_be_joined_in_many_ways(byline):
    found = headed(f"door Anna de Wit en Bo Jansen\n{byline}\nLeestijd: 3 minuten")
    assert found.authors == TWO
    assert found.category == "Hart & Ziel"
    assert found.published_on == date(2022, 11, 7)
    assert found.reading_minutes == 3


@pytest.mark.parametrize(
    ("byline", "authors", "category"),
    [
        ("Anna de Wit | Hart & Ziel | 1 maart 2021", ("Anna de Wit",), "Hart & Ziel"),
        ("Anna de Wit · Buiten · 1-3-2021", ("Anna de Wit",), "Buiten"),
        ("Anna de Wit - Buiten - 1-3-2021", ("Anna de Wit",), "Buiten"),
        ("Anna de Wit Buiten 1 mrt 2021", ("Anna de Wit",), "Buiten"),
        ("Anna de Wit Hart & Ziel 1 mrt 2021", ("Anna de Wit",), "Hart & Ziel"),
        ("Eva Rust Zin 1 mrt 2021", ("Eva Rust",), "Zin"),
        ("Eva Rust 1 mrt 2021", ("Eva Rust",), None),
        ("Anna de Wit & Bo Jansen Eten & drinken 1.3.2021", TWO, "Eten & drinken"),
        ("Anna de Wit, Bo Jansen Tuin 1.3.2021", TWO, "Tuin"),
        ("Anna de Wit en Bo Jansen | 1.3.2021", TWO, None),
        ("Anna de Wit en Bo Jansen 1.3.2021", TWO, None),
        ("door Anna de Wit en Bo Jansen | Tuin | 1.3.2021", TWO, "Tuin"),
        ("Anna Bos-van Dam Tuin 1.3.2021", ("Anna Bos-van Dam",), "Tuin"),
        ("Marie Louise van Dam Tuin 1.3.2021", ("Marie Louise van Dam",), "Tuin"),
        ("J. de Wit Tuin 1.3.2021", ("J. de Wit",), "Tuin"),
        ("Piet in ’t Veld Tuin 1.3.2021", ("Piet in ’t Veld",), "Tuin"),
        ("Redactie | Tuin | 1.3.2021", ("Redactie",), "Tuin"),
        ("Welzijn 1.3.2021", (), "Welzijn"),
        ("1 maart 2021", (), None),
    ],
)
def test_a_byline_suffices_without_an_author_line(byline, authors, category):
    found = headed(byline)
    assert found.authors == authors
    assert found.category == category
    assert found.published_on == date(2021, 3, 1)


@pytest.mark.parametrize(
    "byline",
    ["Anna Bos 1 maart 2021", "Anna Bos | 1 maart 2021", "Anna Bos - 1-3-2021"],
)
def test_the_category_may_be_absent(byline):
    found = headed(f"Anna Bos\n{byline}\nLeestijd: 3 minuten")
    assert found.authors == ("Anna Bos",)
    assert found.category is None
    assert found.published_on == date(2021, 3, 1)


def test_a_byline_with_only_category_and_date_leaves_the_authors_above():
    found = headed("Anna Bos\nHart & Ziel | 1 maart 2021")
    assert (found.authors, found.category) == (("Anna Bos",), "Hart & Ziel")


def test_a_byline_may_stand_apart_from_the_author_line():
    found = headed("Anna Bos\n\nAnna Bos Tuin 1 maart 2021\n\nLeestijd: 3 minuten")
    assert (found.authors, found.category) == (("Anna Bos",), "Tuin")
    assert found.reading_minutes == 3


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("16 jan 2020", date(2020, 1, 16)),
        ("16 jan. 2020", date(2020, 1, 16)),
        ("16 JANUARI 2020", date(2020, 1, 16)),
        ("donderdag 16 januari 2020", date(2020, 1, 16)),
        ("1 febr. 2021", date(2021, 2, 1)),
        ("1 maart 2021", date(2021, 3, 1)),
        ("1 mrt 2021", date(2021, 3, 1)),
        ("30 april 2021", date(2021, 4, 30)),
        ("5 mei 2021", date(2021, 5, 5)),
        ("5 juni 2021", date(2021, 6, 5)),
        ("5 jul 2021", date(2021, 7, 5)),
        ("5 aug 2021", date(2021, 8, 5)),
        ("5 sept. 2021", date(2021, 9, 5)),
        ("5 okt 2021", date(2021, 10, 5)),
        ("07-11-2022", date(2022, 11, 7)),
        ("7/11/2022", date(2022, 11, 7)),
        ("7.11.2022", date(2022, 11, 7)),
        ("7-11-22", date(2022, 11, 7)),
        ("29 februari 2024", date(2024, 2, 29)),
        ("31-02-2021", None),
        ("7 november 2022 om 08.30 uur", date(2022, 11, 7)),
    ],
)
@pytest.mark.parametrize("mark", [" ", " | ", " · ", " - ", " – "])
def test_dates_are_dutch_and_day_first(text, day, mark):
    found = headed(f"Anna Bos\nAnna Bos{mark}Tuin{mark}{text}")
    assert found.published_on == day
    assert found.category == "Tuin"


@pytest.mark.parametrize(
    ("line", "minutes"),
    [
        ("Leestijd: 3 minuten", 3),
        ("Leestijd: 12 min", 12),
        ("Leestijd: 12 min.", 12),
        ("Leestijd: ca. 4 min", 4),
        ("leestijd circa 4 minuten", 4),
        ("LEESTIJD: 1 MINUUT", 1),
        ("Leestijd: ± 5 min", 5),
        ("Leestijd: vijf minuten", 5),
        ("4 minuten leestijd", 4),
        ("Leestijd: onbekend", None),
    ],
)
def test_the_reading_time_is_as_stated(line, minutes):
    assert (
        headed(f"Anna Bos\nAnna Bos Tuin 1-3-2021\n{line}").reading_minutes == minutes
    )


def test_the_reading_time_may_stand_on_the_line_of_the_byline():
    found = headed("Anna Bos\nAnna Bos | Tuin | 1 maart 2021 | Leestijd: 4 min")
    assert found.reading_minutes == 4
    assert (found.category, found.published_on) == ("Tuin", date(2021, 3, 1))


def test_a_page_without_a_header_begins_with_its_title():
    found = headed("")
    assert (found.authors, found.category, found.published_on) == ((), None, None)


def test_an_author_line_and_reading_time_suffice():
    found = headed("door Anna Bos en Bo Jansen\nLeestijd: 2 min")
    assert found.authors == ("Anna Bos", "Bo Jansen")
    assert found.reading_minutes == 2


def test_a_byline_without_a_date_still_gives_the_category():
    found = headed("Anna Bos\nAnna Bos Tuin\nLeestijd: 2 min")
    assert (found.authors, found.category) == (("Anna Bos",), "Tuin")


@pytest.mark.parametrize(
    "title",
    [
        "Alles wat je wilt weten over slapen onder een boom, een zeil of\neen afdak",
        "Buiten slapen:\nzo doe je dat",
        "Buiten slapen\n– en waarom het helpt",
        "“Ik slaap al jaren buiten”",
        "Wat doe je op 1 januari 2022",
        "Door weer en wind slapen",
        "7 manieren om buiten te slapen",
        "SLAAP LEKKER BUITEN!",
        "Meer lezen, minder scrollen",
        "Leestijd: hoe lang kun je stilzitten?",
        "Alles wat je wilt weten over Klaas-\nJan",
    ],
)
def test_a_title_may_look_like_anything_and_be_wrapped(title):
    article = parse_one(page(title=title))
    assert article.title == " ".join(title.split()).replace("Klaas- ", "Klaas-")
    assert article.lead == LEAD


@pytest.mark.parametrize(
    "title",
    ["Door de bomen het bos zien", "Zo vier je 1 januari 2022", "Tekst en uitleg"],
)
def test_a_title_without_a_header_is_no_author_line(title):
    article = parse_one(page("Nog een alinea.", header="", title=title))
    assert (article.title, article.authors, article.lead) == (title, (), LEAD)


def test_the_first_caption_gives_the_credit_and_is_no_lead():
    article = parse_one(f"Foto: Bo Jansen\n\n{TITLE}\n\nBeeld: Cas Smit\n\n{LEAD}")
    assert (article.title, article.lead) == (TITLE, LEAD)
    assert article.image_credit == "Bo Jansen"


def test_a_heading_below_the_title_leaves_no_lead():
    article = parse_one(f"{TITLE}\n\nWaar begin je?\n\n{LEAD}")
    assert article.lead is None
    assert [block.as_json()["kind"] for block in article.blocks] == [
        "heading",
        "paragraph",
    ]
