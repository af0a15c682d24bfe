"""Claims about health: they carry a source; what only sounds like one is left alone."""

import pytest

from newsletter.issues.blocks import CardBlock
from newsletter.publishing.claim_checks import check_claims
from newsletter.publishing.findings import Severity
from tests.newsletter.publishing.lines import a_text, in_issue


def found(*blocks):
    return list(check_claims(in_issue(*blocks)[1]))


@pytest.mark.parametrize(
    "text",
    [
        "Deze thee geneest migraine in een week.",
        "Kurkuma helpt: reuma is te genezen, en hij geneest je.",
        "Het is wetenschappelijk bewezen dat thee werkt.",
        "Zo word je gegarandeerd slank.",
        "Een kuur zonder bijwerkingen.",
        "Appelazijn is een wondermiddel.",
    ],
)
def test_a_claim_without_a_source_is_a_warning(text):
    [finding] = found(a_text(text))

    assert finding.severity == Severity.WARN


@pytest.mark.parametrize(
    "text",
    [
        "Van stress slaapt 40% slechter.",
        "Bij 1 op de 3, zo’n 33 procent, daalt de bloeddruk.",
    ],
)
def test_a_share_about_health_without_a_source_is_advice(text):
    [finding] = found(a_text(text))

    assert finding.severity == Severity.HINT


@pytest.mark.parametrize(
    "text",
    [
        "Een wond geneest vanzelf, als je hem met rust laat.",
        "Tijd geneest niet alles.",
        "Het is niet wetenschappelijk bewezen, maar het ruikt lekker.",
        "Thee is geen wondermiddel.",
        "Volgens hoogleraar Vis is wetenschappelijk bewezen dat thee werkt.",
        "Nu 20% korting op een kussen voor een goede nachtrust en slaap.",
        "Chocolade met 85% cacao is goed voor het hart van de bakker.",
        "Er is 60% kans op regen.",
        "Haar telefoon was nog 5% vol.",
        "Ze gaf zich voor 100 procent.",
        '<p>Van stress slaapt <a href="https://www.example.nl/">40% slechter</a>.</p>',
    ],
)
def test_what_promises_nothing_is_left_alone(text):
    assert found(a_text(text)) == []


def test_a_share_in_a_story_has_its_story_as_source():
    card = CardBlock(title="Slaap", teaser="Van stress slaapt 40% slechter.")

    assert found(card) == []
