"""The line under the subject and the words of the blocks: told, or left alone."""

import pytest

from newsletter.articles.models import Article, Expert
from newsletter.issues.blocks import (
    CardBlock,
    ExpertBlock,
    MustReadBlock,
    QuoteBlock,
    TextBlock,
)
from newsletter.publishing.dates_in_text import DATES
from newsletter.publishing.findings import Severity
from newsletter.publishing.placeholders import FILLED_IN
from newsletter.publishing.wording_checks import PREHEADER_LENGTH, check_wording
from tests.newsletter.publishing.lines import a_text, codes, in_issue


def of_text(text):
    issue, blocks = in_issue(a_text(text))
    return list(check_wording(issue, blocks))


def test_a_line_under_the_subject_that_no_inbox_shows_is_advice():
    issue, blocks = in_issue(preheader="Over ochtenden en nog veel meer. " * 4)

    [finding] = check_wording(issue, blocks)

    assert (finding.code, finding.severity) == (PREHEADER_LENGTH.code, Severity.HINT)


def test_a_line_that_was_to_be_filled_in_stops():
    issue, blocks = in_issue(preheader="hier komt nog XXX")

    [finding] = check_wording(issue, blocks)

    assert (finding.severity, finding.field) == (Severity.STOP, "id_preheader")


@pytest.mark.parametrize(
    "text",
    [
        "Hier komt nog een foto van de tuin.",
        "TODO: bel de bakker",
        "De naam is XXX en de rest volgt.",
        "Het adres: [adres invullen].",
    ],
)
def test_a_text_that_was_to_be_filled_in_stops(text):
    [finding] = of_text(text)

    assert (finding.code, finding.severity) == (FILLED_IN.code, Severity.STOP)


@pytest.mark.parametrize(
    "text",
    [
        "Een dikke kus van Els xxx",
        "Maat XXL past altijd.",
        "Zet het op je todo-lijst en vergeet het.",
        "Het vervolg volgt [binnenkort].",
        "Loop zondag 29 november mee, om 10.00 uur.",
        "Op 3 mei 1968 begon het.",
        "Van 1 tot 31 december brandt er een kaars.",
    ],
)
def test_an_innocent_text_is_left_alone(text):
    assert of_text(text) == []


def test_a_date_that_does_not_exist_is_told_at_its_block():
    [finding] = of_text("Kom op zondag 31 november.")

    assert (finding.code, finding.field) == (
        DATES.code,
        "id_newsletter_textblock_set-0-body",
    )


def test_a_date_that_does_not_exist_is_told_of_the_line_under_the_subject():
    issue, blocks = in_issue(preheader="Kom je op zondag 31 november ook?")

    [finding] = check_wording(issue, blocks)

    assert (finding.code, finding.field) == (DATES.code, "id_preheader")


# --- At the very field ---


@pytest.mark.parametrize(
    ("block", "field"),
    [
        (TextBlock(body="<p>Stil.</p>", heading="TK kop"), "textblock_set-0-heading"),
        (TextBlock(body="<p>Stil.</p><p>TK</p>"), "textblock_set-0-body"),
        (TextBlock(body="<ul><li>Stil</li><li>TK</li></ul>"), "textblock_set-0-body"),
        (QuoteBlock(text="Stil.", speaker="TK"), "quoteblock_set-0-speaker"),
        (CardBlock(title="Stil", teaser="TK"), "cardblock_set-0-teaser"),
    ],
)
def test_what_was_to_be_filled_in_leads_to_its_own_field(block, field):
    issue, blocks = in_issue(block)

    [finding] = check_wording(issue, blocks)

    assert finding.about == issue
    assert finding.field == f"id_newsletter_{field}"


def test_each_field_has_a_finding_of_its_own():
    issue, blocks = in_issue(TextBlock(heading="TK", body="<p>TK</p>"))

    one, other = check_wording(issue, blocks)

    assert codes([one, other]) == [FILLED_IN.code] * 2
    assert one.key != other.key


@pytest.mark.parametrize("kind", [CardBlock, MustReadBlock])
def test_words_of_the_article_lead_to_the_article(kind):
    article = Article(pk=7, title="De TK van de week")
    issue, blocks = in_issue(kind(article=article))

    [finding] = check_wording(issue, blocks)

    assert (finding.about, finding.field) == (article, "id_title")


def test_words_of_the_article_that_the_block_says_otherwise_are_not_read():
    article = Article(pk=7, title="De TK van de week", lead="TK")
    issue, blocks = in_issue(CardBlock(article=article, title="Stil", teaser="Stil."))

    assert list(check_wording(issue, blocks)) == []


def test_words_about_an_expert_lead_to_the_expert():
    expert = Expert(pk=3, name="Noor", bio="Noor is TK.")
    issue, blocks = in_issue(ExpertBlock(expert=expert))

    [finding] = check_wording(issue, blocks)

    assert (finding.about, finding.field) == (expert, "id_bio")
