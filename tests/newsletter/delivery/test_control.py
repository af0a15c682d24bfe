"""Pausing, going on, stopping, and trying again."""

from datetime import timedelta

import pytest

from newsletter.audit.models import AuditEntry
from newsletter.delivery.control import CannotControl, pause, resume, stop
from newsletter.delivery.ledger import broken_invariants
from newsletter.delivery.models import (
    Batch,
    BatchState,
    Delivery,
    DeliveryException,
    Dispatch,
    DispatchState,
)
from newsletter.delivery.preparation import start
from newsletter.delivery.progress import (
    OUTCOMES,
    outcomes,
    progress,
    reason_in_words,
)
from newsletter.delivery.reconciling import reconcile
from newsletter.delivery.submission import submit_batch
from newsletter.outbox.mailbox import read_mailbox
from tests.newsletter.delivery.acts import scheduled_anew, send_all
from tests.newsletter.delivery.mails import how_many_mails


def acts():
    return list(AuditEntry.objects.order_by("pk").values_list("act", flat=True))


def test_what_is_paused_stays_and_goes_on_later(
    scheduled, groups, clock, now, admin_user
):
    submit_batch(groups[0].pk, clock=clock)
    pause(scheduled, reason="typing mistake", by=admin_user, now=now)
    send_all(now)
    assert how_many_mails() == 1
    assert scheduled.pause_reason == "typing mistake"
    resume(scheduled, by=admin_user, now=now)
    send_all(now + timedelta(seconds=120))
    assert how_many_mails() == 3
    assert acts() == ["paused", "resumed"]
    assert not broken_invariants(now=now)


def test_a_batch_that_is_under_way_when_paused_is_still_written_down(
    scheduled, groups, clock, now, admin_user, monkeypatch
):
    backend = "newsletter.outbox.mailbox.LocalMailboxBackend.send_messages"

    def press_pause(self, messages):
        pause(Dispatch.objects.get(), reason="now", by=admin_user, now=now)
        return len(messages)

    monkeypatch.setattr(backend, press_pause)
    submit_batch(groups[0].pk, clock=clock)
    assert Batch.objects.get(pk=groups[0].pk).state == BatchState.DONE
    assert Dispatch.objects.get().state == DispatchState.PAUSED


def test_stopping_spares_who_did_not_get_it_yet(
    scheduled, groups, clock, now, admin_user
):
    submit_batch(groups[0].pk, clock=clock)
    assert stop(scheduled, by=admin_user, now=now) == 2
    send_all(now)
    assert how_many_mails() == 1
    counted = progress(scheduled)
    assert (counted.accepted, counted.cancelled, counted.waiting) == (1, 2, 0)
    assert not broken_invariants(now=now)


def test_what_proves_not_taken_after_the_stop_does_not_leave_any_more(
    scheduled, groups, now, admin_user, settings
):
    Batch.objects.filter(pk=groups[0].pk).update(
        state=BatchState.AMBIGUOUS, submitted_at=now, provider="local"
    )
    stop(scheduled, by=admin_user, now=now)
    later = now + timedelta(seconds=settings.QUARANTINE_SECONDS + 1)
    reconcile(groups[0].pk, now=later)
    send_all(later)
    assert not how_many_mails()
    assert progress(scheduled).cancelled == 3
    assert not broken_invariants(now=later)


@pytest.mark.parametrize("state", ["scheduled", "paused", "sent", "cancelled"])
def test_only_what_is_on_its_way_can_be_paused(scheduled, now, admin_user, state):
    Dispatch.objects.update(state=state)
    with pytest.raises(CannotControl):
        pause(scheduled, reason="x", by=admin_user, now=now)
    assert acts() == []


@pytest.mark.parametrize("state", ["scheduled", "sending", "sent", "cancelled"])
def test_only_what_is_paused_goes_on(dispatch, now, admin_user, state):
    Dispatch.objects.update(state=state)
    with pytest.raises(CannotControl):
        resume(dispatch, by=admin_user, now=now)


@pytest.mark.parametrize("state", ["scheduled", "sent", "cancelled"])
def test_what_has_left_or_not_begun_cannot_be_stopped(
    scheduled, now, admin_user, state
):
    Dispatch.objects.update(state=state)
    with pytest.raises(CannotControl):
        stop(scheduled, by=admin_user, now=now)


