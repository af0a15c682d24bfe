"""Handing over a batch: intent first, the answer after, nobody twice."""

from datetime import timedelta
from uuid import uuid4

import pytest

from newsletter.delivery.claiming import claim, intend
from newsletter.delivery.control import pause
from newsletter.delivery.ledger import broken_invariants
from newsletter.delivery.models import (
    Attempt,
    AttemptOutcome,
    Batch,
    BatchState,
    Delivery,
    DispatchState,
    SkipReason,
)
from newsletter.delivery.outcomes import accepted
from newsletter.delivery.progress import progress
from newsletter.delivery.recording import record
from newsletter.delivery.submission import submit_batch
from newsletter.outbox.mailbox import read_mailbox
from subscribers.consent import unsubscribe
from subscribers.models import Subscriber, SuppressionReason
from subscribers.suppression import suppress
from tests.newsletter.delivery.mails import how_many_mails


def test_every_reader_gets_one_mail(dispatch, batch, clock):
    submit_batch(batch.pk, clock=clock)
    assert sorted(mail.to for mail in read_mailbox()) == [
        "alice@example.nl",
        "bob@example.nl",
        "charlie@example.nl",
    ]


def test_a_dispatch_whose_last_batch_is_settled_is_sent(dispatch, batch, clock):
    submit_batch(batch.pk, clock=clock)
    dispatch.refresh_from_db()
    assert dispatch.state == DispatchState.SENT
    assert progress(dispatch).accepted == 3


def test_success_leaves_the_deliveries_untouched(dispatch, batch, clock):
    before = list(Delivery.objects.order_by("pk").values())
    submit_batch(batch.pk, clock=clock)
    assert list(Delivery.objects.order_by("pk").values()) == before


def test_the_intent_is_written_before_anything_leaves(
    dispatch, batch, clock, monkeypatch
):
    seen = []

    def look(self, messages):
        seen.append(Batch.objects.get(pk=batch.pk).state)
        seen.append(Attempt.objects.get(batch=batch).outcome)
        return len(messages)

    monkeypatch.setattr(
        "newsletter.outbox.mailbox.LocalMailboxBackend.send_messages", look
    )
    submit_batch(batch.pk, clock=clock)
    assert seen[:2] == [BatchState.SUBMITTING, AttemptOutcome.OPEN]


def test_the_second_of_two_workers_sends_nothing(dispatch, batch, clock):
    submit_batch(batch.pk, clock=clock)
    assert submit_batch(batch.pk, clock=clock) is None
    assert Attempt.objects.count() == 1


def test_whoever_leaves_after_the_freezing_gets_nothing(
    dispatch, batch, readers, clock, now
):
    unsubscribe(readers[1], through="one-click", now=now)
    submit_batch(batch.pk, clock=clock)
    delivery = Delivery.objects.get(subscriber=readers[1].subscriber)
    assert delivery.reason == SkipReason.UNSUBSCRIBED
    assert "bob@example.nl" not in [mail.to for mail in read_mailbox()]


def test_whoever_is_suppressed_after_the_freezing_gets_nothing(
    dispatch, batch, readers, clock, now
):
    suppress(readers[0].subscriber.address, SuppressionReason.STAFF, now)
    submit_batch(batch.pk, clock=clock)
    assert how_many_mails() == 2


def test_a_batch_of_which_everybody_left_is_settled(
    dispatch, batch, readers, clock, now
):
    for reader in readers:
        unsubscribe(reader, through="one-click", now=now)
    submit_batch(batch.pk, clock=clock)
    dispatch.refresh_from_db()
    assert dispatch.state == DispatchState.SENT
    assert progress(dispatch).skipped == 3
    assert not broken_invariants(now=now)


def test_a_changed_address_is_used_at_once(dispatch, batch, readers, clock):
    Subscriber.objects.filter(pk=readers[0].subscriber_id).update(
        address="alice@nieuw.example.nl", address_key="alice@nieuw.example.nl"
    )
    submit_batch(batch.pk, clock=clock)
    assert "alice@nieuw.example.nl" in [mail.to for mail in read_mailbox()]


def test_a_paused_dispatch_gives_no_batch(dispatch, batch, clock):
    type(dispatch).objects.filter(pk=dispatch.pk).update(state=DispatchState.PAUSED)
    assert submit_batch(batch.pk, clock=clock) is None
    assert not how_many_mails()


def test_a_batch_waits_for_its_turn(dispatch, batch, clock, now):
    Batch.objects.filter(pk=batch.pk).update(not_before=now + timedelta(minutes=5))
    assert submit_batch(batch.pk, clock=clock) is None


def test_a_worker_that_stood_still_sends_nothing(dispatch, batch, clock, settings):
    settings.TASK_SECONDS = settings.LEASE_SECONDS + 1
    submit_batch(batch.pk, clock=clock)
    assert not how_many_mails()
    assert Batch.objects.get(pk=batch.pk).state == BatchState.READY


def test_a_late_answer_changes_nothing_but_its_own_attempt(
    dispatch, batch, clock, monkeypatch
):
    def lose_the_lease(self, messages):
        Batch.objects.filter(pk=batch.pk).update(state=BatchState.AMBIGUOUS, token=None)
        return len(messages)

    monkeypatch.setattr(
        "newsletter.outbox.mailbox.LocalMailboxBackend.send_messages", lose_the_lease
    )
    submit_batch(batch.pk, clock=clock)
    assert Batch.objects.get(pk=batch.pk).state == BatchState.AMBIGUOUS
    assert Attempt.objects.get().outcome == AttemptOutcome.ACCEPTED


@pytest.mark.parametrize("name", ["<b>Alice</b>", "Al\x0bice", 'Al"ice', "Zoë", ""])
def test_no_name_breaks_the_mail_of_others(dispatch, batch, readers, clock, name):
    Subscriber.objects.filter(pk=readers[0].subscriber_id).update(first_name=name)
    submit_batch(batch.pk, clock=clock)
    mails = read_mailbox()
    assert len(mails) == 3
    assert not any("<b>Alice</b>" in mail.html for mail in mails)


def test_an_accepted_answer_that_comes_after_all_keeps_a_batch_from_leaving_again(
    batch, clock, now
):
    (claimed,) = claim(batch.pk, uuid4(), now=now)
    assert intend(claimed.batch, now=now)
    attempt = Attempt.objects.create(
        batch=batch, number=1, token=uuid4(), started_at=now
    )
    Batch.objects.filter(pk=batch.pk).update(state=BatchState.READY, token=None)
    assert not record(claimed.batch, attempt, accepted(), now=now)
    batch.refresh_from_db()
    assert batch.state == BatchState.DONE


def test_a_batch_taken_before_a_pause_does_not_leave_after_it(
    batch, dispatch, now, admin_user
):
    (claimed,) = claim(batch.pk, uuid4(), now=now)
    pause(dispatch, reason="wrong picture", by=admin_user, now=now)
    assert not intend(claimed.batch, now=now)
