"""The week in five sentences, once for each colleague who wants it."""

import os
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from newsletter import tasks
from newsletter.outbox.models import OutgoingMail
from newsletter.rendering.models import LinkDay
from newsletter.reports.counting_issues import count_issue
from newsletter.reports.issue_models import IssueCount, OutcomeCount
from newsletter.reports.models import GrowthCount, GrowthWeek, NoWeeklySummary
from newsletter.reports.weekly import send_weekly, summarise, week_due
from tests.factories import (
    ArticleFactory,
    IssueFactory,
    MailingListFactory,
    UserFactory,
)
from tests.newsletter.admin.colleagues import role_of
from tests.newsletter.reports.left import an_issue_that_left

GOLDEN = Path(__file__).parents[2] / "payloads" / "golden" / "weekly.txt"
LAST_WEEK = date(2026, 11, 23)
# By the winter clock of Amsterdam: eight on Monday.
MONDAY = datetime(2026, 11, 30, 7, 0, tzinfo=UTC)
SUNDAY = datetime(2026, 11, 29, 7, 0, tzinfo=UTC)


@pytest.fixture
def els(db):
    els = UserFactory.create()
    els.groups.add(role_of("Redactie"))
    return els


@pytest.fixture
def week(mailing_list):
    """Two issues, an article that was pressed, and who came and went."""
    GrowthCount.objects.create(
        mailing_list=mailing_list, counted_at=MONDAY - timedelta(hours=4), readers=9
    )
    for monday, confirmed in ((LAST_WEEK, 12), (LAST_WEEK - timedelta(weeks=1), 5)):
        GrowthWeek.objects.create(
            mailing_list=mailing_list,
            week=monday,
            confirmed=confirmed,
            left=3,
            bounced=1,
        )
    links = [{"article": ArticleFactory(title=title)} for title in ("Stilte", "Brood")]
    for number, at, presses in ((47, SUNDAY - timedelta(7), 2), (48, SUNDAY, 4)):
        issue = IssueFactory(
            mailing_list=mailing_list, number=number, publication_date=at.date()
        )
        readers = [{"event": "delivered", "event_at": at}] * 9 + [{"event": "bounced"}]
        dispatch = an_issue_that_left(
            mailing_list, at=at, readers=readers, issue=issue, links=links
        )
        for place, link in enumerate(dispatch.rendition.links.all()):
            LinkDay.objects.create(link=link, day=at.date(), presses=presses - place)
        count_issue(dispatch, now=at)
    return mailing_list


@pytest.mark.parametrize(
    ("moment", "counted", "due"),
    [
        ("2026-11-30T07:59+01:00", "2026-11-30T03:00+01:00", None),
        ("2026-11-30T08:00+01:00", "2026-11-30T03:00+01:00", LAST_WEEK),
        ("2026-11-30T08:00+01:00", "2026-11-29T23:59+01:00", None),
        ("2026-11-30T12:00+01:00", "2026-11-29T23:59+01:00", LAST_WEEK),
        ("2026-11-30T23:59+01:00", "2026-11-30T03:00+01:00", LAST_WEEK),
        ("2026-12-01T00:01+01:00", "2026-11-30T03:00+01:00", None),
        ("2026-11-29T09:00+01:00", "2026-11-29T03:00+01:00", None),
    ],
)
def test_it_is_due_on_monday_morning_once_the_week_was_counted(moment, counted, due):
    found = week_due(
        MailingListFactory.build(),
        counted_at=datetime.fromisoformat(counted),
        now=datetime.fromisoformat(moment),
    )
    assert found == due


def test_it_opens_with_five_sentences(week, els):
    assert send_weekly(MONDAY) == 1
    mail = OutgoingMail.objects.get()
    text = re.sub(r"dispatch/\d+/", "dispatch/1/", mail.text)
    if os.environ.get("REFRESH_GOLDEN"):
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")
    assert mail.to_address == els.email


def test_a_list_that_sleeps_is_not_mailed_about(mailing_list, els):
    GrowthCount.objects.create(mailing_list=mailing_list, counted_at=MONDAY, readers=9)
    assert send_weekly(MONDAY) == 0


def test_a_week_without_anything_says_so(mailing_list):
    told = summarise(mailing_list, LAST_WEEK, now=MONDAY).sentences
    assert told == (
        "Vorige week vertrok er geen editie.",
        "Er kwam niemand bij.",
        "Er vertrok niemand.",
        "Op geen artikel werd geklikt.",
        "Er is nog geen eerdere week om ernaast te leggen.",
    )


def test_an_issue_that_was_never_counted_is_put_beside_nothing(week):
    IssueCount.objects.exclude(dispatch__issue__number=48).delete()
    OutcomeCount.objects.exclude(dispatch__issue__number=48).delete()
    told = summarise(week, LAST_WEEK, now=MONDAY).sentences[-1]
    assert "een bereik van 90,0 % tegen –, 77,8 klikken per honderd lezers tegen –" in (
        told
    )


def test_it_waits_for_the_count_of_its_issue(week, els):
    IssueCount.objects.all().delete()
    assert send_weekly(MONDAY) == 0


def test_nobody_gets_it_twice_or_against_their_wish(week, els):
    someone = UserFactory(username="jan", email="jan@example.nl")
    someone.groups.add(role_of("Uitgever"))
    NoWeeklySummary.objects.create(user=someone)
    assert [send_weekly(MONDAY), send_weekly(MONDAY + timedelta(hours=3))] == [1, 0]
    assert [mail.to_address for mail in OutgoingMail.objects.all()] == [els.email]


def test_the_clock_asks_for_it():
    assert tasks.tell_of_the_week.name in [
        entry["task"] for entry in tasks.app.conf.beat_schedule.values()
    ]
