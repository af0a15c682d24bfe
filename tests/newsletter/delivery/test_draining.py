"""A worker goes on with what is due, and never with a wrong clock."""

import itertools
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from newsletter.delivery import draining, submission
from newsletter.delivery.clocks import WrongClock, refuse_a_wrong_clock
from newsletter.delivery.draining import drain
from newsletter.delivery.models import (
    AttemptOutcome,
    BatchState,
    Dispatch,
    DispatchState,
)
from newsletter.delivery.preparation import start
from newsletter.delivery.submission import submit_due
from tests.newsletter.delivery.mails import how_many_mails


@pytest.fixture
def groups(scheduled, readers, mailing_list, now, settings):
    """Three groups of one reader each."""
    settings.SEND_THREADS = 1
    mailing_list.group_size = 1
    mailing_list.save()
    start(scheduled.pk, now=timezone.now())
    return list(scheduled.batches.order_by("number"))


@pytest.fixture
def scheduled(scheduled):
    moment = timezone.now()
    Dispatch.objects.update(due_at=moment, start_before=moment + timedelta(hours=6))
    return scheduled


def test_one_message_from_the_queue_lets_all_that_is_due_leave(scheduled, groups):
    drain(groups[0].pk, clock=timezone.now)
    assert how_many_mails() == 3
    scheduled.refresh_from_db()
    assert scheduled.state == DispatchState.SENT


def test_a_group_whose_turn_has_not_come_is_left_waiting(scheduled, groups):
    later = timezone.now() + timedelta(hours=1)
    scheduled.batches.filter(pk=groups[2].pk).update(not_before=later)
    drain(groups[0].pk, clock=timezone.now)
    assert how_many_mails() == 2
    assert scheduled.batches.get(pk=groups[2].pk).state == BatchState.READY


def test_a_worker_does_not_go_on_without_end(scheduled, groups, settings, monkeypatch):
    moments = itertools.count(step=settings.TASK_SECONDS)
    monkeypatch.setattr(draining, "boot_seconds", lambda: next(moments))
    drain(groups[0].pk, clock=timezone.now)
    assert how_many_mails() == 1


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has no clock of its own"
)
def test_a_machine_with_a_wrong_clock_hands_over_nothing(groups):
    with pytest.raises(WrongClock, match="10 seconds off"):
        drain(groups[0].pk, clock=lambda: timezone.now() - timedelta(seconds=10))
    assert not how_many_mails()


def test_a_right_clock_is_fine(db):
    refuse_a_wrong_clock(timezone.now())


def test_small_groups_are_taken_together(scheduled, groups):
    outcomes = submit_due(readers=3, clock=timezone.now)
    assert [outcome.kind for outcome in outcomes] == [AttemptOutcome.ACCEPTED] * 3
    assert how_many_mails() == 3
    scheduled.refresh_from_db()
    assert scheduled.state == DispatchState.SENT


def test_what_is_not_begun_soon_is_given_back(scheduled, groups, monkeypatch):
    monkeypatch.setattr(submission, "CONSENT_IS_FRESH", 0)
    submit_due(readers=3, clock=timezone.now)
    assert how_many_mails() == 1
    states = scheduled.batches.order_by("number").values_list("state", flat=True)
    assert list(states) == [BatchState.DONE, BatchState.READY, BatchState.READY]
