"""Headings, paragraphs, quotes, lists and pointers."""

import pytest

from newsletter.articles.page_text import parse_one
from tests.newsletter.articles.pages import body

LONG = "Dit is een zin die precies lang genoeg is om op deze smalle pagina nooit"
WRAPPED = f"{LONG}\nop een enkele regel te passen."


def paragraph(text):
    return {"kind": "paragraph", "text": text}


def heading(text):
    return {"kind": "heading", "text": text}


def items(*texts):
    return {"kind": "list", "items": list(texts)}


def quote(text, attribution=None):
    return {"kind": "quote", "text": text, "attribution": attribution}


def must_read(title, url=None):
    return {"kind": "must_read", "title": title, "url": url}


@pytest.mark.parametrize(
    "line",
    [
        "Stil",
        "Wat heb je nodig?",
        "Gewoon doen!",
        "EEN BED VAN BLADEREN",
        "Slapen (en weer opstaan)",
        "Over ‘rust’",
        "Stap 1. Zoek een plek",
        "Koud? Dat valt mee",
        "Wat heb je nodig? 🌲",
        "Warm, droog en stil",
        "De 10-minutenregel",
    ],
)
def test_a_short_line_without_a_full_stop_is_a_heading(line):
    assert body(line, "Nog een zin.") == [heading(line), paragraph("Nog een zin.")]


@pytest.mark.parametrize(
    "line",
    [
        "Dit heb je nodig:",
        "Meer niet.",
        "Meer niet…",
        "Meer niet...",
        "Meer niet. 🌲",
        "Eerst een matje,",
        "Zij zei: “Het was koud.”",
        "www.voorbeeld.example",
        "https://voorbeeld.example/tuin",
        "🌲🌲🌲",
        "…",
        "* * *",
        "Heb je ook weleens dat je midden in de nacht wakker wordt van een geluid "
        "dat je niet thuis kunt brengen en dat maar niet ophoudt?",
    ],
)
def test_any_other_line_is_a_paragraph(line):
    assert paragraph(line) in body(line, "Nog een zin.") or line == "* * *"


def test_a_wrapped_block_becomes_one_line():
    assert body(WRAPPED) == [paragraph(f"{LONG} op een enkele regel te passen.")]


def test_a_hyphen_at_the_end_of_a_line_keeps_its_word_together():
    assert body("Zo deed Klaas-\nJan het met zon- \nen feestdagen.") == [
        paragraph("Zo deed Klaas-Jan het met zon- en feestdagen.")
    ]


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        "“”",
        "„”",
        "„“",
        "””",
        '""',
        "‘’",
        "''",
        "‚’",
        "‚‘",
        "«»",
        "»«",
        "‹›",
        (",,", "''"),
    ],
)
@pytest.mark.parametrize(
    ("after", "attribution"),
    [
        ("", None),
        (" — Eva Smit, tuinier", "Eva Smit, tuinier"),
        (" – Eva Smit (47)", "Eva Smit (47)"),
        (" - Eva", "Eva"),
        ("\n— Eva Smit", "Eva Smit"),
        ("\n– Eva Smit, auteur van ‘Buiten’", "Eva Smit, auteur van ‘Buiten’"),
        ("\n- Eva Smit", "Eva Smit"),
        ("\n-- Eva Smit", "Eva Smit"),
        ("\n―Eva Smit", "Eva Smit"),
    ],
)
def test_a_block_that_is_one_quotation_is_a_quote(opening, closing, after, attribution):
    text = "Ik lag er warm bij. Zo’n nacht vergeet je niet!"
    assert body(f"{opening}{text}{closing}{after}") == [quote(text, attribution)]


