"""Hard subjects: help where it is needed, and nothing on a lock screen."""

import pytest

from newsletter.articles.models import SensitiveSubject
from newsletter.issues.blocks import HelpLineBlock
from newsletter.publishing.findings import Severity
from newsletter.publishing.mending import mend
from newsletter.publishing.readiness import preflight
from newsletter.publishing.sensitive_checks import (
    HELP_LINES,
    LOCK_SCREEN,
    check_sensitive,
)
from tests.factories import ArticleFactory
from tests.newsletter.publishing.issues import add_card
from tests.newsletter.publishing.lines import a_text, codes, in_issue


@pytest.mark.parametrize(
    ("subject", "help_line"),
    [(SensitiveSubject.SUICIDE, "113"), (SensitiveSubject.EATING, "slankofniet")],
)
def test_a_marked_article_stops_without_its_own_help_line(
    issue, els, now, subject, help_line
):
    add_card(issue, ArticleFactory.create(sensitive_subject=subject))
    add_card(issue)
    HelpLineBlock.objects.create(parent=issue, ordering=90, help_line="luisterlijn")

    [stop] = preflight(issue, now=now)
    assert (stop.code, stop.severity) == (HELP_LINES.code, Severity.STOP)

    mend(issue, stop, by=els, now=now)
    issue.refresh_from_db()
    assert preflight(issue, now=now) == []
    new = HelpLineBlock.objects.get(help_line=help_line)
    # Right behind the story, before the next one.
    assert new.ordering == 40


@pytest.mark.parametrize("subject", [SensitiveSubject.SEX, SensitiveSubject.MEDICAL])
def test_not_every_sensitive_subject_has_a_help_line(issue, now, subject):
    add_card(issue, ArticleFactory.create(sensitive_subject=subject))

    assert preflight(issue, now=now) == []


@pytest.mark.parametrize(
    "line",
    [
        "Beter in bed: wat seks na je veertigste vraagt",
        "Leven met borstkanker",
        "Als zelfdoding dichtbij komt",
        "Herstellen van een eetstoornis",
        "Na een miskraam",
    ],
)
@pytest.mark.parametrize("field", ["subject", "preheader"])
def test_words_that_are_nobodys_business_stay_off_the_lock_screen(line, field):
    issue, blocks = in_issue(**{field: line})

    [finding] = check_sensitive(issue, blocks)

    assert (finding.code, finding.severity) == (LOCK_SCREEN.code, Severity.WARN)
    assert finding.field == f"id_{field}"


@pytest.mark.parametrize(
    "line",
    [
        "De andere sekse begrijpen",
        "Kankeren op het weer lucht op",
        "De kreeft en de weegschaal",
        "Wat een soap: een week zonder televisie",
        "Bedtijd voor groten",
    ],
)
def test_an_innocent_line_may_be_on_the_lock_screen(line):
    issue, blocks = in_issue(subject=line)

    assert list(check_sensitive(issue, blocks)) == []


def test_words_about_something_hard_ask_for_any_help_line():
    text = a_text("Zijn zus kreeg anorexia toen ze vijftien was.")

    assert codes(check_sensitive(*in_issue(text))) == [HELP_LINES.code]
    helped = in_issue(text, HelpLineBlock(help_line="luisterlijn"))
    assert list(check_sensitive(*helped)) == []
