"""The subject, and each that it is tried against: what is told, what is left alone."""

import pytest

from newsletter.issues.models import Issue
from newsletter.issues.subject_tests import subjects_of, try_subjects
from newsletter.publishing.dates_in_text import DATES
from newsletter.publishing.findings import Severity
from newsletter.publishing.mending import mend
from newsletter.publishing.placeholders import FILLED_IN
from newsletter.publishing.readiness import preflight, stops
from newsletter.publishing.subject_checks import (
    SUBJECT_CALM,
    SUBJECT_EMOJI,
    SUBJECT_HONEST,
    TRIED,
    check_subject,
)
from newsletter.publishing.waiving import waive
from tests.newsletter.publishing.issues import change
from tests.newsletter.publishing.lines import codes, in_issue


def of_subject(subject):
    issue, _blocks = in_issue(subject=subject)
    return list(check_subject(issue))


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
        ("Kom op zondag 31 november", DATES),
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


# --- The others ---


@pytest.fixture
def tried(issue, els):
    """Try the issue's own subject against others."""

    def against(*others):
        try_subjects(
            issue,
            others,
            share_percent=20,
            wait_minutes=120,
            seen_version=issue.version,
            by=els,
        )
        return issue

    return against


def test_a_good_subject_beside_the_issues_own_is_in_order(tried, now):
    assert preflight(tried("Een kwartier niets"), now=now) == []


@pytest.mark.parametrize(
    ("other", "severity", "words"),
    [
        ("TK titel voor zondag", Severity.STOP, "Het tweede onderwerp bevat nog “TK”"),
        ("Stilte " * 12, Severity.STOP, "Het tweede onderwerp heeft 83 tekens"),
        ("Re: jouw zondag", Severity.STOP, "Het tweede onderwerp lijkt op"),
        ("DE BESTE TIPS VOOR JE SLAAP", Severity.WARN, "staat in hoofdletters"),
        ("Stilte 🌿 en thee 🍵", Severity.WARN, "heeft 2 emoji"),
        ("Beter leven met kanker", Severity.WARN, "vergrendelscherm"),
        ("STILTE op zondag.", Severity.WARN, "hetzelfde als een ander"),
        ("Kom op zondag 31 november", Severity.WARN, "bestaat niet"),
        ("Stil", Severity.HINT, "erg kort"),
    ],
)
def test_another_subject_is_looked_at_as_strictly(tried, now, other, severity, words):
    [finding] = preflight(tried(other), now=now)

    assert (finding.code, finding.severity) == (TRIED.code, severity)
    assert words in finding.message
    assert (finding.page, finding.field) == ("subjects", "id_second")


def test_each_of_them_leads_to_its_own_field(tried, now):
    issue = tried("Een kwartier niets", "TK om te lezen", "TK om te horen")

    fields = [finding.field for finding in preflight(issue, now=now)]

    assert fields == ["id_third", "id_fourth"]


def test_an_own_subject_that_became_like_another_is_told(tried, now):
    issue = tried("Een kwartier niets")
    change(issue, subject="Een kwartier niets!")

    assert codes(preflight(issue, now=now)) == [TRIED.code]


def test_one_press_puts_another_subject_right_and_the_version_grows(tried, els, now):
    issue = tried("Eindelijk rust op zondag!!")
    [finding] = preflight(issue, now=now)

    mend(issue, finding, by=els, now=now)

    assert subjects_of(issue)[1] == "Eindelijk rust op zondag!"
    assert Issue.objects.get().version == issue.version + 1


def test_a_stop_that_was_let_go_stays_so_when_another_field_is_changed(tried, els, now):
    issue = tried("TK is de Tweede Kamer")
    [finding] = preflight(issue, now=now)
    waive(issue, finding, reason="Hier is het de Kamer.", by=els, now=now)

    assert stops(preflight(tried("TK is de Tweede Kamer", "Stil op zondag"))) == []