@pytest.mark.parametrize(
    ("block", "text"),
    [
        ("“Ze zei: ‘Kom.’ Toen ging ik.”", "Ze zei: ‘Kom.’ Toen ging ik."),
        ("‘Ze zei: “Kom.” Toen ging ik.’", "Ze zei: “Kom.” Toen ging ik."),
        ("“Ze zei: “Kom.” Toen ging ik.”", "Ze zei: “Kom.” Toen ging ik."),
        ('"Ze zei: "kom" en ik ging."', 'Ze zei: "kom" en ik ging.'),
        ("‘’s Avonds is het stil.’", "’s Avonds is het stil."),
        ("‘Het was Hans’ idee.’", "Het was Hans’ idee."),
        ("“Ik sliep\nals een roos.”", "Ik sliep als een roos."),
        (
            "“Buiten – dus niet binnen – slaap ik.”",
            "Buiten – dus niet binnen – slaap ik.",
        ),
        ("« Ik slaap. »", "Ik slaap."),
    ],
)
def test_a_quote_keeps_the_quotations_in_it(block, text):
    assert body(block) == [quote(text)]


@pytest.mark.parametrize(
    "block",
    [
        "“Het was koud,” zei ze. “Maar stil.”",
        "“Het was koud” – zei ze later – “maar stil.”",
        "“Koud” – dat woord gebruikt niemand hier.",
        '"Koud" en "stil", meer was het niet. Dus "nat".',
        "‘Koud’ en ‘stil’ zijn woorden van ‘toen.’",
        "„Koud,” zei ze. „Maar stil.”",
        "Ze zei: “Het was koud.”",
        "“Het was koud,” aldus de tuinier.",
        "“Het was koud.",
        "’s Avonds is het stil. En dan zegt Hans’ buurman: ‘Welterusten.’",
    ],
)
def test_other_quotations_stay_in_their_paragraph(block):
    assert body(block) == [paragraph(block)]


def test_a_quote_with_its_speaker_wrapped_is_one_quote():
    speaker = "Eva Smit, die al jaren in haar tuin slaapt en er een\nboek over schreef"
    text = f"“Ik lag er warm bij.”\n– {speaker}"
    assert body(text) == [
        quote(
            "Ik lag er warm bij.",
            "Eva Smit, die al jaren in haar tuin slaapt en er een boek over schreef",
        )
    ]


def test_a_speaker_below_a_blank_line_belongs_to_the_quote_above():
    assert body("“Ik lag warm.”", "— Eva Smit") == [quote("Ik lag warm.", "Eva Smit")]


def test_a_list_below_a_quote_stays_a_list():
    assert body("“Ik lag warm.”", "- matje", "- zeil") == [
        quote("Ik lag warm."),
        items("matje", "zeil"),
    ]


@pytest.mark.parametrize("marker", ["•", "◦", "*", "-", "–"])
@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_lines_with_a_marker_are_a_list(marker, between):
    text = between.join(f"{marker} {item}" for item in ("Een matje.", "Een zeil"))
    assert body(text, "Klaar.") == [
        items("Een matje.", "Een zeil"),
        paragraph("Klaar."),
    ]


@pytest.mark.parametrize("mark", [".", ")"])
def test_numbered_lines_are_a_list(mark):
    text = "\n".join(f"{number}{mark} Stap {number}" for number in range(1, 12))
    assert body(text) == [items(*(f"Stap {number}" for number in range(1, 12)))]


def test_a_list_may_follow_its_paragraph_directly():
    assert body("Dit heb je nodig:\n• matje\n• zeil") == [
        paragraph("Dit heb je nodig:"),
        items("matje", "zeil"),
    ]
    assert body("Dit heb je nodig. Meer niet.\n1. matje\n2. zeil") == [
        paragraph("Dit heb je nodig. Meer niet."),
        items("matje", "zeil"),
    ]


def test_nested_items_follow_their_parent():
    text = (
        "- Warmte:\n    ◦ een deken;\n    ◦ een muts.\n- Licht:\n  1) lamp\n  2) maan"
    )
    assert body(text) == [
        items("Warmte:", "een deken;", "een muts.", "Licht:", "lamp", "maan")
    ]


@pytest.mark.parametrize("indent", ["", "  "])
def test_wrapped_items_become_one_line(indent):
    text = f"- {LONG}\n{indent}op een regel past.\n- Kort"
    assert body(text) == [items(f"{LONG} op een regel past.", "Kort")]


