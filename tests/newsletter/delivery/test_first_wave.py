"""The first few, who show whether an issue can go to everyone."""

from datetime import timedelta

import pytest
from django.db.models import Count
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.audit.models import AuditEntry
from newsletter.delivery.control import pause, resume
from newsletter.delivery.first_wave import open_first_waves, size_of_first_wave
from newsletter.delivery.ledger import broken_invariants
from newsletter.delivery.models import (
    FIRST_WAVE,
    Batch,
    BatchState,
    Delivery,
    DeliveryEvent,
    DeliveryException,
    Dispatch,
    DispatchState,
)
from newsletter.delivery.preparation import start
from subscribers.models import Subscriber, Subscription
from tests.factories import LONG_AGO, SubscriptionFactory, UserFactory

MINUTE = timedelta(minutes=1)


def add_readers(mailing_list, count: int) -> None:
    people = Subscriber.objects.bulk_create(
        Subscriber(
            address=f"l{n}@example.nl",
            address_key=f"l{n}@example.nl",
            address_hash=f"{n:064}",
            created_at=LONG_AGO,
        )
        for n in range(count)
    )
    Subscription.objects.bulk_create(
        Subscription(
            subscriber=person,
            mailing_list=mailing_list,
            state="confirmed",
            created_at=LONG_AGO,
            confirmed_at=LONG_AGO,
        )
        for person in people
    )


@pytest.fixture
def thousand(mailing_list):
    add_readers(mailing_list, 1000)


@pytest.fixture
def begun(scheduled, thousand, now):
    assert start(scheduled.pk, now=now)
    scheduled.refresh_from_db()
    return scheduled


@pytest.fixture
def first_few(begun):
    return begun.batches.filter(wave=FIRST_WAVE)


def settle(batches, at, state=BatchState.DONE):
    batches.update(state=state, submitted_at=at, resolved_at=at)


def is_open(dispatch):
    dispatch.refresh_from_db()
    return dispatch.opened_at is not None


# --- Who they are ---


def test_of_a_thousand_readers_fifty_are_first(begun, first_few):
    assert sum(batch.size for batch in first_few) == 50
    assert begun.audience_count == 1000
    assert not is_open(begun)


@pytest.mark.parametrize(
    ("audience", "size"), [(1000, 50), (5000, 50), (5001, 51), (60_000, 600)]
)
def test_one_in_a_hundred_is_first_and_fifty_at_least(audience, size):
    assert size_of_first_wave(audience) == size


def test_one_reader_less_has_no_first_wave(scheduled, thousand, now):
    Subscription.objects.filter(pk=Subscription.objects.order_by("pk")[0].pk).update(
        state="unsubscribed", unsubscribed_at=now
    )
    start(scheduled.pk, now=now)
    assert is_open(scheduled)
    assert not scheduled.batches.filter(wave=FIRST_WAVE).exists()


def test_a_list_without_a_first_wave_opens_at_once(
    scheduled, thousand, mailing_list, now
):
    mailing_list.has_first_wave = False
    mailing_list.save()
    start(scheduled.pk, now=now)
    assert is_open(scheduled)


def test_colleagues_who_subscribed_are_among_the_first(
    scheduled, thousand, mailing_list, now
):
    UserFactory(username="els", email="Els@Example.nl")
    UserFactory(username="gone", email="gone@example.nl", is_active=False)
    SubscriptionFactory(mailing_list=mailing_list, subscriber__address="els@example.nl")
    start(scheduled.pk, now=now)
    els = Delivery.objects.get(subscriber__address="els@example.nl")
    assert els.batch.wave == FIRST_WAVE


def test_the_first_are_spread_over_all_readers(begun, first_few):
    everyone = list(
        begun.deliveries.order_by("subscriber").values_list("subscriber", flat=True)
    )
    places = sorted(
        everyone.index(reader)
        for reader in begun.deliveries.filter(batch__in=first_few).values_list(
            "subscriber", flat=True
        )
    )
    assert places[0] < 200
    assert places[-1] >= 800


def test_the_first_have_their_turn_at_once_whatever_the_pace(scheduled, thousand, now):
    Dispatch.objects.filter(pk=scheduled.pk).update(pace_minutes=30)
    start(scheduled.pk, now=now)
    turns = scheduled.batches.filter(wave=FIRST_WAVE).values_list(
        "not_before", flat=True
    )
    assert set(turns) == {now}


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    audience=st.integers(1, 120),
    group=st.integers(1, 40),
    at_least=st.integers(1, 130),
    smallest=st.integers(1, 120),
)
def test_numbers_sizes_and_keys_are_right_for_any_audience(
    scheduled, mailing_list, now, monkeypatch, audience, group, at_least, smallest
):
    from newsletter.delivery import first_wave

    monkeypatch.setattr(first_wave, "AT_LEAST", at_least)
    monkeypatch.setattr(first_wave, "SMALLEST_AUDIENCE", smallest)
    Delivery.objects.all().delete()
    Batch.objects.all().delete()
    Subscription.objects.all().delete()
    Subscriber.objects.all().delete()
    add_readers(mailing_list, audience)
    mailing_list.group_size = group
    mailing_list.save()
    Dispatch.objects.filter(pk=scheduled.pk).update(state=DispatchState.SCHEDULED)

    assert start(scheduled.pk, now=now)

    scheduled.refresh_from_db()
    batches = list(scheduled.batches.annotate(readers=Count("deliveries")))
    few = min(max(at_least, 2 if audience > 100 else 1), audience)
    few = few if audience >= smallest else 0
    in_wave = {
        wave: [batch.size for batch in batches if batch.wave == wave] for wave in (0, 1)
    }
    assert sum(in_wave[0]) == few
    assert sum(in_wave[1]) == audience - few
    for sizes in in_wave.values():
        assert all(size == group for size in sizes[:-1])
    assert [batch.number for batch in batches] == list(range(1, len(batches) + 1))
    assert all(batch.readers == batch.size > 0 for batch in batches)
    assert {batch.idempotency_key for batch in batches} == {
        Batch.key_for(scheduled.issue.uuid, n, scheduled.rendition.sha256)
        for n in range(1, len(batches) + 1)
    }
    assert not broken_invariants(now=now)


