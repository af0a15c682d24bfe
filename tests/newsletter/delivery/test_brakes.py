"""The brakes: what comes back holds a dispatch before it does more harm."""

from datetime import timedelta

import pytest

from newsletter.delivery.brakes import look
from newsletter.delivery.control import resume
from newsletter.delivery.models import (
    Batch,
    BatchState,
    Delivery,
    DeliveryEvent,
    DeliveryException,
    Dispatch,
    DispatchState,
)
from subscribers.models import SuppressionReason
from subscribers.suppression import suppress
from tests.factories import SubscriptionFactory, UserFactory
from tests.newsletter.delivery.conftest import (  # noqa: F401 (fixtures)
    batch,
    dispatch,
    issue,
    readers,
    scheduled,
)


@pytest.fixture
def leaving(scheduled, mailing_list, now):  # noqa: F811
    """Two batches of a hundred; the first has left, the limits hold from there."""
    from newsletter.delivery.preparation import start

    mailing_list.group_size = 100
    mailing_list.pause_limits_from = 100
    mailing_list.save()
    SubscriptionFactory.create_batch(200, mailing_list=mailing_list)
    start(scheduled.pk, now=now)
    first = scheduled.batches.order_by("number").first()
    Batch.objects.filter(pk=first.pk).update(
        state=BatchState.DONE, submitted_at=now, resolved_at=now
    )
    return scheduled


def of_the_first(leaving, count):
    first = leaving.batches.order_by("number").first()
    chosen = first.deliveries.order_by("pk").values_list("pk", flat=True)[:count]
    return Delivery.objects.filter(pk__in=list(chosen))


def tell(leaving, count, event, now, *, permanent=False):
    theirs = of_the_first(leaving, count)
    theirs.update(event=event, event_at=now + timedelta(seconds=2))
    if permanent:
        for delivery in theirs.select_related("subscriber"):
            hashed = delivery.subscriber.address_hash
            suppress(hashed, SuppressionReason.HARD_BOUNCE, now)


def state_after_a_look(now):
    look(Dispatch.objects.get().pk, now=now + timedelta(seconds=3))
    return Dispatch.objects.get().state


def test_all_well_is_left_alone(leaving, now):
    assert state_after_a_look(now) == DispatchState.SENDING


@pytest.mark.parametrize(("count", "held"), [(1, False), (2, True)])
def test_above_one_percent_refused_holds_it(leaving, now, count, held):
    of_the_first(leaving, count).update(exception=DeliveryException.REJECTED)
    assert (state_after_a_look(now) == DispatchState.PAUSED) is held


@pytest.mark.parametrize(("count", "held"), [(1, False), (2, True)])
def test_above_one_percent_that_do_not_exist_holds_it(leaving, now, count, held):
    tell(leaving, count, DeliveryEvent.BOUNCED, now, permanent=True)
    assert (state_after_a_look(now) == DispatchState.PAUSED) is held


@pytest.mark.parametrize(("count", "held"), [(5, False), (6, True)])
@pytest.mark.parametrize("event", [DeliveryEvent.DEFERRED, DeliveryEvent.BOUNCED])
def test_above_five_percent_for_now_holds_it(leaving, now, event, count, held):
    tell(leaving, count, event, now)
    assert (state_after_a_look(now) == DispatchState.PAUSED) is held


def test_one_complaint_of_a_hundred_holds_it(leaving, now):
    tell(leaving, 1, DeliveryEvent.COMPLAINED, now)
    assert state_after_a_look(now) == DispatchState.PAUSED


def test_the_reason_says_what_was_seen_and_the_limit(leaving, now):
    tell(leaving, 6, DeliveryEvent.DEFERRED, now)
    state_after_a_look(now)
    reason = Dispatch.objects.get().pause_reason
    assert "6" in reason
    assert "100" in reason
    assert "5" in reason


def test_a_few_readers_say_too_little(leaving, mailing_list, now):
    mailing_list.pause_limits_from = 101
    mailing_list.save()
    tell(leaving, 50, DeliveryEvent.COMPLAINED, now)
    assert state_after_a_look(now) == DispatchState.SENDING


def test_whoever_goes_on_is_not_held_by_the_same_figures(leaving, now):
    tell(leaving, 6, DeliveryEvent.DEFERRED, now)
    assert state_after_a_look(now) == DispatchState.PAUSED
    leaving.refresh_from_db()
    later = now + timedelta(minutes=5)
    resume(leaving, by=UserFactory(), now=later)
    look(leaving.pk, now=later)
    assert Dispatch.objects.get().state == DispatchState.SENDING


def test_a_list_sets_its_own_limits(leaving, mailing_list, now):
    mailing_list.pause_above_temporary = 50
    mailing_list.save()
    tell(leaving, 6, DeliveryEvent.DEFERRED, now)
    assert state_after_a_look(now) == DispatchState.SENDING
