"""Whole pages: samples with their truth, files of several articles, any text at all."""

import codecs
import json
import os
import re
import time
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from newsletter.articles.page_text import (
    ListOfItems,
    ParsedArticle,
    UnreadablePage,
    decode,
    pages_as_json,
    parse_one,
    parse_page_text,
    split_pages,
)
from tests.newsletter.articles.pages import LEAD, TITLE, comparable, page

ROOT = Path(__file__).parents[3]
OWN = ROOT / "tests" / "payloads" / "articles"
SHARED = Path(
    os.environ.get("SAMPLE_ARTICLES_DIR", ROOT.parent / "shared" / "articles")
)


def titles(text):
    results = parse_page_text(text)
    return [each.title if isinstance(each, ParsedArticle) else None for each in results]


def samples():
    return [
        pytest.param(path, id=f"{folder.parent.name}/{path.stem}")
        for folder in (OWN, SHARED)
        for path in sorted(folder.glob("*.txt"))
        if path.with_suffix(".json").exists()
    ]


@pytest.mark.parametrize("path", samples())
def test_a_sample_is_read_as_its_truth_says(path):
    truth = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    found = pages_as_json(parse_page_text(decode(path.read_bytes())))
    assert comparable(found) == comparable(truth)


TEXT = "Café ‘De Pot’ – één kop\nthee…"


@pytest.mark.parametrize(
    "raw",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        TEXT.encode("cp1252"),
        TEXT.encode("utf-16"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode("cp1252"),
        TEXT.replace("k", "\x00k\x07").encode(),
        TEXT.replace("é", "e\u0301").encode(),
    ],
)
def test_bytes_are_decoded_whatever_saved_them(raw):
    assert decode(raw) == TEXT


def test_invisible_characters_go_and_joiners_of_emoji_stay():
    raw = "a\ufeffb\u200bc\u202ed\ue000e\x1bf 👯‍♀️\u00a0g\tstil\u00adte".encode()
    assert decode(raw) == "abcdef 👯‍♀️ g   stilte"


def test_a_word_broken_at_a_soft_hyphen_is_one_word():
    assert decode("darm\u00ad\n  wand\u00ad\n\nEinde".encode()) == "darmwand\n\nEinde"


@given(st.binary(max_size=400))
def test_any_bytes_are_decoded_and_read(raw):
    assert parse_page_text(decode(raw))


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t\n",
        "\ufeff",
        "-----",
        "advertentie",
        "Rock jouw inbox!",
        "Alleen een titel",
        "Anna Bos\nAnna Bos Tuin 1-3-2021\nLeestijd: 3 minuten",
        "Anna Bos\nAnna Bos Tuin 1-3-2021\n\nTitel",
        "Titel\n\nTussenkop",
        "Titel\n\nLees ook: Iets anders",
        "Titel\n\nFoutje gezien? Mail ons.",
    ],
)
def test_a_file_without_article_text_is_an_error(text):
    [result] = parse_page_text(text)
    assert isinstance(result, UnreadablePage)
    assert result.reason
    assert pages_as_json([result]) == {"error": result.reason}


def test_a_page_without_article_text_raises():
    with pytest.raises(UnreadablePage):
        parse_one("Alleen een titel")


ROWS = ["---", "-----", "- - - -", "—————", "–––", "――――", "────", "  --------  "]


@pytest.mark.parametrize("row", ROWS)
def test_rows_of_dashes_part_articles(row):
    text = f"{row}\n{page()}\n{row}\n\n{row}\n{page(title='Twee')}\n\n{row}"
    assert titles(text) == [TITLE, "Twee"]


def test_a_bad_part_does_not_spoil_the_others():
    text = f"{page()}\n\n-----\n\nAlleen een titel\n\n-----\n\n{page(title='Drie')}"
    assert titles(text) == [TITLE, None, "Drie"]
    as_json = [*pages_as_json(parse_page_text(text))]
    assert [each.get("error") is None for each in as_json] == [True, False, True]


def test_closing_lines_between_rows_of_dashes_are_no_article():
    text = f"{page()}\n\n-----\n\nFoutje gezien? Mail ons.\n\nRock jouw inbox!\n\n---"
    assert titles(text) == [TITLE]


def test_an_advert_between_two_articles_leaves_two():
    text = f"{page()}\n\n-----\nadvertentie\n-----\n\n{page(title='Twee')}"
    assert titles(text) == [TITLE, "Twee"]


