"""Stopping to mail whoever does not exist or does not want us, a stranger included."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from anymail.signals import EventType, RejectReason
from django.conf import settings
from django.db.models import Q

from newsletter.delivery.models import Delivery, DeliveryEvent
from newsletter.delivery.outcomes import by_policy
from newsletter.events.models import ProviderEvent
from subscribers.addresses import address_hash
from subscribers.consent import unsubscribe
from subscribers.models import (
    Subscriber,
    Subscription,
    SubscriptionState,
    SuppressionReason,
)
from subscribers.suppression import suppress


@dataclass(frozen=True)
class Heard:
    """An event that is new, with the address it names and the reader it is about.

    Attributes:
        message_id: of the mail, where it is said; also of a mail of the outbox.
    """

    kept: ProviderEvent
    recipient: str
    delivery: Delivery | None
    message_id: str = ""


def heed(heard: Heard, *, now: datetime) -> bool:
    """Suppress or unsubscribe as the event asks; return whether anything changed."""
    kept = heard.kept
    reason = _reason_to_suppress(kept)
    if reason is None and kept.kind != EventType.UNSUBSCRIBED:
        return False
    # The address that bounced, which the reader may have changed since.
    hashed = _hash_of(heard)
    if hashed is None:
        return False
    heeded = bool(reason and suppress(hashed, reason, now))
    if reason == SuppressionReason.COMPLAINT or kept.kind == EventType.UNSUBSCRIBED:
        heeded |= _unsubscribe(hashed, heard, now=now)
    return heeded


def _reason_to_suppress(kept: ProviderEvent) -> SuppressionReason | None:
    if kept.kind == EventType.COMPLAINED:
        return SuppressionReason.COMPLAINT
    if kept.kind == EventType.REJECTED and kept.reject_reason == RejectReason.SPAM:
        return SuppressionReason.COMPLAINT
    return SuppressionReason.HARD_BOUNCE if kept.is_permanent else None


def give_up_mailboxes(bounced: Iterable[Delivery], *, now: datetime) -> None:
    """Suppress the readers whose mailbox took none of the last issues, for weeks.

    Args:
        bounced: mails that were not taken just now, in whatever number a reader.
    """
    readers = {one.subscriber_id: one.subscriber.address_hash for one in bounced}
    for subscriber_id, hashed in readers.items():
        if _takes_nothing(subscriber_id):
            suppress(hashed, SuppressionReason.SOFT_BOUNCES, now)


def _takes_nothing(subscriber_id: int) -> bool:
    """Tell whether so many issues in a row, over so many days, were not taken.

    An issue that was refused for its content, or for who we are, tells nothing of the
    mailbox and is passed over.
    """
    told = Delivery.objects.filter(
        subscriber=subscriber_id,
        event__in=(DeliveryEvent.BOUNCED, DeliveryEvent.DELIVERED),
    ).exclude(pk__in=_refused_by_policy(subscriber_id))
    last = told.exclude(event_at=None).order_by("-event_at")[: settings.SOFT_BOUNCES]
    row = [one.event_at for one in last if one.event == DeliveryEvent.BOUNCED]
    if len(row) < settings.SOFT_BOUNCES or not (row[0] and row[-1]):
        return False
    return row[0] - row[-1] >= timedelta(days=settings.SOFT_BOUNCE_DAYS)


def _refused_by_policy(subscriber_id: int) -> list[int]:
    theirs = Delivery.objects.filter(subscriber=subscriber_id).values("pk")
    told = ProviderEvent.objects.filter(
        delivery_id__in=theirs, kind=EventType.BOUNCED
    ).values_list("delivery_id", "description")
    return [pk for pk, words in told if pk and by_policy(words)]


def _hash_of(heard: Heard) -> str | None:
    if heard.recipient:
        return address_hash(heard.recipient)
    return heard.delivery.subscriber.address_hash if heard.delivery else None


def _unsubscribe(hashed: str, heard: Heard, *, now: datetime) -> bool:
    """End the subscription it is about; after a complaint, or unknown, all of them."""
    leaving = Subscription.objects.filter(
        # Also by an address they had before two rows of theirs were made one.
        subscriber__in=Subscriber.objects.filter(
            Q(address_hash=hashed) | Q(merged__address_hash=hashed)
        )
    ).exclude(state=SubscriptionState.UNSUBSCRIBED)
    through = "complaint"
    if heard.kept.kind == EventType.UNSUBSCRIBED:
        through = "mail provider"
        if heard.delivery is not None:
            dispatch = heard.delivery.dispatch_id
            leaving = leaving.filter(mailing_list__issues__dispatches=dispatch)
    return sum(unsubscribe(one, through=through, now=now) for one in leaving) > 0
