"""Beside earlier issues, the readers there are, and what name servers say."""

from datetime import date, timedelta

import dns.exception
import pytest

from newsletter.issues.blocks import CardBlock, HeroBlock, OpeningBlock
from newsletter.publishing.approval import approve
from newsletter.publishing.domain_checks import (
    SENDER_DOMAIN,
    ask_for_domains,
    look_up_due,
)
from newsletter.publishing.earlier_checks import ARTICLES_NEW, PREHEADER_NEW
from newsletter.publishing.finding_models import DomainCheck
from newsletter.publishing.findings import Severity
from newsletter.publishing.reader_checks import NAMES
from newsletter.publishing.readiness import preflight
from newsletter.publishing.scheduling import schedule
from tests.factories import IssueFactory, SubscriptionFactory
from tests.newsletter.publishing.issues import add_card, issue_in_order
from tests.newsletter.publishing.lines import codes

# --- Earlier issues ---


def an_earlier(issue, weeks, **fields):
    values = {
        "mailing_list": issue.mailing_list,
        "number": issue.number - weeks,
        "publication_date": date(2026, 11, 29) - timedelta(weeks=weeks),
        "subject": f"Het onderwerp van toen ({weeks})",
        "preheader": f"Wat er toen was ({weeks})",
        **fields,
    }
    return IssueFactory.create(**values)


@pytest.fixture
def later(issue):
    issue.number = 100
    issue.save()
    return issue


def left_with(article, issue, els, *, weeks, now):
    """An issue of some weeks before that left with this story."""
    day = issue.publication_date - timedelta(weeks=weeks)
    then = issue_in_order(
        issue.mailing_list,
        number=issue.number - weeks,
        publication_date=day,
        subject="Het onderwerp van toen",
        preheader="Wat er toen was",
    )
    add_card(then, article)
    moment = now - timedelta(weeks=weeks)
    approve(then, by=els, now=moment)
    schedule(then, by=els, now=moment)
    return then


@pytest.mark.parametrize("kind", [HeroBlock, CardBlock])
def test_a_story_that_readers_had_says_when_that_was(later, els, now, kind):
    block = later.newsletter_cardblock_set.get()
    left_with(block.article, later, els, weeks=3, now=now)
    block.delete()
    kind.objects.create(parent=later, article=block.article, ordering=20)

    [finding] = preflight(later, now=now)

    assert (finding.code, finding.severity) == (ARTICLES_NEW.code, Severity.WARN)
    assert "in editie 97, 8 november" in finding.message


def test_a_story_in_the_draft_of_a_coming_sunday_is_advice(later, now):
    article = later.newsletter_cardblock_set.get().article
    add_card(an_earlier(later, -1), article)

    [finding] = preflight(later, now=now)

    assert (finding.code, finding.severity) == (ARTICLES_NEW.code, Severity.HINT)
    assert "in het concept van editie 101, 6 december" in finding.message


def test_a_story_of_an_issue_that_never_left_is_new(later, now):
    add_card(an_earlier(later, 1), later.newsletter_cardblock_set.get().article)

    assert preflight(later, now=now) == []


def test_the_line_of_last_time_is_a_warning(later, now):
    an_earlier(later, 1, preheader=later.preheader.upper())
    an_earlier(later, 2, subject=later.subject)

    assert codes(preflight(later, now=now)) == [PREHEADER_NEW.code]


# --- Readers ---


@pytest.mark.parametrize(
    ("greeting", "severity"),
    [("", None), ("Lieve", Severity.WARN), ("Een heel lieve goedemorgen", None)],
)
def test_a_greeting_that_misses_a_name_is_told(issue, now, greeting, severity):
    SubscriptionFactory.create_batch(
        5, mailing_list=issue.mailing_list, subscriber__first_name="Sanne"
    )
    SubscriptionFactory.create(mailing_list=issue.mailing_list)
    OpeningBlock.objects.filter(parent=issue).update(greeting=greeting)

    found = preflight(issue, now=now)

    assert [finding.severity for finding in found] == ([severity] if severity else [])


def test_many_without_a_name_are_told_how_their_greeting_reads(issue, now):
    SubscriptionFactory.create(mailing_list=issue.mailing_list)

    [finding] = preflight(issue, now=now)

    assert (finding.code, finding.severity) == (NAMES.code, Severity.HINT)
    assert "50 %" in finding.message
    assert "“Goedemorgen,”" in finding.message
    assert finding.field == "id_newsletter_openingblock_set-0-greeting"


def test_an_issue_that_greets_nobody_misses_no_name(issue, now):
    SubscriptionFactory.create(mailing_list=issue.mailing_list)
    OpeningBlock.objects.all().delete()

    assert preflight(issue, now=now) == []


# --- Name servers ---

ALL = {
    "nieuws.example.nl": [
        "google-site-verification=x",
        "v=spf1 include:mailgun.org ~all",
    ],
    "k1._domainkey.nieuws.example.nl": ["k=rsa; p=MIGf"],
    "_dmarc.example.nl": ["v=DMARC1; p=none"],
}


@pytest.fixture
def connected(settings, issue):
    settings.EMAIL_PROVIDER = "mailgun"
    settings.DKIM_SELECTORS = ["k1"]
    return issue


def looked_up(issue, now, texts):
    ask_for_domains(now=now)
    assert look_up_due(now, texts=texts) == 1
    return [one for one in preflight(issue, now=now) if one.code == SENDER_DOMAIN.code]


def test_a_domain_with_all_three_is_in_order(connected, now):
    assert looked_up(connected, now, lambda name: ALL.get(name, [])) == []


@pytest.mark.parametrize(
    ("without", "record"),
    [
        ("nieuws.example.nl", "SPF"),
        ("k1._domainkey.nieuws.example.nl", "DKIM"),
        ("_dmarc.example.nl", "DMARC"),
    ],
)
def test_what_a_domain_lacks_is_named(connected, now, without, record):
    there = {name: texts for name, texts in ALL.items() if name != without}

    [finding] = looked_up(connected, now, lambda name: there.get(name, []))

    assert finding.severity == Severity.WARN
    assert f"ontbreekt {record}," in finding.message


def test_without_a_known_selector_nothing_is_said_of_dkim(connected, now, settings):
    settings.DKIM_SELECTORS = []
    there = {name: texts for name, texts in ALL.items() if "_domainkey" not in name}

    assert looked_up(connected, now, lambda name: there.get(name, [])) == []


def test_name_servers_that_are_silent_accuse_nobody(connected, now):
    def silent(name):
        raise dns.exception.Timeout

    [finding] = looked_up(connected, now, silent)

    assert finding.severity == Severity.HINT
    assert "kon hier niet worden nagekeken" in finding.message


def test_a_domain_is_looked_up_once_a_day(connected, now):
    ask_for_domains(now=now)
    look_up_due(now, texts=lambda name: [])
    ask_for_domains(now=now + timedelta(hours=3))
    assert look_up_due(now + timedelta(hours=3), texts=lambda name: []) == 0

    ask_for_domains(now=now + timedelta(hours=3), anew=True)
    assert look_up_due(now + timedelta(hours=3), texts=lambda name: []) == 1


def test_mail_that_stays_in_the_house_asks_no_name_server(issue, now):
    ask_for_domains(now=now)

    assert not DomainCheck.objects.exists()
    assert preflight(issue, now=now) == []
