"""What the ledger says of a reader, worked out from all that was told of them.

Events come twice, late and in any order. Each conclusion is drawn from everything that
is kept of that delivery, so the order does not matter.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from anymail.signals import EventType
from django.db.models import F, OuterRef, Q, Subquery

from newsletter.delivery.models import Delivery, DeliveryEvent, DeliveryException
from newsletter.delivery.outcomes import REFUSED_BY_POLICY
from newsletter.delivery.reconciling import believe_event, unsettled
from newsletter.events.meaning import PROOF, Told, heaviest_of, reason_of
from newsletter.events.models import ProviderEvent

_EARLIEST_FIRST = (F("at").asc(nulls_last=True), "pk")

_OfReader = tuple[int, ProviderEvent]


def fold(events: Collection[ProviderEvent], *, now: datetime) -> set[int]:
    """Write down what is now known; return the deliveries of which anything changed.

    Call it inside a transaction, with the events stored.
    """
    told = [(event.delivery_id, event) for event in events if event.delivery_id]
    deliveries = _held(pk for pk, _event in told)
    changed = _believed(told, now=now) | _rejected(told)
    return changed | _weighed(deliveries)


def _held(delivery_ids: Iterable[int]) -> list[Delivery]:
    """Take the rows, in one order: events of one reader may come in the same moment."""
    rows = Delivery.objects.filter(pk__in=set(delivery_ids)).order_by("pk")
    return list(rows.only("pk", "event", "event_at").select_for_update())


def _believed(told: Iterable[_OfReader], *, now: datetime) -> set[int]:
    proved = [pk for pk, event in told if event.kind in PROOF]
    return {pk for pk in unsettled(proved) if believe_event(pk, now=now)}


def _rejected(told: Iterable[_OfReader]) -> set[int]:
    return {
        pk
        for pk, event in told
        if event.kind in (EventType.REJECTED, EventType.FAILED)
        and Delivery.objects.filter(
            pk=pk, exception__in=("", DeliveryException.UNKNOWN)
        ).update(
            exception=DeliveryException.REJECTED,
            reason=event.reject_reason or event.kind,
        )
    }


def _weighed(deliveries: Collection[Delivery]) -> set[int]:
    stories = _stories(deliveries)
    changed: dict[tuple[DeliveryEvent, bool], list[int]] = defaultdict(list)
    reasons: dict[str, list[int]] = defaultdict(list)
    for delivery in deliveries:
        story = stories[delivery.pk]
        found = heaviest_of(story.told)
        if found:
            reasons[reason_of(found[0], story.refusals)].append(delivery.pk)
        if found and found != (delivery.event, delivery.event_at):
            changed[found[0], story.has_permanent(found[0])].append(delivery.pk)
    for (event, permanent), pks in changed.items():
        _say(pks, event, permanent=permanent)
    _explain(reasons)
    return {pk for pks in changed.values() for pk in pks}


def _say(pks: Collection[int], event: DeliveryEvent, *, permanent: bool) -> None:
    """Write what is to be said of deliveries, each since it was told first.

    Each has a moment of its own: taken from where it is kept, that is one statement.
    Nobody else can have written them since, for the rows are held.
    """
    told = ProviderEvent.objects.filter(
        delivery_id=OuterRef("pk"), kind=event, is_permanent=permanent
    ).order_by(*_EARLIEST_FIRST)
    Delivery.objects.filter(pk__in=pks).update(
        event=event, event_at=Subquery(told.values("at")[:1])
    )


def _explain(reasons: Mapping[str, Collection[int]]) -> None:
    """Write why mails bounced where that lay with us, or take it back."""
    # Whatever differs from its group has a reason of its own.
    ours = Delivery.objects.filter(exception="").filter(
        Q(reason="") | Q(reason__startswith=REFUSED_BY_POLICY)
    )
    for reason, pks in reasons.items():
        ours.filter(pk__in=pks).exclude(reason=reason).update(reason=reason)


@dataclass
class _Story:
    """All that was told of one delivery, the earliest first, and why it was refused."""

    told: list[Told] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)

    def has_permanent(self, event: DeliveryEvent) -> bool:
        """Tell whether what is said of it was told as permanent."""
        return any(kind == event and permanent for kind, permanent, _at in self.told)


def _stories(deliveries: Iterable[Delivery]) -> dict[int, _Story]:
    stories: dict[int, _Story] = defaultdict(_Story)
    told = ProviderEvent.objects.filter(
        delivery_id__in=[delivery.pk for delivery in deliveries]
    ).order_by(*_EARLIEST_FIRST)
    names = ("delivery_id", "kind", "is_permanent", "at", "description")
    for pk, kind, permanent, at, words in told.values_list(*names):
        if pk:
            stories[pk].told.append((kind, permanent, at))
            if kind == EventType.BOUNCED:
                stories[pk].refusals.append(words)
    return stories
