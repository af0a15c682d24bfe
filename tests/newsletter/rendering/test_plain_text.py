import re

import pytest

from newsletter.issues.blocks import TextBlock
from newsletter.rendering.email import render
from newsletter.rendering.text import prose_as_text, wrapped
from tests.newsletter.rendering.content import an_issue, every_kind
from tests.newsletter.rendering.reading import addresses_in


def test_every_link_of_the_html_is_in_the_text(for_sanne):
    html, text = for_sanne
    lines = {line.strip().removeprefix("mailto:") for line in text.splitlines()}
    assert addresses_in(html) <= lines


def test_no_line_is_longer_than_78_unless_it_is_an_address(for_sanne):
    long = [line for line in for_sanne[1].splitlines() if len(line) > 78]
    assert [line for line in long if not re.fullmatch(r"https?://\S+", line)] == []


def test_nothing_of_the_markup_is_left(whole, for_sanne):
    text = for_sanne[1]
    assert not re.search(r"</?[a-z][^>]*>|&[a-z]+;|&#\d+;|[{}]|mso|mj-", text)
    assert "\ue000" not in text
    assert "\n\n\n\n" not in text


def test_headlines_stand_in_the_order_of_the_mail(for_sanne):
    headlines = [
        "Goedemorgen Sanne,",
        "Het uur dat van jou is",
        "Brood dat een nacht mag slapen",
        "Advertentie · Theehuis De Linde",
        "Drie manieren om een minuut te winnen",
        "Moment van rust",
        "Must read: Warme voeten, koud water",
        "Lezersvraag",
        "Rechtgezet",
        "Fijne zondag,\nEls",
        "Afmelden:",
    ]
    places = [for_sanne[1].index(headline) for headline in headlines]
    assert places == sorted(places)


def test_the_way_out_and_the_postal_address_close_the_text(for_sanne):
    ending = for_sanne[1][-300:]
    assert "afmelden/token-of-sanne" in ending
    assert "Lindelaan 1, 1234 AB Deventer" in ending


def test_a_long_tip_goes_on_under_its_first_word(for_sanne):
    assert "1. Laat de waterkoker" in for_sanne[1]
    assert re.search(r"\n   \S.*\n2\. Lees de laatste zin", for_sanne[1])


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>een</p><p>twee</p>", "een\n\ntwee"),
        ("<ul><li>een</li><li>twee</li></ul>", "- een\n\n- twee"),
        ("<ol><li>een</li><li><p>twee</p></li></ol>", "1. een\n\n2. twee"),
        (
            "<ol><li><p>een</p><p>nog een</p></li><li>twee</li></ol>",
            "1. een\n\n  nog een\n\n2. twee",
        ),
        ("<blockquote><p>stil</p></blockquote><p>weg</p>", "> stil\n\nweg"),
        (
            '<p>Zie <a href="https://a.example">hier</a>.</p>',
            "Zie hier.\nhttps://a.example",
        ),
        ("<p>a<br>b</p>", "a b"),
        ("<p></p>", ""),
        ('<p><a href="https://a.example"></a></p><p>b</p>', "b\nhttps://a.example"),
    ],
)
def test_prose_reads_aloud(html, text):
    assert prose_as_text(html) == text


def test_an_address_is_never_broken():
    address = "https://a.example/" + "lang-" * 30
    assert address in wrapped(f"voor {address} na").splitlines()


def test_an_english_list_gets_english_words():
    issue = an_issue(of_list={"language": "en"})
    blocks = [*every_kind(), TextBlock(body="<p>x</p>")]
    rendered = render(issue, blocks, strict=True)
    for body in (rendered.html, rendered.text):
        assert "View online" in body
        assert "Unsubscribe" in body
        assert "Have a lovely Sunday," in body
        assert "Advertisement" in body
        for dutch in ("Bekijk online", "Afmelden", "Advertentie ", "Fijne"):
            assert dutch not in body
    assert 'lang="en"' in rendered.html
    assert "Sunday 29 November" in rendered.text


def test_a_reserve_issue_has_no_day_yet():
    text = render(an_issue(publication_date=None), [], strict=True).text
    assert "Fijne dag," in text
    assert "Rock jouw inbox\nLeestijd" in text