def test_a_wrapped_line_may_begin_with_a_dash_or_number():
    dashed = f"{LONG}s\n– echt nooit – op een regel past."
    numbered = f"{LONG}s\n7. of meer regels telt."
    assert body(dashed) == [paragraph(dashed.replace("\n", " "))]
    assert body(numbered) == [paragraph(numbered.replace("\n", " "))]


def test_an_item_may_wrap_before_a_dash():
    text = f"• {LONG[2:]}s\n  – echt nooit – past.\n• Kort"
    assert body(text) == [items(f"{LONG[2:]}s – echt nooit – past.", "Kort")]


def test_an_advert_does_not_cut_a_list_in_two():
    assert body("• matje", "advertentie", "• zeil") == [items("matje", "zeil")]


@pytest.mark.parametrize(
    "block", ["-5 graden is koud.", "1.5 liter is genoeg.", "*Let op."]
)
def test_a_marker_needs_a_space(block):
    assert body(block) == [paragraph(block)]


URL = "https://voorbeeld.example/tuin/slapen-en-waken?x=1"


@pytest.mark.parametrize(
    "label", ["Must read:", "MUST READ:", "must read :", "Lees ook:", "LEES OOK:"]
)
@pytest.mark.parametrize(
    ("rest", "title", "url"),
    [
        ("Slapen in het gras", "Slapen in het gras", None),
        ("Koud? Zo niet!", "Koud? Zo niet!", None),
        ("Slapen: wat nu?", "Slapen: wat nu?", None),
        (f"Slapen {URL}", "Slapen", URL),
        (f"Slapen ({URL})", "Slapen", URL),
        (f"Slapen [{URL}]", "Slapen", URL),
        (f"Slapen <{URL}>", "Slapen", URL),
        (f"Slapen - {URL}", "Slapen", URL),
        (f"Slapen – {URL}", "Slapen", URL),
        (f"Slapen — {URL}", "Slapen", URL),
        (f"Slapen (en waken) ({URL})", "Slapen (en waken)", URL),
        (f"Slapen – en waken – {URL}", "Slapen – en waken", URL),
        (f"Slapen? {URL}", "Slapen?", URL),
        ("Slapen www.voorbeeld.example/tuin", "Slapen", "www.voorbeeld.example/tuin"),
        (f"[Slapen]({URL})", "Slapen", URL),
        (f"Slapen\n{URL}", "Slapen", URL),
        (f"Slapen\n({URL})", "Slapen", URL),
        ("Slapen met/zonder zeil (o.a.)", "Slapen met/zonder zeil (o.a.)", None),
    ],
)
def test_a_pointer_has_a_title_and_perhaps_an_address(label, rest, title, url):
    assert body(f"{label} {rest}") == [must_read(title, url)]


def test_pointers_stand_one_on_a_line():
    text = f"Een zin.\nLees ook: Eén ({URL})\nMust read: Twee\nNog een zin."
    assert body(text) == [
        paragraph("Een zin."),
        must_read("Eén", URL),
        must_read("Twee"),
        paragraph("Nog een zin."),
    ]


def test_a_wrapped_pointer_becomes_one_line():
    text = f"Lees ook: {LONG}\nbuiten slaapt"
    assert body(WRAPPED, text)[1] == must_read(f"{LONG} buiten slaapt")


def test_prose_that_says_lees_ook_is_a_paragraph():
    text = "Lees ook dit boek: Slapen in het gras."
    assert body(text) == [paragraph(text)]


def test_emoji_and_spaces_that_do_not_break_survive():
    text = "Slaap\u00a0lekker\u00ad, zei ze 👯‍♀️ tegen ons.\nEcht\u00a0waar."
    assert body(text) == [paragraph("Slaap lekker, zei ze 👯‍♀️ tegen ons. Echt waar.")]


def test_a_pointer_above_the_first_paragraph_leaves_no_lead():
    article = parse_one("Titel\n\nLees ook: Iets anders\n\nEen zin.")
    assert article.lead is None
    assert [block.as_json() for block in article.blocks] == [
        must_read("Iets anders"),
        paragraph("Een zin."),
    ]
