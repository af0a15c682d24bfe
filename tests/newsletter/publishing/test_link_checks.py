"""Links by their looks: addresses, and the words one presses."""

import pytest

from newsletter.articles.models import Article
from newsletter.issues.block import Extent
from newsletter.issues.blocks import ButtonBlock, CardBlock, OpeningBlock
from newsletter.publishing.finding_models import LinkCheck, LinkState
from newsletter.publishing.findings import Severity
from newsletter.publishing.link_checks import (
    LINK_ADDRESSES,
    LINK_ONCE,
    LINK_PRIVATE,
    LINK_SECURE,
    LINK_SHORTENED,
    LINK_TRACKING,
    LINK_WORDS,
    check_links,
    without_tracking,
)
from tests.newsletter.publishing.lines import a_text, codes, in_issue

STORY = "https://www.rockjouwmagazine.example/stilte"


def link(address, words="de stilte"):
    return a_text(f'<p>Lees over <a href="{address}">{words}</a>.</p>')


def found(*blocks, known=None):
    _issue, blocks = in_issue(*blocks)
    return list(check_links(blocks, known))


@pytest.mark.parametrize(
    ("address", "check", "severity"),
    [
        ("/welkom", LINK_ADDRESSES, Severity.WARN),
        ("www.example.nl/stilte", LINK_ADDRESSES, Severity.WARN),
        ("mailto:", LINK_ADDRESSES, Severity.WARN),
        ("mailto:?subject=Hoi", LINK_ADDRESSES, Severity.WARN),
        ("https:///stilte", LINK_ADDRESSES, Severity.STOP),
        ("https://192.168.1.20/stilte", LINK_PRIVATE, Severity.STOP),
        ("https://intranet/stilte", LINK_PRIVATE, Severity.STOP),
        ("https://cms.redactie.local/stilte", LINK_PRIVATE, Severity.STOP),
        ("http://www.example.nl/stilte", LINK_SECURE, Severity.WARN),
        ("https://bit.ly/3xYz", LINK_SHORTENED, Severity.WARN),
        ("https://www.example.nl/?utm_source=x", LINK_TRACKING, Severity.HINT),
        ("https://www.example.nl/?a=1&amp;fbclid=x", LINK_TRACKING, Severity.HINT),
    ],
)
def test_an_address_that_is_not_for_readers_is_told(address, check, severity):
    [finding] = found(link(address))

    assert (finding.code, finding.severity) == (check.code, severity)
    assert finding.field == "id_newsletter_textblock_set-0-body"


@pytest.mark.parametrize(
    "address",
    [
        STORY,
        "https://example.nl/?page=2&amp;ref=menu",
        "https://example.nl/utm_source/verhaal",
        "https://café.example.nl/",
        "mailto:els@example.nl?subject=Stilte",
        "tel:0800-0113",
        "https://8.8.8.8/stilte",
        "https://habit.lyon.example/",
    ],
)
def test_an_innocent_address_is_left_alone(address):
    assert found(link(address)) == []


def test_our_own_pages_are_fine_wherever_they_are(settings):
    settings.SITE_URL = "http://localhost:8000"

    assert found(link("http://localhost:8000/artikelen/stilte/")) == []


@pytest.mark.parametrize("words", ["hier", "Klik hier!", "lees meer »", "Lees verder…"])
def test_words_that_say_nothing_are_told(words):
    assert codes(found(link(STORY, words))) == [LINK_WORDS.code]


@pytest.mark.parametrize(
    "words", ["hier om de hoek", "lees meer over slaap", "Meer tips"]
)
def test_words_that_say_something_are_left_alone(words):
    assert found(link(STORY, words)) == []


def test_what_the_design_itself_says_is_not_told_to_an_editor():
    card = CardBlock(
        title="Een lange titel over stilte op een vroege zondag", url=STORY
    )

    assert found(card) == []


def test_an_address_as_words_and_no_words_are_told():
    assert codes(found(link(STORY, STORY))) == [LINK_WORDS.code]
    assert codes(found(link(STORY, " "))) == [LINK_WORDS.code]


def test_the_same_words_to_two_places_are_advice_at_the_second():
    buttons = [
        ButtonBlock(label="Doe mee", url=f"{STORY}-{number}") for number in (1, 2)
    ]

    [finding] = found(*buttons)

    assert (finding.code, finding.severity) == (LINK_ONCE.code, Severity.HINT)
    assert finding.field == "id_newsletter_buttonblock_set-1-url"


def test_one_place_by_two_names_is_advice():
    blocks = [
        ButtonBlock(label=label, url=STORY) for label in ("Doe mee", "Word vriend")
    ]

    assert codes(found(*blocks)) == [LINK_ONCE.code]


def test_an_opening_may_tell_of_a_story_that_follows():
    opening = OpeningBlock(body=f'<p>Lees <a href="{STORY}">wat Els vond</a>.</p>')

    assert found(opening, CardBlock(title="Stilte", url=STORY)) == []


def test_two_stories_with_one_address_are_a_warning():
    cards = [CardBlock(title=title, url=STORY) for title in ("Stilte", "Rust")]

    [finding] = found(*cards)

    assert (finding.severity, finding.code) == (Severity.WARN, LINK_ONCE.code)


def test_tracking_goes_and_the_rest_of_an_address_stays_as_it_is():
    address = "https://example.nl/a%20b?x=1%2B1&utm_campaign=z&y=&gclid=3#deel"

    assert without_tracking(address) == "https://example.nl/a%20b?x=1%2B1&y=#deel"
    assert without_tracking("https://example.nl/a?x=1") == ""


def test_https_is_offered_only_where_it_answered():
    address = "http://www.example.nl/stilte"
    row = LinkCheck(address=address, state=LinkState.FINE, answers_over_https=True)

    [unknown] = found(link(address))
    [known] = found(link(address), known={address: row})

    assert unknown.mend is None
    assert known.mend is not None


def test_a_short_address_may_be_the_one_it_leads_to():
    row = LinkCheck(
        address="https://bit.ly/3xYz",
        state=LinkState.FINE,
        leads_to=f"{STORY}?utm_id=1",
    )

    [finding] = found(link("https://bit.ly/3xYz"), known={row.address: row})

    assert finding.mend is not None
    assert "rockjouwmagazine.example" in finding.mend.label


# --- Links of an article that is in the mail whole ---


def test_a_link_in_a_whole_article_is_told_and_leads_to_the_article():
    article = Article(
        pk=7,
        title="Brood",
        source_url=STORY,
        body=f'<p>Lees <a href="{STORY}/doek">hier</a> hoe het moet.</p>',
    )
    whole = CardBlock(article=article, extent=Extent.WHOLE)

    [finding] = found(whole)

    assert finding.code == LINK_WORDS.code
    assert (finding.about, finding.field) == (article, "id_body")
    assert found(CardBlock(article=article)) == []
