"""Asking before an issue goes to many more, or many fewer, than last time."""

from datetime import date, timedelta

import pytest

from newsletter.delivery.audience import is_surprising, surprise_at
from newsletter.delivery.control import resume
from newsletter.delivery.models import Batch, Dispatch, DispatchState
from newsletter.delivery.preparation import start
from newsletter.publishing.findings import Severity
from newsletter.publishing.sending_checks import check_sending
from newsletter.rendering.freezing import freeze
from tests.factories import IssueFactory, UserFactory

WEEK = timedelta(days=7)


@pytest.fixture
def last_sunday(mailing_list, now):
    """Return how to say how many had the issue before."""

    def had_it(count, **columns):
        issue = IssueFactory(
            mailing_list=mailing_list, publication_date=date(2026, 11, 22)
        )
        return Dispatch.objects.create(
            issue=issue,
            rendition=freeze(issue, by=None, now=now),
            due_local="2026-11-22T08:00:00",
            time_zone="Europe/Amsterdam",
            due_at=now - WEEK,
            start_before=now - WEEK,
            created_at=now - WEEK,
            **{
                "started_at": now - WEEK,
                "audience_count": count,
                "state": DispatchState.SENT,
            }
            | columns,
        )

    return had_it


@pytest.mark.parametrize(
    ("readers", "before", "surprising"),
    [
        (70, 100, False),
        (69, 100, True),
        (130, 100, False),
        (131, 100, True),
        (0, 100, True),
        (1, 49, False),
        (1, 50, True),
    ],
)
def test_more_than_thirty_per_cent_is_a_surprise_from_fifty_readers_on(
    readers, before, surprising
):
    assert is_surprising(readers, before) == surprising


def test_a_surprising_audience_is_frozen_and_asked_about(
    scheduled, readers, last_sunday, now
):
    last_sunday(60_000)
    start(scheduled.pk, now=now)
    scheduled.refresh_from_db()
    assert scheduled.state == DispatchState.PAUSED
    assert "60.000" in scheduled.pause_reason
    assert scheduled.audience_count == 3
    assert not Batch.objects.claimable(now).exists()


def test_whoever_goes_on_says_yes(scheduled, readers, last_sunday, now):
    last_sunday(60_000)
    start(scheduled.pk, now=now)
    scheduled.refresh_from_db()
    resume(scheduled, by=UserFactory(), now=now)
    assert scheduled.state == DispatchState.SENDING
    scheduled.refresh_from_db()
    assert scheduled.audience_confirmed
    assert Batch.objects.claimable(now).exists()


def test_a_yes_said_before_is_not_asked_for_again(scheduled, readers, last_sunday, now):
    last_sunday(60_000)
    Dispatch.objects.filter(pk=scheduled.pk).update(audience_confirmed=True)
    start(scheduled.pk, now=now)
    scheduled.refresh_from_db()
    assert scheduled.state == DispatchState.SENDING


def test_the_first_issue_of_a_list_surprises_nobody(scheduled, readers, now):
    start(scheduled.pk, now=now)
    scheduled.refresh_from_db()
    assert scheduled.state == DispatchState.SENDING


def test_an_issue_that_never_started_is_not_compared_with(
    scheduled, readers, last_sunday, now
):
    last_sunday(60_000, started_at=None, state=DispatchState.CANCELLED)
    start(scheduled.pk, now=now)
    scheduled.refresh_from_db()
    assert scheduled.state == DispatchState.SENDING


def test_the_rest_of_a_stopped_issue_is_not_compared(issue, last_sunday, now):
    last_sunday(60_000)
    assert surprise_at(issue, 10) is not None
    Dispatch.objects.create(
        issue=issue,
        rendition=freeze(issue, by=None, now=now),
        state=DispatchState.CANCELLED,
        due_local="2026-11-29T08:00:00",
        time_zone="Europe/Amsterdam",
        due_at=now,
        start_before=now,
        created_at=now,
        started_at=now,
        audience_count=60_000,
    )
    assert surprise_at(issue, 10) is None


def test_an_editor_hears_of_it_before(issue, readers, last_sunday, now):
    last_sunday(60_000)
    findings = [
        finding
        for finding in check_sending(issue, now=now)
        if finding.severity == Severity.WARN and "60.000" in finding.message
    ]
    assert len(findings) == 1
