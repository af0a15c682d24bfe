"""What a provider's event says, in our words; nothing here is written or asked."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason

from newsletter.characters import FORBIDDEN_IN_LINE
from newsletter.delivery.messages import ISSUE_VARIABLE, READER_VARIABLE
from newsletter.delivery.models import DeliveryEvent
from newsletter.delivery.outcomes import STATUS_CODE, by_policy
from newsletter.discretion import without_readers

# Status codes that say: this mailbox does not exist (RFC 3463). 5.7.x is about us or
# about the content and 5.2.2 about a full mailbox, whatever the provider calls them.
NO_SUCH_MAILBOX = frozenset(
    {"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"}
)

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
# Mailjet's words for it; it calls a full mailbox hard at times.
_NOBODY_THERE = ("user unknown", "mailbox inactive", "invalid domain", "no mail host")
_LONGEST_ID = 200

Told = tuple[str, bool, datetime | None]


def reason_of(event: str, refusals: Iterable[str]) -> str:
    """Return why a mail bounced where that lay with us, else "".

    Args:
        refusals: the words of all bounces that were told of one delivery.
    """
    if event != DeliveryEvent.BOUNCED:
        return ""
    # Of several the same one, whichever came first.
    return max(map(by_policy, refusals), default="")


def heaviest_of(story: Iterable[Told]) -> tuple[DeliveryEvent, datetime | None] | None:
    """Return what is to be said of a reader, and since when; None: nothing yet.

    Args:
        story: kind, whether it is permanent, and moment of all that was told of one
            delivery, the earliest first.
    """
    weighed = [
        (*weight, at)
        for kind, permanent, at in story
        if (weight := _WEIGHTS.get((kind, permanent)))
    ]
    if not weighed:
        return None
    _weight, event, at = max(weighed, key=lambda found: found[0])
    return event, at


def is_permanent(event: AnymailTrackingEvent) -> bool:
    """Tell whether the address does not exist, so that no mail should ever follow.

    The status code counts, not the provider's word for it: libraries and providers
    call a full mailbox and refused content permanent, too. Without a code only what
    they call an address that is none, or had blocked after an earlier bounce, is.
    """
    if event.event_type not in REFUSALS:
        return False
    own = event.esp_event if isinstance(event.esp_event, dict) else {}
    # SendGrid has the code in a field of its own.
    words = (event.mta_response, event.description, own.get("status"))
    if codes := STATUS_CODE.findall(" ".join(str(word or "") for word in words)):
        return codes[0] in NO_SUCH_MAILBOX
    if event.event_type == EventType.REJECTED:
        return event.reject_reason in (RejectReason.INVALID, RejectReason.BOUNCED)
    return event.reject_reason == RejectReason.INVALID or _is_called_hard(own)


def _is_called_hard(own: Mapping[str, Any]) -> bool:
    """Tell whether a provider says so in a word of its own (its page on webhooks)."""
    amazon, resend = _part(own, "bounce"), _part(_part(own, "data"), "bounce")
    return (
        own.get("event") in ("hard_bounce", "invalid_email")  # Brevo
        or (own.get("hard_bounce") is True and own.get("error") in _NOBODY_THERE)
        or own.get("Type") in ("HardBounce", "BadEmailAddress")  # Postmark
        or amazon.get("bounceType") == "Permanent"
        or resend.get("type") == "Permanent"
    )


def _part(whole: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = whole.get(name)
    return part if isinstance(part, dict) else {}


def ids_of(events: Iterable[AnymailTrackingEvent]) -> Iterator[str]:
    """Return the provider's own id of each, or one made of what the event says.

    Amazon SES tells of several recipients under one id: the second is numbered. Told
    again in the same words, each gets the same id again.
    """
    seen: Counter[str] = Counter()
    for event in events:
        own = _id_of(event)
        seen[own] += 1
        yield own if seen[own] == 1 else f"{own[: _LONGEST_ID - 8]}#{seen[own]}"


def _id_of(event: AnymailTrackingEvent) -> str:
    if event.event_id and len(str(event.event_id)) <= _LONGEST_ID:
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


def in_short(event: AnymailTrackingEvent) -> str:
    """Return the words without addresses: the ledger names nobody."""
    words = f"{event.description or ''} {event.mta_response or ''}".strip()
    return without_readers(FORBIDDEN_IN_LINE.sub(" ", words[:2000]))[:300]


def whose(event: AnymailTrackingEvent) -> tuple[UUID, UUID] | None:
    """Return the ids of issue and reader that travelled with the mail, if ours."""
    metadata = event.metadata or {}
    try:
        issue, reader = (
            UUID(hex=str(metadata.get(name, "")))
            for name in (ISSUE_VARIABLE, READER_VARIABLE)
        )
    except ValueError:
        return None
    return issue, reader
