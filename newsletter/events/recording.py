"""Keeping what a provider told, once, and drawing the conclusions.

Events come twice, late and in any order. What the ledger says of a reader is worked
out from all that was told of that delivery, so the order does not matter.
"""

import hashlib
import re
from datetime import datetime
from uuid import UUID

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from django.db import transaction
from django.db.models import Case, F, Q, When

from newsletter.characters import FORBIDDEN_IN_LINE
from newsletter.delivery.messages import ISSUE_VARIABLE, READER_VARIABLE
from newsletter.delivery.models import Delivery, DeliveryEvent, DeliveryException
from newsletter.delivery.preparation import NEVER_LEFT
from newsletter.delivery.reconciling import believe_event
from newsletter.discretion import without_readers
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

# Status codes that say: this mailbox does not exist (RFC 3463). 5.7.x is about us or
# about the content and 5.2.2 about a full mailbox, whatever the provider calls them.
NO_SUCH_MAILBOX = frozenset(
    {"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"}
)
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")

REFUSALS = (EventType.BOUNCED, EventType.REJECTED)
# These prove that the provider had accepted the mail.
PROOF = frozenset(
    {
        EventType.QUEUED,
        EventType.SENT,
        EventType.DELIVERED,
        EventType.DEFERRED,
        EventType.BOUNCED,
        EventType.COMPLAINED,
        EventType.UNSUBSCRIBED,
        EventType.AUTORESPONDED,
    }
)
# We ask no provider for these; who opened or pressed what is not ours to keep.
NOT_KEPT = (EventType.OPENED, EventType.CLICKED)
# What outweighs what, whatever came first. A temporary bounce after the delivery is an
# absence note or a mailbox that filled up since: the mail had arrived.
_WEIGHTS = {
    (EventType.DEFERRED, False): (1, DeliveryEvent.DEFERRED),
    (EventType.BOUNCED, False): (2, DeliveryEvent.BOUNCED),
    (EventType.DELIVERED, False): (3, DeliveryEvent.DELIVERED),
    (EventType.BOUNCED, True): (4, DeliveryEvent.BOUNCED),
    (EventType.COMPLAINED, False): (5, DeliveryEvent.COMPLAINED),
}


def record_event(event: AnymailTrackingEvent, *, provider: str, now: datetime) -> bool:
    """Keep one event and act on it; return whether it was new.

    All in one transaction: whatever fails here fails whole, and the provider tries
    again.
    """
    if event.event_type in NOT_KEPT:
        return False
    with transaction.atomic():
        delivery = _delivery_of(event)
        kept, is_new = ProviderEvent.objects.get_or_create(
            provider=provider.lower()[:20],
            event_id=_event_id(event),
            defaults={
                "kind": str(event.event_type)[:20],
                "reject_reason": str(event.reject_reason or "")[:20],
                "is_permanent": is_permanent(event),
                "at": event.timestamp,
                "received_at": now,
                "delivery_id": delivery.pk if delivery else None,
                "description": _in_short(event),
            },
        )
        if not is_new:
            return False
        changed = _fold(delivery, kept, now=now) if delivery else False
        changed |= _heed(event, kept, delivery, now=now)
        if changed:
            ProviderEvent.objects.filter(pk=kept.pk).update(folded_at=now)
    return True


def is_permanent(event: AnymailTrackingEvent) -> bool:
    """Tell whether the address does not exist, so that no mail should ever follow.

    The status code counts, not the provider's word for it: libraries and providers
    call a full mailbox and refused content permanent, too. Without a code only an
    address they call invalid, or one they had blocked after an earlier bounce, is.
    """
    if event.event_type not in REFUSALS:
        return False
    if codes := _STATUS.findall(
        f"{event.mta_response or ''} {event.description or ''}"
    ):
        return codes[0] in NO_SUCH_MAILBOX
    if event.event_type == EventType.REJECTED:
        return event.reject_reason in (RejectReason.INVALID, RejectReason.BOUNCED)
    return bool(event.reject_reason == RejectReason.INVALID)


def _event_id(event: AnymailTrackingEvent) -> str:
    """Return the provider's own id, or one made of what the event says."""
    if event.event_id and len(str(event.event_id)) <= 200:
        return FORBIDDEN_IN_LINE.sub("", str(event.event_id))
    said = (
        event.event_id,
        event.event_type,
        event.timestamp,
        event.message_id,
        event.recipient,
        event.mta_response,
    )
    return "sha256:" + hashlib.sha256(repr(said).encode()).hexdigest()


