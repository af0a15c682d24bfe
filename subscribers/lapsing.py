"""Letting go of a sign-up that its owner never confirmed."""

from datetime import datetime

from django.db import transaction

from subscribers.models import (
    ConsentAct,
    ConsentEvidence,
    ImportTag,
    Subscriber,
    Subscription,
    SubscriptionState,
)
from subscribers.proof import record

CHANNEL = "not confirmed in time"


def let_lapse(subscription_id: int, *, now: datetime) -> bool:
    """End a sign-up that was not confirmed; return whether it was still waiting.

    Who read before, or left, stays known to have left. Of who did neither nothing
    stays, not even the keyed hash: anybody can type anybody's address.
    """
    with transaction.atomic():
        # Held: whoever confirms in this moment comes before or after, not between.
        place = (
            Subscription.objects.select_for_update()
            .filter(pk=subscription_id, state=SubscriptionState.PENDING)
            .first()
        )
        if place is None:
            return False
        if place.confirmed_at is not None or place.unsubscribed_at is not None:
            _leave_as_before(place, now=now)
        else:
            record(place, ConsentAct.LAPSED, channel=CHANNEL, now=now)
            place.delete()
            _forget_who_never_came(place.subscriber, now=now)
    return True


def _leave_as_before(place: Subscription, *, now: datetime) -> None:
    Subscription.objects.filter(pk=place.pk).update(
        state=SubscriptionState.UNSUBSCRIBED,
        unsubscribed_at=now,
        unsubscribed_through=CHANNEL,
    )
    record(place, ConsentAct.WITHDRAWN, channel=CHANNEL, now=now)


def _forget_who_never_came(subscriber: Subscriber, *, now: datetime) -> None:
    """Empty somebody who stands nowhere any more and asked us nothing."""
    stands_somewhere = (
        subscriber.subscriptions.exists() or subscriber.privacy_requests.exists()
    )
    if stands_somewhere or subscriber.erased_at:
        return
    ConsentEvidence.objects.filter(consent__subscriber=subscriber).delete()
    subscriber.notes.all().delete()
    subscriber.tags.clear()
    ImportTag.objects.filter(subscriber=subscriber).delete()
    Subscriber.objects.filter(pk=subscriber.pk).update(
        address="",
        address_key=None,
        address_hash="",
        first_name="",
        time_zone="",
        erased_at=now,
    )
