"""Every invariant, each with a break planted behind the engine's back."""

from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from newsletter.delivery import witness
from newsletter.delivery.ledger import broken_invariants
from newsletter.delivery.models import (
    Attempt,
    AttemptOutcome,
    Batch,
    BatchState,
    Delivery,
    Dispatch,
    DispatchState,
)
from newsletter.delivery.submission import submit_batch
from subscribers import consent
from subscribers.models import Subscription, SubscriptionState
from tests.factories import SubscriberFactory, SubscriptionFactory


@pytest.fixture
def sent(dispatch, batch, clock):
    submit_batch(batch.pk, clock=clock)
    dispatch.refresh_from_db()
    return dispatch


def test_nothing_is_broken_after_a_plain_sunday(sent, now):
    assert broken_invariants(now=now + timedelta(days=1)) == []


def lose_a_delivery(sent, now):
    Delivery.objects.first().delete()


def add_a_stranger(sent, now):
    Delivery.objects.create(
        dispatch=sent, batch=sent.batches.get(), subscriber=SubscriberFactory()
    )


def take_a_delivery_out_of_its_batch(sent, now):
    Delivery.objects.filter(pk=Delivery.objects.first().pk).update(batch=None)


def open_a_batch_again(sent, now):
    Batch.objects.update(state=BatchState.READY)


def fail_a_batch_of_a_sent_issue(sent, now):
    Batch.objects.update(state=BatchState.FAILED)


def forget_a_lease(sent, now):
    Dispatch.objects.update(state=DispatchState.SENDING)
    Batch.objects.update(state=BatchState.SUBMITTING, lease_until=now)


def lose_the_attempt(sent, now):
    Attempt.objects.all().delete()


def say_a_wrong_number_of_attempts(sent, now):
    Batch.objects.update(attempt_count=2)


def send_an_accepted_batch_again(sent, now):
    Attempt.objects.create(
        batch=sent.batches.get(),
        number=2,
        token=uuid4(),
        started_at=now,
        outcome=AttemptOutcome.ACCEPTED,
    )
    Batch.objects.update(attempt_count=2)


def mail_someone_who_had_left(sent, now):
    Subscription.objects.filter(pk=Subscription.objects.first().pk).update(
        state=SubscriptionState.UNSUBSCRIBED, unsubscribed_at=now - timedelta(hours=1)
    )


def send_the_issue_twice(sent, now):
    Dispatch.objects.filter(pk=sent.pk).update(state=DispatchState.CANCELLED)
    again = Dispatch.objects.create(
        issue=sent.issue,
        rendition=sent.rendition,
        due_at=now,
        start_before=now,
        created_at=now,
    )
    Delivery.objects.create(
        dispatch=again, subscriber=Delivery.objects.first().subscriber
    )


def leave_someone_uncounted(sent, now):
    Batch.objects.update(state=BatchState.CANCELLED)


BREAKS = [
    lose_a_delivery,
    add_a_stranger,
    take_a_delivery_out_of_its_batch,
    open_a_batch_again,
    fail_a_batch_of_a_sent_issue,
    forget_a_lease,
    lose_the_attempt,
    say_a_wrong_number_of_attempts,
    send_an_accepted_batch_again,
    mail_someone_who_had_left,
    send_the_issue_twice,
    leave_someone_uncounted,
]


@pytest.mark.parametrize("plant", BREAKS, ids=lambda plant: plant.__name__)
def test_a_planted_break_is_found(sent, now, plant):
    plant(sent, now)
    assert broken_invariants(now=now + timedelta(days=1))


def test_leaving_after_the_mail_was_handed_over_is_no_break(sent, now):
    Subscription.objects.update(
        state=SubscriptionState.UNSUBSCRIBED, unsubscribed_at=now + timedelta(hours=1)
    )
    assert not broken_invariants(now=now + timedelta(days=1))


def test_the_command_says_that_all_is_well(sent):
    said = StringIO()
    call_command("check_ledger", stdout=said)
    assert "1 dispatch(es): everything adds up." in said.getvalue()


def test_the_command_ends_with_1_and_names_what_is_broken(sent, now):
    lose_the_attempt(sent, now)
    said = StringIO()
    with pytest.raises(CommandError) as refusal:
        call_command("check_ledger", issue=sent.issue.number, stdout=said)
    assert refusal.value.returncode == 1
    assert f"batch {sent.batches.get().pk} is accepted without an attempt" in (
        said.getvalue()
    )


def test_the_command_looks_at_one_issue_only(sent, now):
    lose_the_attempt(sent, now)
    with pytest.raises(CommandError, match="no dispatch of issue"):
        call_command("check_ledger", issue=sent.issue.number + 1)


def test_a_delivery_of_nobody_is_told(sent, now):
    delivery = Delivery.objects.order_by("pk").first()
    Delivery.objects.filter(pk=delivery.pk).update(subscriber_id=10**9)
    assert broken_invariants(now=now) == [
        f"delivery {delivery.pk} is of a subscriber who is not there"
    ]


def test_an_attempt_that_only_the_witness_saw_is_told(sent, now):
    witness.testify(sent.issue.uuid, 1, 7, now=now)
    assert broken_invariants(now=now) == [
        f"dispatch {sent.pk}: batch 1 was handed over 7 times, the ledger knows 1"
    ]


def test_a_group_that_was_accepted_and_waits_is_told(sent, now):
    Batch.objects.update(state=BatchState.READY)
    Dispatch.objects.update(state=DispatchState.SENDING)
    batch = Batch.objects.get()
    assert (
        f"batch {batch.pk} was accepted at attempt 1, but does not say so"
        in broken_invariants(now=now)
    )


def test_a_reader_who_stands_otherwise_than_recorded_is_named(mailing_list, now):
    reader = SubscriptionFactory.create(mailing_list=mailing_list)
    consent.unsubscribe(reader, through="page", now=now)
    call_command("check_ledger", stdout=StringIO())
    Subscription.objects.update(state=SubscriptionState.CONFIRMED)
    told = StringIO()

    with pytest.raises(CommandError):
        call_command("check_ledger", stdout=told)

    assert f"subscription {reader.pk} is confirmed" in told.getvalue()
