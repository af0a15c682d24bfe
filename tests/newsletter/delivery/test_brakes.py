"""Holding a dispatch by itself when what comes back says so."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.delivery.brakes import Figures, Limits, look, what_is_wrong
from newsletter.delivery.control import resume
from newsletter.delivery.models import (
    BatchState,
    Delivery,
    DeliveryEvent,
    DeliveryException,
    DispatchState,
)
from newsletter.delivery.preparation import start
from newsletter.delivery.vital_signs import Heartbeat
from subscribers.models import SuppressionReason
from subscribers.suppression import suppress
from tests.factories import SubscriptionFactory, UserFactory

SECOND = timedelta(seconds=1)
OWN = Limits(temporary=5.0, permanent=1.0, complaints=0.1)


@pytest.fixture
def forty(scheduled, mailing_list, now):
    """Forty readers in two groups, of whom the first twenty have it; limits at ten."""
    mailing_list.group_size = 20
    mailing_list.pause_limits_from = 10
    mailing_list.pause_above_permanent = 10
    mailing_list.pause_above_temporary = 20
    mailing_list.pause_above_complaints = 5
    mailing_list.save()
    SubscriptionFactory.create_batch(40, mailing_list=mailing_list)
    start(scheduled.pk, now=now)
    hand_over(scheduled, 1, now)
    return scheduled


def hand_over(dispatch, number, now):
    dispatch.batches.filter(number=number).update(
        state=BatchState.DONE, submitted_at=now, resolved_at=now
    )


def readers_of(dispatch, number, count):
    theirs = Delivery.objects.filter(dispatch=dispatch, batch__number=number)
    return theirs.filter(
        pk__in=list(theirs.order_by("pk").values_list("pk", flat=True)[:count])
    )


def bounce(deliveries, now):
    deliveries.update(event=DeliveryEvent.BOUNCED)
    for delivery in deliveries.select_related("subscriber"):
        suppress(delivery.subscriber.address, SuppressionReason.HARD_BOUNCE, now)


def test_when_all_is_well_nothing_is_held(forty, now):
    readers_of(forty, 1, 20).update(event=DeliveryEvent.DELIVERED)
    assert not look(forty.pk, now=now)


@pytest.mark.parametrize(("count", "is_held"), [(2, False), (3, True)])
def test_refused_readers_hold_it_above_the_limit(forty, now, count, is_held):
    readers_of(forty, 1, count).update(exception=DeliveryException.REJECTED)
    assert look(forty.pk, now=now) == is_held


@pytest.mark.parametrize(("count", "is_held"), [(2, False), (3, True)])
def test_addresses_that_do_not_exist_hold_it_above_the_limit(
    forty, now, count, is_held
):
    bounce(readers_of(forty, 1, count), now)
    assert look(forty.pk, now=now) == is_held


@pytest.mark.parametrize("event", [DeliveryEvent.DEFERRED, DeliveryEvent.BOUNCED])
@pytest.mark.parametrize(("count", "is_held"), [(4, False), (5, True)])
def test_full_mailboxes_hold_it_above_the_limit_of_temporary_failures(
    forty, now, event, count, is_held
):
    readers_of(forty, 1, count).update(event=event)
    assert look(forty.pk, now=now) == is_held


@pytest.mark.parametrize(("count", "is_held"), [(1, False), (2, True)])
def test_complaints_hold_it_above_the_limit(forty, now, count, is_held):
    readers_of(forty, 1, count).update(event=DeliveryEvent.COMPLAINED)
    assert look(forty.pk, now=now) == is_held


@pytest.mark.parametrize(("count", "is_held"), [(2, False), (3, True)])
def test_servers_that_take_nothing_of_us_hold_it_above_the_limit(
    forty, now, count, is_held
):
    refused = readers_of(forty, 1, count)
    refused.update(event=DeliveryEvent.BOUNCED, reason="policy 5.7.1")
    assert look(forty.pk, now=now) == is_held
    forty.refresh_from_db()
    assert ("Vraag de mailprovider" in forty.pause_reason) == is_held


def test_the_reason_says_what_was_seen_and_what_the_limit_is(forty, now):
    readers_of(forty, 1, 3).update(exception=DeliveryException.REJECTED)
    look(forty.pk, now=now)
    forty.refresh_from_db()
    assert forty.state == DispatchState.PAUSED
    for figure in ("3", "20", "15", "10"):
        assert figure in forty.pause_reason


def test_before_enough_readers_have_it_one_failure_says_little(
    forty, mailing_list, now
):
    mailing_list.pause_limits_from = 21
    mailing_list.save()
    readers_of(forty, 1, 20).update(exception=DeliveryException.REJECTED)
    assert not look(forty.pk, now=now)


def test_whoever_resumes_is_not_held_again_by_the_same_figures(forty, now):
    readers_of(forty, 1, 3).update(exception=DeliveryException.REJECTED)
    look(forty.pk, now=now)
    forty.refresh_from_db()
    resume(forty, by=UserFactory(), now=now + 60 * SECOND)
    hand_over(forty, 2, now + 70 * SECOND)
    assert not look(forty.pk, now=now + 80 * SECOND)


def test_after_a_resume_new_failures_hold_it_again(forty, now):
    readers_of(forty, 1, 3).update(exception=DeliveryException.REJECTED)
    look(forty.pk, now=now)
    forty.refresh_from_db()
    resume(forty, by=UserFactory(), now=now + 60 * SECOND)
    hand_over(forty, 2, now + 70 * SECOND)
    readers_of(forty, 2, 3).update(exception=DeliveryException.REJECTED)
    assert look(forty.pk, now=now + 80 * SECOND)


def test_late_bounces_of_those_who_had_it_before_a_resume_do_not_hold_it(forty, now):
    readers_of(forty, 1, 3).update(exception=DeliveryException.REJECTED)
    look(forty.pk, now=now)
    forty.refresh_from_db()
    resume(forty, by=UserFactory(), now=now + 60 * SECOND)
    hand_over(forty, 2, now + 70 * SECOND)
    bounce(readers_of(forty, 1, 20), now)
    assert not look(forty.pk, now=now + 80 * SECOND)


def test_another_issues_failures_are_none_of_its_business(forty, now):
    readers_of(forty, 1, 3).update(exception=DeliveryException.REJECTED)
    assert not look(forty.pk + 1, now=now)


def test_a_million_looks_count_once_in_five_seconds(forty, now):
    look(forty.pk, now=now)
    readers_of(forty, 1, 3).update(exception=DeliveryException.REJECTED)
    assert not look(forty.pk, now=now + 4 * SECOND)
    assert look(forty.pk, now=now + 5 * SECOND)


def test_a_look_that_does_not_count_costs_two_reads(
    forty, now, django_assert_num_queries
):
    look(forty.pk, now=now)
    with django_assert_num_queries(2):
        look(forty.pk, now=now)


def test_of_several_workers_one_looks(transactional_db, forty, in_threads):
    # Its own test of the guard: all see the same last look, one writes the next.
    from newsletter.delivery.brakes import _is_time

    at = forty.started_at or forty.due_at
    Heartbeat.objects.create(name=f"brakes {forty.pk}", at=at)
    later = at + 10 * SECOND
    turns = in_threads(*[lambda: _is_time(forty, now=later)] * 6)
    assert turns.count(True) == 1


def test_what_is_sent_is_not_held_any_more(forty, now):
    readers_of(forty, 1, 3).update(exception=DeliveryException.REJECTED)
    type(forty).objects.filter(pk=forty.pk).update(state=DispatchState.SENT)
    assert not look(forty.pk, now=now)


# --- The limits ---


@given(
    left=st.integers(0, 1_000_000),
    wrong=st.tuples(*[st.integers(0, 1_000_000)] * 3),
)
def test_something_is_wrong_exactly_when_a_share_is_above_its_limit(left, wrong):
    figures = Figures(left, *wrong)
    above = any(
        100 * count > limit * left
        for count, limit in zip(wrong, (5.0, 1.0, 0.1), strict=True)
        if count
    )
    reason = what_is_wrong(figures, OWN)
    assert bool(reason) == above
    assert len(reason or "") <= 200


def test_while_few_have_it_no_limit_is_stricter_than_five_per_cent(mailing_list):
    assert Limits.of(mailing_list, 499) == Limits(5.0, 5.0, 5.0)
    assert Limits.of(mailing_list, 500) == OWN