def _in_short(event: AnymailTrackingEvent) -> str:
    """Return the words without addresses: the ledger names nobody."""
    words = f"{event.description or ''} {event.mta_response or ''}".strip()
    return without_readers(FORBIDDEN_IN_LINE.sub(" ", words[:2000]))[:300]


def _delivery_of(event: AnymailTrackingEvent) -> Delivery | None:
    """Return whose mail it is about; None where our ids are absent or not ours.

    An issue that was stopped and scheduled once more may hold a reader twice: it is
    about the one that left.
    """
    metadata = event.metadata or {}
    try:
        issue, reader = (
            UUID(hex=str(metadata.get(name, "")))
            for name in (ISSUE_VARIABLE, READER_VARIABLE)
        )
    except ValueError:
        return None
    theirs = Delivery.objects.filter(
        subscriber__uuid=reader, dispatch__issue__uuid=issue
    )
    never_left = Q(exception__in=NEVER_LEFT)
    return theirs.order_by(Case(When(never_left, then=1), default=0), "-pk").first()


def _fold(delivery: Delivery, kept: ProviderEvent, *, now: datetime) -> bool:
    """Write down what is now known of a reader; return whether anything changed."""
    # Two events of one reader may come in the same moment: the second one waits here.
    Delivery.objects.select_for_update().get(pk=delivery.pk)
    changed = False
    if kept.kind in PROOF:
        changed = believe_event(delivery.pk, now=now)
    if kept.kind in (EventType.REJECTED, EventType.FAILED):
        changed = bool(
            Delivery.objects.filter(
                pk=delivery.pk, exception__in=("", DeliveryException.UNKNOWN)
            ).update(
                exception=DeliveryException.REJECTED,
                reason=kept.reject_reason or kept.kind,
            )
        )
    heaviest = max(
        (
            (*weight, told)
            for kind, permanent, told in ProviderEvent.objects.filter(
                delivery_id=delivery.pk
            )
            .order_by(F("at").asc(nulls_last=True), "pk")
            .values_list("kind", "is_permanent", "at")
            if (weight := _WEIGHTS.get((kind, permanent)))
        ),
        key=lambda found: found[0],
        default=None,
    )
    if heaviest is None:
        return changed
    _weight, event, at = heaviest
    return changed | bool(
        Delivery.objects.filter(pk=delivery.pk)
        .exclude(event=event, event_at=at)
        .update(event=event, event_at=at)
    )


def _heed(
    event: AnymailTrackingEvent,
    kept: ProviderEvent,
    delivery: Delivery | None,
    *,
    now: datetime,
) -> bool:
    """Stop mailing whoever does not exist or does not want us; a stranger's too."""
    reason = _reason_to_suppress(kept)
    if reason is None and kept.kind != EventType.UNSUBSCRIBED:
        return False
    # The address that bounced, which the reader may have changed since.
    hashed = _hash_of(event, delivery)
    if hashed is None:
        return False
    heeded = bool(reason and suppress(hashed, reason, now))
    if reason == SuppressionReason.COMPLAINT or kept.kind == EventType.UNSUBSCRIBED:
        heeded |= _unsubscribe(hashed, kept, delivery, now=now)
    return heeded


def _reason_to_suppress(kept: ProviderEvent) -> SuppressionReason | None:
    if kept.kind == EventType.COMPLAINED:
        return SuppressionReason.COMPLAINT
    if kept.kind == EventType.REJECTED and kept.reject_reason == RejectReason.SPAM:
        return SuppressionReason.COMPLAINT
    return SuppressionReason.HARD_BOUNCE if kept.is_permanent else None


def _hash_of(event: AnymailTrackingEvent, delivery: Delivery | None) -> str | None:
    if event.recipient:
        return address_hash(event.recipient)
    return delivery.subscriber.address_hash if delivery else None


def _unsubscribe(
    hashed: str, kept: ProviderEvent, delivery: Delivery | None, *, now: datetime
) -> bool:
    """End the subscription it is about; after a complaint, or unknown, all of them."""
    leaving = Subscription.objects.filter(
        subscriber__in=Subscriber.objects.filter(address_hash=hashed)
    ).exclude(state=SubscriptionState.UNSUBSCRIBED)
    through = "complaint"
    if kept.kind == EventType.UNSUBSCRIBED:
        through = "mail provider"
        if delivery is not None:
            leaving = leaving.filter(mailing_list__issues__dispatches=delivery.dispatch)
    return sum(unsubscribe(one, through=through, now=now) for one in leaving) > 0
