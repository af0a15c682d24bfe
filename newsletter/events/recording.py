"""Keeping what a provider told, once, and drawing the conclusions."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from uuid import UUID

from anymail.signals import AnymailTrackingEvent, EventType
from django.db import transaction
from django.db.models import Q

from newsletter.delivery.models import Delivery
from newsletter.delivery.preparation import NEVER_LEFT
from newsletter.events.folding import fold
from newsletter.events.heeding import Heard, give_up_mailboxes, heed
from newsletter.events.meaning import NOT_KEPT, ids_of, in_short, is_permanent, whose
from newsletter.events.models import NewsOfDispatch, ProviderEvent
from newsletter.outbox.returned import mail_called, note_return
from subscribers.addresses import address_hash

Key = tuple[UUID, UUID]
_CAME_BACK = (EventType.BOUNCED, EventType.REJECTED, EventType.COMPLAINED)


def record_events(
    calls: Iterable[Iterable[AnymailTrackingEvent]], *, provider: str, now: datetime
) -> int:
    """Keep events and act on those that are new; return how many those are.

    All in one transaction: whatever fails here fails whole, and can be done again.

    Args:
        calls: what a provider told, call by call.
    """
    by_id = {
        event_id: event
        for told in calls
        for event_id, event in _with_ids(told)
        if event.event_type not in NOT_KEPT
    }
    with transaction.atomic():
        deliveries = _deliveries_of(by_id.values())
        heard = _keep(by_id, deliveries, provider=provider.lower()[:20], now=now)
        changed = fold([one.kept for one in heard], now=now)
        _mark_what_changed(heard, changed)
        made_a_difference = [
            one.kept.pk
            for one in heard
            # Both are done, whichever comes first.
            if heed(one, now=now) | (one.kept.delivery_id in changed)
        ]
        give_up_mailboxes(_not_taken(heard), now=now)
        _note_single_mails(heard)
        ProviderEvent.objects.filter(pk__in=made_a_difference).update(folded_at=now)
    return len(heard)


def _mark_what_changed(heard: Iterable[Heard], changed: set[int]) -> None:
    dispatches = {
        one.delivery.dispatch_id
        for one in heard
        if one.delivery and one.delivery.pk in changed
    }
    NewsOfDispatch.objects.bulk_create(
        NewsOfDispatch(dispatch_id=dispatch_id) for dispatch_id in sorted(dispatches)
    )


def _not_taken(heard: Iterable[Heard]) -> Iterator[Delivery]:
    for one in heard:
        if one.delivery and one.kept.kind == EventType.BOUNCED:
            yield one.delivery


def _note_single_mails(heard: Iterable[Heard]) -> None:
    """Write down at a mail of the outbox that it came back."""
    for one in heard:
        if one.delivery or one.kept.kind not in _CAME_BACK:
            continue
        mail = mail_called(f"<{one.message_id.strip('<> ')}>")
        if mail and mail.to_hash in ("", address_hash(one.recipient)):
            note_return(mail, one.kept.description or one.kept.kind)


def _with_ids(
    told: Iterable[AnymailTrackingEvent],
) -> Iterable[tuple[str, AnymailTrackingEvent]]:
    events = list(told)
    return zip(ids_of(events), events, strict=True)


def _keep(
    by_id: Mapping[str, AnymailTrackingEvent],
    deliveries: dict[Key, Delivery],
    *,
    provider: str,
    now: datetime,
) -> list[Heard]:
    """Store what was not stored yet, in a few statements however many there are."""
    of_provider = ProviderEvent.objects.filter(provider=provider)
    known = set(
        of_provider.filter(event_id__in=by_id).values_list("event_id", flat=True)
    )
    new = {
        event_id: event for event_id, event in by_id.items() if event_id not in known
    }
    ProviderEvent.objects.bulk_create(
        (
            _row(event, _delivery(event, deliveries), provider, event_id, now)
            for event_id, event in new.items()
        ),
        # Another worker may be recording the same; doing it twice does no harm.
        ignore_conflicts=True,
    )
    return [
        Heard(
            kept=row,
            recipient=str(new[row.event_id].recipient or ""),
            message_id=str(new[row.event_id].message_id or ""),
            delivery=_delivery(new[row.event_id], deliveries),
        )
        for row in of_provider.filter(event_id__in=new)
    ]


def _row(
    event: AnymailTrackingEvent,
    delivery: Delivery | None,
    provider: str,
    event_id: str,
    now: datetime,
) -> ProviderEvent:
    return ProviderEvent(
        provider=provider,
        event_id=event_id,
        kind=str(event.event_type)[:20],
        reject_reason=str(event.reject_reason or "")[:20],
        is_permanent=is_permanent(event),
        at=event.timestamp,
        received_at=now,
        delivery_id=delivery.pk if delivery else None,
        description=in_short(event),
    )


def _delivery(
    event: AnymailTrackingEvent, deliveries: dict[Key, Delivery]
) -> Delivery | None:
    key = whose(event)
    return deliveries.get(key) if key else None


def _deliveries_of(events: Iterable[AnymailTrackingEvent]) -> dict[Key, Delivery]:
    """Return whose mail they are about, where our ids are present and ours.

    An issue that was stopped and scheduled once more may hold a reader twice: it is
    about the one that left, or else about the last.
    """
    keys = {key for event in events if (key := whose(event))}
    found: dict[Key, Delivery] = {}
    for issue in {issue for issue, _reader in keys}:
        readers = [reader for of, reader in keys if of == issue]
        theirs = Delivery.objects.filter(
            subscriber__uuid__in=readers, dispatch__issue__uuid=issue
        ).select_related("subscriber")
        never_left = Q(exception__in=NEVER_LEFT)
        # The last one of a reader that is written here stands.
        for some in (theirs.filter(never_left), theirs.exclude(never_left)):
            for delivery in some.order_by("pk"):
                found[issue, delivery.subscriber.uuid] = delivery
    return found