def test_the_same_text_parses_alike_with_any_line_ends_and_spaces():
    text = page("Een kop", "- een\n- twee", "Slot.")
    variants = [text.replace("\n", "\r\n"), text.replace("\n\n", "\n \u00a0\n\n")]
    assert [parse_page_text(each) for each in variants] == [parse_page_text(text)] * 2


def words_of(result):
    """Return the words of a result, sorted; dates and minutes are no words."""
    if isinstance(result, UnreadablePage):
        return None
    parts = [result.title, *result.authors, result.category or "", result.lead or ""]
    parts.append(result.image_credit or "")
    for block in result.blocks:
        if isinstance(block, ListOfItems):
            parts += block.items
        else:
            parts += [str(value) for value in vars(block).values() if value]
    if result.expert:
        parts.append(result.expert.bio)
    return sorted(re.findall(r"\w+", " ".join(parts)))


PLAIN = st.sampled_from(
    [
        "Anna", "de", "Boom", "slaapt", "buiten.", "rust?", "stilte!", "“Kom", "‘Ga’",
        "”", "„", "\"", "'", "–", "—", "-", "•", "*", ":", ";", "(", ")", "🌲", "’s",
        "Avonds", "zo’n", "www.x.example", "https://x.example/a", "een,", "zon-",
        "(Bos)", "[", "]", ">", "…",
    ]
)  # fmt: skip
LINE = st.lists(PLAIN, min_size=1, max_size=12).map(" ".join)
PAGE = st.lists(
    st.tuples(LINE, st.sampled_from(["\n", "\n\n", "\n  ", "\n\n• ", "\n- ", "\n1. "])),
    min_size=1,
    max_size=14,
).map(lambda pairs: "".join(line + end for line, end in pairs))


@settings(max_examples=150)
@given(PAGE)
def test_no_word_is_lost_whatever_the_page_looks_like(text):
    # A line of dashes parts the page; a row of dashes is no word of anybody.
    assume(len(split_pages(text)) == 1)
    [page_text] = split_pages(text)
    [result] = parse_page_text(text)
    if isinstance(result, ParsedArticle):
        # The number before an item is its marker, not a word.
        found = sorted(re.findall(r"[^\W\d]+", page_text))
        assert [word for word in words_of(result) if word != "1"] == found


FIXED = st.sampled_from(
    [
        "Anna Bos", "Anna Bos Tuin 1-3-2021", "Leestijd: 3 min", "Must read:",
        "Lees ook: (https://x)", "Meer lezen?", "Meer lezen over", "Foto:", "-----",
        "advertentie", "Rock jouw inbox!", "Elke zondagochtend", "Foutje? Mail ons",
        "“", "”", "– x", "•", "1.", "1)", "\u00ad", "\u00a0", "\x00", "Dr. Eva Smit is",
        "31-02-2021", "door", "tekst:", "&", "en", ",", "'s", "''", ",,x''", "[x](y)",
    ]
)  # fmt: skip


@settings(max_examples=150)
@given(st.lists(FIXED | st.text(max_size=20) | st.just("\n"), max_size=30))
def test_no_text_breaks_the_parser(pieces):
    for text in ("\n".join(pieces), "\n\n".join(pieces), " ".join(pieces)):
        results = parse_page_text(text)
        assert results
        assert json.dumps(pages_as_json(results))


@pytest.mark.parametrize(
    "text",
    [
        "-" * 50_000,
        "- " * 50_000,
        "“" * 20_000,
        "'a " * 20_000,
        "Must read: " + "a-" * 20_000,
        "Must read: " + "a." * 20_000 + "nl",
        "advertentie " * 5_000,
        "fout mail " * 5_000,
        "Anna " * 5_000 + "1 maart 2021",
        "Titel\n\nMeer lezen?\n\n" + "Anna de " * 5_000,
        "a\n" * 10_000,
        "• a\n" * 5_000,
        " " * 50_000 + "x",
        "Lees ook: a" + " " * 20_000 + "b",
        "“a” " + "- " * 20_000,
        "“a”\n" + "- x\n" * 3_000,
    ],
)
def test_a_hostile_text_is_read_in_time(text):
    # Of our own work: a busy machine takes longer over the same.
    begun = time.process_time()

    assert parse_page_text(f"{TITLE}\n\n{LEAD}\n\n{text}")
    assert parse_page_text(text)

    assert time.process_time() - begun < 10
