"""Freezing who an issue goes to."""

from datetime import timedelta

import pytest

from newsletter.delivery.ledger import broken_invariants
from newsletter.delivery.models import Delivery, Dispatch, DispatchState
from newsletter.delivery.preparation import start
from subscribers.models import SuppressionReason
from subscribers.suppression import suppress
from tests.factories import SubscriptionFactory


def test_everyone_who_confirmed_is_in_the_audience(dispatch, readers):
    assert dispatch.audience_count == 3
    assert set(dispatch.deliveries.values_list("subscriber", flat=True)) == {
        reader.subscriber_id for reader in readers
    }


@pytest.mark.parametrize(
    "other",
    [{"pending": True}, {"unsubscribed": True}, {"paused_until": "2026-12-24"}],
    ids=["pending", "unsubscribed", "paused"],
)
def test_whoever_did_not_agree_or_pauses_is_not(scheduled, mailing_list, now, other):
    SubscriptionFactory(mailing_list=mailing_list, **other)
    start(scheduled.pk, now=now)
    assert not Delivery.objects.exists()


def test_a_suppressed_subscriber_gets_no_delivery(scheduled, readers, now):
    suppress(readers[0].subscriber.address, SuppressionReason.COMPLAINT, now)
    start(scheduled.pk, now=now)
    assert not Delivery.objects.filter(subscriber=readers[0].subscriber).exists()


def test_a_reader_whose_pause_ends_today_is_in(scheduled, mailing_list, now):
    SubscriptionFactory(mailing_list=mailing_list, paused_until=now.date())
    start(scheduled.pk, now=now)
    assert Delivery.objects.count() == 1


def test_only_one_of_two_clocks_starts_a_dispatch(scheduled, readers, now):
    assert [start(scheduled.pk, now=now) for _clock in range(2)] == [True, False]
    assert Delivery.objects.count() == 3


def test_an_empty_audience_pauses_with_the_reason(scheduled, now):
    start(scheduled.pk, now=now)
    scheduled.refresh_from_db()
    assert scheduled.state == DispatchState.PAUSED
    assert scheduled.pause_reason


def test_a_dispatch_that_is_six_hours_late_does_not_start_by_itself(
    scheduled, readers, now
):
    assert not start(scheduled.pk, now=now + timedelta(hours=6))
    assert Dispatch.objects.missed(now + timedelta(hours=6)).get() == scheduled


def test_a_second_before_its_time_nothing_starts(scheduled, readers, now):
    assert not start(scheduled.pk, now=now - timedelta(seconds=1))


def test_groups_follow_the_size_of_the_list(scheduled, readers, mailing_list, now):
    mailing_list.group_size = 2
    mailing_list.save()
    start(scheduled.pk, now=now)
    assert [batch.size for batch in scheduled.batches.all()] == [2, 1]
    assert not broken_invariants(now=now)


def test_a_pace_spreads_the_turns(scheduled, readers, mailing_list, now):
    mailing_list.group_size = 1
    mailing_list.save()
    Dispatch.objects.filter(pk=scheduled.pk).update(pace_minutes=30)
    start(scheduled.pk, now=now)
    turns = [batch.not_before - now for batch in scheduled.batches.all()]
    assert turns == [timedelta(0), timedelta(minutes=10), timedelta(minutes=20)]


def test_freezing_a_hundred_readers_asks_no_more_than_three(
    scheduled, mailing_list, now, django_assert_max_num_queries
):
    SubscriptionFactory.create_batch(3, mailing_list=mailing_list)
    with django_assert_max_num_queries(16):
        start(scheduled.pk, now=now)