def test_going_on_with_nobody_is_refused(scheduled, now, admin_user):
    start(scheduled.pk, now=now)
    with pytest.raises(CannotControl):
        resume(scheduled, by=admin_user, now=now)
    assert Dispatch.objects.get().state == DispatchState.PAUSED


def test_a_refused_group_is_tried_again_when_going_on(
    scheduled, groups, now, admin_user
):
    Batch.objects.filter(pk=groups[1].pk).update(state=BatchState.FAILED)
    Dispatch.objects.update(state=DispatchState.PAUSED)
    resume(scheduled, by=admin_user, now=now)
    send_all(now)
    assert how_many_mails() == 3


def test_a_failed_group_holds_the_issue_and_keeps_it_from_being_sent(
    scheduled, groups, now
):
    Batch.objects.filter(pk=groups[1].pk).update(state=BatchState.FAILED)
    send_all(now)
    scheduled.refresh_from_db()
    assert scheduled.state == DispatchState.PAUSED
    assert "weigerde" in scheduled.pause_reason
    assert not how_many_mails()


def test_after_a_pause_the_rest_keeps_its_pace(scheduled, readers, admin_user, now):
    scheduled.issue.mailing_list.group_size = 1
    scheduled.issue.mailing_list.save()
    Dispatch.objects.filter(pk=scheduled.pk).update(pace_minutes=30)
    start(scheduled.pk, now=now)
    scheduled.refresh_from_db()
    pause(scheduled, reason="", by=admin_user, now=now)
    an_hour_later = now + timedelta(hours=1)
    resume(scheduled, by=admin_user, now=an_hour_later)
    turns = scheduled.batches.order_by("number").values_list("not_before", flat=True)
    assert list(turns) == [
        an_hour_later + minutes
        for minutes in (timedelta(0), timedelta(minutes=10), timedelta(minutes=20))
    ]


def test_who_got_a_stopped_issue_does_not_get_it_again_with_the_next_try(
    scheduled, groups, clock, now, admin_user
):
    submit_batch(groups[0].pk, clock=clock)
    stop(scheduled, by=admin_user, now=now)
    again = scheduled_anew(scheduled, now)
    send_all(now)
    assert sorted(mail.to for mail in read_mailbox()) == [
        "alice@example.nl",
        "bob@example.nl",
        "charlie@example.nl",
    ]
    again.refresh_from_db()
    assert again.audience_count == 2
    assert not broken_invariants(now=now)


def test_progress_promises_no_end_while_paused(scheduled, groups, now, admin_user):
    assert progress(scheduled).expected_finish == groups[-1].not_before
    pause(scheduled, reason="x", by=admin_user, now=now)
    assert progress(scheduled).expected_finish is None


def test_the_speed_of_the_first_few_promises_no_end_for_the_others(
    scheduled, groups, clock, now
):
    submit_batch(groups[0].pk, clock=clock)
    later = now + timedelta(seconds=30)
    by_speed = progress(scheduled, now=later).expected_finish
    Dispatch.objects.filter(pk=scheduled.pk).update(opened_at=None)
    scheduled.refresh_from_db()
    without = progress(scheduled, now=later).expected_finish
    assert by_speed and without and without < by_speed


def test_every_reader_stands_in_exactly_one_list_of_outcomes(scheduled, groups, now):
    Delivery.objects.filter(batch=groups[0]).update(exception=DeliveryException.SKIPPED)
    Batch.objects.filter(pk=groups[1].pk).update(state=BatchState.DONE)
    lists = {name: list(outcomes(scheduled, name)) for name in OUTCOMES}
    assert sum(map(len, lists.values())) == 3
    assert [len(lists[name]) for name in ("accepted", "skipped", "waiting")] == [1] * 3


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("", ""),
        ("suppressed", "adres is geblokkeerd"),
        ("mailbox unavailable", "de mailbox was de hele dag vol of bezet"),
        ("SMTP 554", "geweigerd door de mailprovider (code 554)"),
    ],
)
def test_why_somebody_got_nothing_is_said_in_words(reason, words):
    assert reason_in_words(reason) == words
