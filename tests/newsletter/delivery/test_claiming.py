"""Two workers, one batch; and who of it may still be mailed."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction

from newsletter.delivery.claiming import claim, claim_due, intend, release
from newsletter.delivery.models import (
    Batch,
    BatchState,
    Delivery,
    DeliveryException,
    DispatchState,
    SkipReason,
)
from newsletter.delivery.submission import submit_batch
from newsletter.outbox.mailbox import read_mailbox
from subscribers.models import Subscriber, Subscription
from subscribers.privacy import erase
from tests.newsletter.delivery.acts import in_another_worker
from tests.newsletter.delivery.mails import how_many_mails

together = pytest.mark.django_db(transaction=True)


@together
def test_a_worker_that_waited_for_another_does_not_win_as_well(dispatch, batch, now):
    with transaction.atomic():
        assert claim(batch.pk, uuid4(), now=now)
        second, found = in_another_worker(lambda: claim(batch.pk, uuid4(), now=now))
        # It stands still now, at the row that we hold.
        second.join(0.5)
        assert second.is_alive()
    second.join(10)
    assert found == [()]


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite lets one worker claim at a time"
)
@together
def test_a_worker_that_looks_for_what_is_due_passes_by_what_another_is_taking(
    groups, now
):
    with transaction.atomic():
        mine = claim_due(uuid4(), readers=1, now=now)
        second, found = in_another_worker(
            lambda: claim_due(uuid4(), readers=1, now=now)
        )
        second.join(10)
        assert not second.is_alive()
    taken = [claimed.batch.pk for claimed in (*mine, *found[0])]
    assert taken == [groups[0].pk, groups[1].pk]


def test_as_many_small_groups_are_taken_as_hold_so_many_readers(groups, now):
    taken = claim_due(uuid4(), readers=2, now=now)
    assert [claimed.batch.number for claimed in taken] == [1, 2]


def test_a_larger_batch_is_taken_alone(batch, now):
    (taken,) = claim_due(uuid4(), readers=2, now=now)
    assert len(taken.recipients) == 3


@together
def test_of_eight_workers_one_gets_the_batch(dispatch, batch, clock):
    ready = threading.Barrier(8)

    def work():
        ready.wait(10)
        return submit_batch(batch.pk, clock=clock)

    workers = [in_another_worker(work) for _number in range(8)]
    for thread, _found in workers:
        thread.join(60)
    outcomes = [found[0] for _thread, found in workers]
    assert sum(outcome is not None for outcome in outcomes) == 1
    assert how_many_mails() == 3


def test_a_claim_is_one_statement_that_looks_at_the_row_itself(
    dispatch, batch, now, django_assert_max_num_queries
):
    # "id IN (SELECT …)" would be looked at again with the state of before.
    with django_assert_max_num_queries(12) as asked:
        claim(batch.pk, uuid4(), now=now)
    (update,) = [
        query["sql"]
        for query in asked.captured_queries
        if query["sql"].startswith('UPDATE "newsletter_batch"')
    ]
    assert " IN (SELECT" not in update


def test_a_token_that_was_lost_cannot_write_its_intent(dispatch, batch, now):
    (late,) = claim(batch.pk, uuid4(), now=now)
    Batch.objects.filter(pk=batch.pk).update(lease_until=now - timedelta(seconds=1))
    assert claim(batch.pk, uuid4(), now=now)
    assert not intend(late.batch, now=now)


def test_a_lost_token_gives_nothing_back(dispatch, batch, now):
    (late,) = claim(batch.pk, uuid4(), now=now)
    Batch.objects.filter(pk=batch.pk).update(token=uuid4())
    release(late.batch)
    assert Batch.objects.get().state == BatchState.CLAIMED


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"state": "unsubscribed"}, SkipReason.UNSUBSCRIBED),
        ({"state": "pending"}, SkipReason.UNSUBSCRIBED),
        ({"paused_until": "2026-12-24"}, SkipReason.PAUSED),
    ],
)
def test_consent_is_asked_again_at_the_claim(
    dispatch, batch, readers, now, change, reason
):
    Subscription.objects.filter(pk=readers[0].pk).update(**change)
    (claimed,) = claim(batch.pk, uuid4(), now=now)
    assert len(claimed.recipients) == 2
    assert Delivery.objects.get(exception="skipped").reason == reason


def test_an_erased_reader_is_skipped_by_name_of_nobody(dispatch, batch, readers, now):
    erase(readers[0].subscriber, channel="page", now=now)
    (claimed,) = claim(batch.pk, uuid4(), now=now)
    assert len(claimed.recipients) == 2
    assert Delivery.objects.get(exception="skipped").reason == SkipReason.ERASED


def test_a_reader_whose_subscription_vanished_is_not_counted_as_mailed(
    dispatch, batch, readers, now
):
    Subscription.objects.filter(pk=readers[0].pk).delete()
    (claimed,) = claim(batch.pk, uuid4(), now=now)
    assert len(claimed.recipients) == 2
    assert Delivery.objects.filter(exception=DeliveryException.SKIPPED).count() == 1


UNMAILABLE = [
    "bob",
    "bób@example.nl",
    "bob@example.nl\r\nBcc: all@example.nl",
    "bob@example.nl, eve@example.nl",
    '"bob\x00"@example.nl',
    "bob <bob@example.nl>",
    "b" * 250 + "@example.nl",
    "bob@münchen.example",
    ".bob@example.nl",
]


@pytest.mark.parametrize("address", UNMAILABLE)
def test_an_address_nobody_can_mail_costs_the_others_nothing(
    dispatch, batch, readers, clock, now, address
):
    if "\x00" in address and connection.vendor == "postgresql":
        pytest.skip("PostgreSQL keeps no NUL")
    Subscriber.objects.filter(pk=readers[1].subscriber_id).update(address=address[:254])
    submit_batch(batch.pk, clock=clock)
    assert sorted(mail.to for mail in read_mailbox()) == [
        "alice@example.nl",
        "charlie@example.nl",
    ]
    delivery = Delivery.objects.get(subscriber=readers[1].subscriber)
    assert (delivery.exception, delivery.reason) == ("skipped", SkipReason.UNMAILABLE)


def test_a_dispatch_that_began_at_another_provider_is_held(
    dispatch, batch, clock, settings
):
    # What was planned as one request for a thousand must not become one mail to all.
    settings.EMAIL_PROVIDER = "smtp"
    assert submit_batch(batch.pk, clock=clock) is None
    assert not how_many_mails()
    dispatch.refresh_from_db()
    assert dispatch.state == DispatchState.PAUSED
    assert dispatch.pause_reason
    assert Batch.objects.get().state == BatchState.READY
