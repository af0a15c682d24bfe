"""Lines of every page that no article says, wherever they stand."""

import pytest

from newsletter.articles.page_text import parse_one
from tests.newsletter.articles.pages import LEAD, TITLE, body, headed, page

NEXT = "Nog een zin."
ONLY_NEXT = [{"kind": "paragraph", "text": NEXT}]

NOTES = [
    "Foutje gezien? Mail ons. Wij zijn je dankbaar.",
    "Foutje gezien?\nMail ons.\nWij zijn je dankbaar.",
    "FOUTJE GEZIEN? MAIL ONS!",
    "Fout gezien? Mail de redactie.",
    "Zie je een foutje? Laat het ons weten.",
    "Zie je een fout in dit artikel? Laat het ons dan weten!",
    "Staat er een foutje in de tekst? Stuur ons een mailtje.",
    "Heb je een foutje ontdekt? Tip ons!",
    "Typefout gespot? Meld het ons.",
    "Spelfoutje gevonden? Mail naar redactie@voorbeeld.example.",
    "Klopt er iets niet? Laat het ons weten.",
    "Iets gezien dat niet klopt? We horen het graag.",
    "Hebben we een fout gemaakt? Mail ons, dan passen we het aan.",
    "Laat het ons weten als je een foutje ziet.",
    "Fouten kun je melden bij de redactie.",
    "Kom je een foutje tegen? Geef het even door, wij zijn je dankbaar 🙏",
    "Een vergissing gezien in dit\nartikel? Laat het ons weten.",
    "Foutje?\nMail ons!",
    "Niemand is volmaakt. Foutje gezien? Mail ons.",
    "Fout gezien? Klik hier.",
    "Tikfout gevonden? Laat een bericht achter.",
    "Spotte je een fout? Wij zetten het graag recht.",
    "Klopt er iets niet in dit stuk? Stuur even een berichtje.",
]
PROMOS = [
    "Rock jouw inbox!",
    "Rock jouw inbox! 🤍",
    "ROCK JOUW INBOX!",
    "Rock jouw inbox! 🤍\n\nElke zondagochtend met liefde gemaakt zodat jij opstaat",
    "Rock jouw inbox!\n\nElke zondagochtend in je mail. Schrijf je in!",
    "Rock jouw inbox!\n\nadvertentie\n\nElke zondagochtend in je mail",
    "Rock jouw inbox! 🤍\nElke zondagochtend iets moois in je mail🧘‍♀️",
    "🤍 Rock jouw inbox! Elke zondagochtend een mail vol rust",
    "Rock jouw inbox!\n\nElke zondagochtend met liefde gemaakt zodat jij heerlijk\n"
    "wakker wordt",
]
ADVERTS = [
    "advertentie",
    "Advertentie",
    "ADVERTENTIE",
    "- advertentie -",
    "--- advertentie ---",
    "—— ADVERTENTIE ——",
    "-- advertentie van Theehuis De Pot --",
    "[advertentie]",
    "(Advertentie)",
    "Advertentie: thee met korting, alleen deze week",
    "Advertentie – Bestel nu je tent",
    "Advertentie | Tenten",
    "Advertentie Bestel nu je tent",
    "advertentie (lees hieronder verder)",
    "Lees verder onder de advertentie",
    "Tekst loopt door onder de advertentie.",
    "-----\nadvertentie\n-----",
    "-----\n\nAdvertentie: thee\n\n-----",
]
CAPTIONS = [
    "Foto: Bo Smit",
    "FOTO: Bo Smit",
    "Foto’s: Bo Smit",
    "Beeld: Bo Smit",
    "Illustratie: Bo Smit",
    "Illustraties: Bo Smit",
    "(Foto: Bo Smit)",
    "Foto : Bo Smit",
]


@pytest.mark.parametrize("line", [*NOTES, *PROMOS, *ADVERTS, *CAPTIONS])
def test_noise_between_blocks_is_dropped(line):
    assert body(line, NEXT) == ONLY_NEXT