# --- What they show ---


def test_a_minute_after_the_last_of_them_it_opens_for_everyone(begun, first_few, now):
    settle(first_few, now)
    open_first_waves(now + MINUTE)
    assert is_open(begun)
    assert Batch.objects.claimable(now + MINUTE).count() == 38


def test_a_second_before_that_it_does_not(begun, first_few, now):
    settle(first_few, now)
    open_first_waves(now + MINUTE - timedelta(seconds=1))
    assert not is_open(begun)


def test_while_one_group_is_under_way_it_does_not(begun, first_few, now):
    settle(first_few, now)
    first_few.filter(number=1).update(state=BatchState.AMBIGUOUS)
    open_first_waves(now + MINUTE)
    assert not is_open(begun)


def test_the_pace_counts_from_the_opening(scheduled, thousand, now):
    Dispatch.objects.filter(pk=scheduled.pk).update(pace_minutes=38)
    start(scheduled.pk, now=now)
    settle(scheduled.batches.filter(wave=FIRST_WAVE), now)
    later = now + 5 * MINUTE

    open_first_waves(later)

    others = scheduled.batches.exclude(wave=FIRST_WAVE)
    turns = list(others.order_by("number").values_list("not_before", flat=True))
    assert turns[:2] == [later, later + MINUTE]
    assert turns[-1] == later + 37 * MINUTE


def test_refusals_above_the_limit_hold_it_with_the_reason(begun, first_few, now):
    settle(first_few, now)
    of_the_few = begun.deliveries.filter(batch__in=first_few)
    refused = of_the_few.values_list("pk", flat=True)[:3]
    Delivery.objects.filter(pk__in=list(refused)).update(
        exception=DeliveryException.REJECTED
    )
    open_first_waves(now + MINUTE)
    assert not is_open(begun)
    assert begun.state == DispatchState.PAUSED
    assert begun.pause_reason.startswith("3 ")
    assert AuditEntry.objects.get(act="paused").actor is None


def test_one_refusal_among_fifty_says_little(begun, first_few, now):
    settle(first_few, now)
    one = begun.deliveries.filter(batch__in=first_few).first()
    Delivery.objects.filter(pk=one.pk).update(event=DeliveryEvent.BOUNCED)
    open_first_waves(now + MINUTE)
    assert is_open(begun)


def test_uncertain_readers_among_the_first_hold_it(begun, first_few, now):
    settle(first_few, now)
    settle(first_few.filter(number=1), now, BatchState.UNKNOWN)
    open_first_waves(now + MINUTE)
    assert not is_open(begun)
    assert begun.state == DispatchState.PAUSED
    assert "25" in begun.pause_reason


def test_whoever_resumes_after_that_opens_it_for_everyone(begun, first_few, now):
    settle(first_few, now, BatchState.UNKNOWN)
    open_first_waves(now + MINUTE)
    begun.refresh_from_db()
    resume(begun, by=UserFactory(), now=now + 2 * MINUTE)
    assert is_open(begun)


def test_whoever_resumes_before_the_first_have_it_does_not_open_it(
    begun, first_few, now
):
    pause(begun, reason="even kijken", by=UserFactory(), now=now)
    resume(begun, by=UserFactory(), now=now + MINUTE)
    assert not is_open(begun)


def test_first_readers_whose_key_was_refused_are_the_first_once_more(
    begun, first_few, now
):
    settle(first_few, now, BatchState.FAILED)
    Dispatch.objects.filter(pk=begun.pk).update(state=DispatchState.PAUSED)
    begun.refresh_from_db()
    resume(begun, by=UserFactory(), now=now + MINUTE)
    assert not is_open(begun)
    assert first_few.filter(state=BatchState.READY).count() == 2


def test_a_paused_first_wave_does_not_open_by_itself(begun, first_few, now):
    settle(first_few, now)
    pause(begun, reason="even kijken", by=UserFactory(), now=now)
    open_first_waves(now + MINUTE)
    assert not is_open(begun)


def test_a_resumed_dispatch_keeps_its_pace(scheduled, readers, mailing_list, now):
    mailing_list.group_size = 1
    mailing_list.save()
    Dispatch.objects.filter(pk=scheduled.pk).update(pace_minutes=30)
    start(scheduled.pk, now=now)
    scheduled.refresh_from_db()
    pause(scheduled, reason="even kijken", by=UserFactory(), now=now)
    later = now + timedelta(hours=1)

    resume(scheduled, by=UserFactory(), now=later)

    turns = [batch.not_before - later for batch in scheduled.batches.all()]
    assert turns == [timedelta(0), 10 * MINUTE, 20 * MINUTE]
