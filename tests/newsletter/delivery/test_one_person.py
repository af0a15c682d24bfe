"""One person in two rows: an issue comes to one of their addresses."""

from datetime import timedelta
from uuid import uuid4

import pytest

from newsletter.delivery.claiming import claim, intend
from newsletter.delivery.control import stop
from newsletter.delivery.ledger import broken_invariants
from newsletter.delivery.models import (
    Attempt,
    AttemptOutcome,
    Batch,
    BatchState,
    Delivery,
)
from newsletter.delivery.preparation import start
from newsletter.outbox.mailbox import read_mailbox
from subscribers.doubles import merge
from tests.factories import SubscriberFactory
from tests.newsletter.delivery.acts import scheduled_anew, send_all


def mailed():
    return sorted(mail.to for mail in read_mailbox())


def being_handed_over(batch, now):
    """Write its intent down, as a worker does before its request."""
    token = uuid4()
    (taken,) = claim(batch.pk, token, now=now)
    assert intend(taken.batch, now=now)
    return Attempt.objects.create(batch=batch, number=1, token=token, started_at=now)


def not_taken(attempt):
    """Let the provider say that it took nothing of what was handed over."""
    Attempt.objects.filter(pk=attempt.pk).update(outcome=AttemptOutcome.NOT_TAKEN)
    Batch.objects.filter(pk=attempt.batch_id).update(
        state=BatchState.READY, token=None, lease_until=None, enqueued_at=None
    )


def test_who_got_a_stopped_issue_at_an_address_from_before_does_not_get_it_again(
    scheduled, groups, readers, now, admin_user
):
    alice, bob, charlie = (reader.subscriber for reader in readers)
    Batch.objects.filter(pk=groups[0].pk).update(state=BatchState.DONE)
    stop(scheduled, by=admin_user, now=now)
    merge(bob, alice, by=admin_user, now=now)
    again = scheduled_anew(scheduled, now)
    start(again.pk, now=now)
    assert again.deliveries.get().subscriber == charlie


def test_who_got_it_at_one_address_is_skipped_at_the_other_while_it_leaves(
    scheduled, groups, readers, now, admin_user
):
    alice, bob, charlie = (reader.subscriber for reader in readers)
    Batch.objects.filter(pk=groups[0].pk).update(state=BatchState.DONE)
    merge(bob, alice, by=admin_user, now=now)
    merge(charlie, SubscriberFactory(), by=admin_user, now=now)
    outcomes = scheduled.deliveries.order_by("pk").values_list("exception", "reason")
    assert list(outcomes) == [("", ""), ("skipped", "has_it"), ("", "")]


@pytest.mark.parametrize("state", [BatchState.CLAIMED, BatchState.FAILED])
def test_who_has_it_is_skipped_at_the_other_address_also_when_that_was_taken_up(
    scheduled, groups, readers, admin_user, now, state
):
    alice, bob, _charlie = (reader.subscriber for reader in readers)
    Batch.objects.filter(pk=groups[0].pk).update(state=BatchState.DONE)
    Batch.objects.filter(pk=groups[1].pk).update(state=state)
    merge(bob, alice, by=admin_user, now=now)
    assert scheduled.deliveries.get(subscriber=bob).reason == "has_it"


def test_what_was_taken_up_for_the_other_address_is_taken_back(
    scheduled, groups, readers, admin_user, now
):
    alice, bob, _charlie = (reader.subscriber for reader in readers)
    (taken,) = claim(groups[0].pk, uuid4(), now=now)
    merge(bob, alice, by=admin_user, now=now)
    assert not intend(taken.batch, now=now)
    send_all(now + timedelta(minutes=2))
    assert mailed() == ["bob@example.nl", "charlie@example.nl"]
    assert not broken_invariants(now=now)


def test_what_did_not_come_at_one_address_comes_at_the_other(
    scheduled, groups, readers, now, admin_user
):
    alice, bob, _charlie = (reader.subscriber for reader in readers)
    Batch.objects.filter(pk=groups[0].pk).update(state=BatchState.DONE)
    Delivery.objects.filter(subscriber=alice).update(event="bounced")
    merge(bob, alice, by=admin_user, now=now)
    assert scheduled.deliveries.get(subscriber=bob).exception == ""
    stop(scheduled, by=admin_user, now=now)
    again = scheduled_anew(scheduled, now)
    start(again.pk, now=now)
    assert again.deliveries.filter(subscriber=bob).exists()


def test_who_has_it_by_the_next_try_is_skipped_at_the_other_address(
    scheduled, groups, readers, admin_user, now
):
    alice, bob, _charlie = (reader.subscriber for reader in readers)
    Batch.objects.filter(pk=groups[0].pk).update(state=BatchState.DONE)
    of_bob = being_handed_over(groups[1], now)
    merge(bob, alice, by=admin_user, now=now)
    not_taken(of_bob)
    send_all(now + timedelta(minutes=2))
    assert mailed() == ["charlie@example.nl"]
    assert scheduled.deliveries.get(subscriber=bob).reason == "has_it"
    assert not broken_invariants(now=now)


def test_what_was_not_taken_for_one_address_comes_at_the_other_after_all(
    scheduled, groups, readers, admin_user, now
):
    alice, bob, _charlie = (reader.subscriber for reader in readers)
    of_alice = being_handed_over(groups[0], now)
    merge(bob, alice, by=admin_user, now=now)
    assert scheduled.deliveries.get(subscriber=bob).reason == "has_it"
    not_taken(of_alice)
    send_all(now + timedelta(minutes=2))
    send_all(now + timedelta(minutes=4))
    assert mailed() == ["bob@example.nl", "charlie@example.nl"]
    assert not broken_invariants(now=now)


def test_who_has_it_at_a_third_address_gets_it_at_none_of_the_others(
    scheduled, groups, readers, admin_user, now
):
    alice, bob, charlie = (reader.subscriber for reader in readers)
    Batch.objects.filter(pk=groups[2].pk).update(state=BatchState.DONE)
    of_alice = being_handed_over(groups[0], now)
    merge(bob, charlie, by=admin_user, now=now)
    merge(bob, alice, by=admin_user, now=now)
    not_taken(of_alice)
    send_all(now + timedelta(minutes=2))
    send_all(now + timedelta(minutes=4))
    assert mailed() == []
    assert not broken_invariants(now=now)


def test_when_both_turn_out_not_taken_one_of_them_comes(
    scheduled, groups, readers, admin_user, now
):
    alice, bob, _charlie = (reader.subscriber for reader in readers)
    of_alice = being_handed_over(groups[0], now)
    of_bob = being_handed_over(groups[1], now)
    merge(bob, alice, by=admin_user, now=now)
    not_taken(of_alice)
    not_taken(of_bob)
    send_all(now + timedelta(minutes=2))
    send_all(now + timedelta(minutes=4))
    assert mailed() == ["bob@example.nl", "charlie@example.nl"]
    assert not broken_invariants(now=now)