@pytest.mark.parametrize("line", [*NOTES, *PROMOS, *ADVERTS, *CAPTIONS])
def test_noise_below_a_paragraph_is_dropped_without_a_blank_line(line):
    assert body(f"{NEXT}\n{line}") == ONLY_NEXT


@pytest.mark.parametrize("line", [*NOTES, *PROMOS, *ADVERTS, *CAPTIONS])
def test_noise_above_a_paragraph_is_dropped_without_a_blank_line(line):
    assert body(f"{line}\n{NEXT}") == ONLY_NEXT


@pytest.mark.parametrize("line", [*NOTES, *PROMOS, *ADVERTS[:-2], *CAPTIONS])
def test_noise_above_the_author_line_is_dropped(line):
    found = parse_one(f"{line}\n\n{page()}")
    assert (found.title, found.lead, found.blocks) == (TITLE, LEAD, ())
    assert found.authors == ("Anna Bos",)


@pytest.mark.parametrize("line", [*NOTES, *PROMOS, *ADVERTS[:-2], *CAPTIONS])
def test_noise_between_title_and_lead_is_dropped(line):
    found = parse_one(page(NEXT, title=f"{TITLE}\n\n{line}"))
    assert (found.title, found.lead, len(found.blocks)) == (TITLE, LEAD, 1)


@pytest.mark.parametrize("line", CAPTIONS)
def test_a_caption_gives_the_credit(line):
    assert parse_one(page(line)).image_credit == "Bo Smit"


def test_an_empty_caption_gives_no_credit():
    found = parse_one(page("Foto:", "Beeld: Bo Smit", "Foto: Cas Bos"))
    assert found.image_credit == "Bo Smit"
    assert "image_credit" not in headed("").as_json()


@pytest.mark.parametrize(
    "text",
    [
        "Maak je een foutje? Geeft niet. Laat het los en probeer het morgen weer.",
        "Iedereen maakt fouten. Vertel ons er maar over, hier op de bank.",
        "Een foutje gezien bij een ander? Houd het voor je.",
        "Heb je weleens een fout gemaakt op reis? Mail ons jouw verhaal.",
        "Elke zondagochtend loopt Eva door het bos, met haar hond. Dat houdt haar fit.",
        "Advertenties voor tenten beloven veel.",
        "Advertentie-inkomsten dalen al jaren.",
        "Rock jouw inbox is de naam van onze nieuwsbrief.",
        "Foto’s maken helpt om te kijken.",
        "Ging er iets fout? Laat het je partner weten.",
        "Klopt er iets niet in je lijf? Stuur je huisarts een berichtje.",
        "Mijn foto: een tent in de mist.",
        "De redactie sliep een week lang buiten.",
        "De mail: vriend of vijand? Laat het ons weten.",
    ],
)
def test_prose_that_resembles_noise_stays(text):
    assert body(text) == [{"kind": "paragraph", "text": text}]


def test_only_the_line_below_the_promo_belongs_to_it():
    prose = "Elke zondagochtend loopt Eva door het bos."
    for promo in (
        "Rock jouw inbox!\n\nElke zondagochtend mail",
        f"{PROMOS[0]}\n\n{NEXT}",
    ):
        assert body(promo, prose)[-1] == {"kind": "paragraph", "text": prose}


@pytest.mark.parametrize("text", ["Advertenties en rust", "Fouten maken mag!"])
def test_a_heading_that_resembles_noise_stays(text):
    assert body(text, NEXT)[0] == {"kind": "heading", "text": text}


def test_a_list_item_about_adverts_stays():
    assert body("- advertenties weren;\n- slapen.")[0]["items"] == [
        "advertenties weren;",
        "slapen.",
    ]


def test_a_sentence_goes_on_after_an_advert_in_the_middle():
    assert body("Zij slaapt\nadvertentie\nbuiten.") == [
        {"kind": "paragraph", "text": "Zij slaapt buiten."}
    ]
