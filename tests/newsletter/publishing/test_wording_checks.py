"""The inbox line and the words of the blocks: what is told, and what is left alone."""

import pytest

from newsletter.publishing.findings import Severity
from newsletter.publishing.wording_checks import (
    DATES,
    FILLED_IN,
    PREHEADER_LENGTH,
    SUBJECT_CALM,
    SUBJECT_EMOJI,
    SUBJECT_HONEST,
    check_wording,
)
from tests.newsletter.publishing.lines import a_text, codes, in_issue


def of_subject(subject):
    issue, blocks = in_issue(subject=subject)
    return list(check_wording(issue, blocks))


def of_text(text):
    issue, blocks = in_issue(a_text(text))
    return list(check_wording(issue, blocks))


@pytest.mark.parametrize(
    ("subject", "check"),
    [
        ("DE BESTE TIPS VOOR JE SLAAP", SUBJECT_CALM),
        ("Eindelijk rust!!", SUBJECT_CALM),
        ("Slaap jij goed??", SUBJECT_CALM),
        ("Stilte 🌿 en thee 🍵", SUBJECT_EMOJI),
        ("Antw: jouw zondag", SUBJECT_HONEST),
        ("Doorst: jouw zondag", SUBJECT_HONEST),
        ("Hallo {{ voornaam }}, goedemorgen", FILLED_IN),
        ("Hallo *|FNAME|*, goedemorgen", FILLED_IN),
        ("TKTK over slapen gaan", FILLED_IN),
        ("[titel volgt] voor zondag", FILLED_IN),
    ],
)
def test_a_subject_that_does_not_belong_in_an_inbox_is_told(subject, check):
    assert codes(of_subject(subject)) == [check.code]


@pytest.mark.parametrize(
    "subject",
    [
        "Wat NIX18 je leert over jezelf",
        "Slaap je wel?",
        "Echt? Ja, echt!",
        "Eén kop thee 🍵 tegelijk",
        "De familie 👨‍👩‍👧 aan tafel",
        "Een vlag 🇳🇱 in de tuin",
        "Wat de TK-verkiezingen met je slaap doen",
        "Mijn to-do-lijst ligt in de sloot",
        "Re-integreren na een lange winter",
        "Reken je niet rijk: rust is gratis",
        "Liefs en tot zondag, xxx",
    ],
)
def test_an_innocent_subject_is_left_alone(subject):
    assert of_subject(subject) == []


def test_an_answer_is_made_a_subject_by_a_press():
    [finding] = of_subject("Re: Fwd: stilte op zondag")

    assert finding.severity == Severity.STOP
    assert finding.mend is not None
    assert finding.mend.label == "Haal “Re: Fwd:” weg"


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

    assert (finding.code, finding.field) == (DATES.code, "newsletter_textblock_set-0")
