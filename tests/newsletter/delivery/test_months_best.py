"""The best of the month: who gets it besides, and who says so."""

import pytest

from newsletter.audit.models import AuditEntry
from newsletter.delivery.models import Delivery
from newsletter.delivery.months_best import (
    CannotMark,
    MonthsBest,
    is_months_best,
    mark,
    readers_of,
)
from newsletter.delivery.preparation import start
from subscribers.models import Rhythm
from tests.factories import SubscriptionFactory, UserFactory


@pytest.fixture
def monthly(mailing_list):
    """Dirk reads once a month."""
    return SubscriptionFactory(mailing_list=mailing_list, rhythm=Rhythm.MONTHS_BEST)


@pytest.fixture
def els(db):
    return UserFactory.create()


def test_an_ordinary_issue_goes_to_all_but_who_reads_once_a_month(
    scheduled, readers, monthly, now
):
    start(scheduled.pk, now=now)
    assert Delivery.objects.count() == 3
    assert not Delivery.objects.filter(subscriber=monthly.subscriber).exists()


def test_the_best_of_the_month_goes_to_everybody(scheduled, readers, monthly, els, now):
    mark(scheduled.issue, True, by=els, now=now)
    start(scheduled.pk, now=now)
    assert Delivery.objects.count() == 4


def test_who_reads_once_a_month_and_pauses_does_not_get_it_either(
    issue, monthly, els, now
):
    mark(issue, True, by=els, now=now)
    monthly.paused_until = "2026-12-24"
    monthly.save()
    assert not readers_of(issue, now.date()).exists()


def test_a_mark_is_put_and_taken_away_once_each_on_record(issue, els, now):
    marks = [mark(issue, best, by=els, now=now) for best in (True, True, False, False)]
    assert marks == [True, False, True, False]
    assert not is_months_best(issue)
    acts = AuditEntry.objects.order_by("pk").values_list("act", flat=True)
    assert list(acts) == ["marked as the month's best", "not the month's best"]


def test_an_issue_that_has_left_is_not_marked_any_more(dispatch, els, now):
    with pytest.raises(CannotMark):
        mark(dispatch.issue, True, by=els, now=now)
    assert not MonthsBest.objects.exists()
