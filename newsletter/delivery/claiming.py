"""Taking a batch: one guarded change, and in it who may still be mailed."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)

from newsletter.delivery.messages import Recipient, can_be_mailed
from newsletter.delivery.models import (
    Batch,
    BatchState,
    Delivery,
    DeliveryException,
    SkipReason,
    may_leave,
)
from newsletter.delivery.one_person import look_again
from newsletter.delivery.pacing import whose_provider_listens
from newsletter.issues.aiming import Aim
from subscribers.models import Subscription, SubscriptionState, Suppression


@dataclass(frozen=True)
class Claimed:
    """A batch that is ours, with the readers who may be mailed and their addresses."""

    batch: Batch
    recipients: tuple[Recipient, ...]


def claim(batch_id: int, token: UUID, *, now: datetime) -> tuple[Claimed, ...]:
    """Take one batch; nothing when its turn has not come or somebody else has it.

    Consent and suppression are asked again in this transaction, so nobody who left a
    second ago is mailed.
    """
    with transaction.atomic():
        return _take([batch_id], token, now=now)


def claim_due(token: UUID, *, readers: int, now: datetime) -> tuple[Claimed, ...]:
    """Take what is due and nobody else is taking, the oldest first; see ``claim``.

    Args:
        readers: so many are taken together, in small groups; a batch may be larger.
    """
    with transaction.atomic():
        return _take(_due(readers, now=now), token, now=now)


def _due(readers: int, *, now: datetime) -> Sequence[int]:
    """Return the batches to take; only those are locked, so that others find theirs."""
    due = whose_provider_listens(Batch.objects.claimable(now), now).free()
    in_order = due.order_by("not_before", "pk").values_list("pk", "size")
    found = list(in_order[:1])
    if found and found[0][1] < readers:
        (first, size) = found[0]
        found += in_order.exclude(pk=first)[: readers // max(size, 1)]
    together: list[int] = []
    for pk, size in found:
        if together and size > readers:
            break
        together.append(pk)
        readers -= size
    return together


def _take(
    batch_ids: Sequence[int], token: UUID, *, now: datetime
) -> tuple[Claimed, ...]:
    won = (
        Batch.objects.claimable(now)
        .filter(pk__in=batch_ids)
        .update(
            state=BatchState.CLAIMED,
            token=token,
            lease_until=now + timedelta(seconds=settings.LEASE_SECONDS),
        )
    )
    if not won:
        return ()
    batches = _ours(batch_ids, token)
    look_again(batches, now=now)
    recipients = _recipients_of(batches, now=now)
    return tuple(Claimed(batch, recipients[batch.pk]) for batch in batches)


def _ours(batch_ids: Sequence[int], token: UUID) -> list[Batch]:
    """Return the batches that were won, with their issue and its text read once."""
    mine = Batch.objects.filter(
        pk__in=batch_ids, token=token, state=BatchState.CLAIMED
    ).order_by("pk")
    first, *others = mine[:1].select_related(
        "dispatch__issue__mailing_list", "rendition__issue__mailing_list"
    )
    if len(batch_ids) > 1:
        others = list(mine.exclude(pk=first.pk))
    for other in others:
        if other.dispatch_id == first.dispatch_id:
            other.dispatch = first.dispatch
        if other.rendition_id == first.rendition_id:
            other.rendition = first.rendition
    return [first, *others]


def _recipients_of(
    batches: Sequence[Batch], *, now: datetime
) -> dict[int, tuple[Recipient, ...]]:
    """Return who may be mailed by batch, with today's address; mark the others.

    One question for each dispatch. An address that cannot be mailed would have the
    provider refuse everybody in the same request.
    """
    found: defaultdict[int, list[Recipient]] = defaultdict(list)
    aside: defaultdict[str, list[int]] = defaultdict(list)
    for batch_id, *row, why_not in _who_and_why_not(batches, now=now):
        recipient = Recipient(*row)
        if why_not:
            aside[why_not].append(recipient.delivery_id)
        elif not can_be_mailed(recipient.address):
            aside[SkipReason.UNMAILABLE].append(recipient.delivery_id)
        else:
            found[batch_id].append(recipient)
    for reason, ids in aside.items():
        Delivery.objects.filter(pk__in=ids).update(
            exception=DeliveryException.SKIPPED, reason=reason
        )
    return {batch.pk: tuple(found[batch.pk]) for batch in batches}


def _who_and_why_not(
    batches: Sequence[Batch], *, now: datetime
) -> Iterator[tuple[Any, ...]]:
    """Ask for the readers of batches; of each, why they may not be mailed any more."""
    by_dispatch: defaultdict[int, list[Batch]] = defaultdict(list)
    for batch in batches:
        by_dispatch[batch.dispatch_id].append(batch)
    for of_one_dispatch in by_dispatch.values():
        yield from _readers_of(of_one_dispatch, now=now)


def _readers_of(
    batches: Sequence[Batch], *, now: datetime
) -> "QuerySet[Delivery, tuple[Any, ...]]":
    mailing_list = batches[0].dispatch.issue.mailing_list
    today = now.astimezone(mailing_list.zone).date()
    of_this_list = Q(subscriber__subscriptions__mailing_list=mailing_list)
    suppressed = Suppression.objects.filter(
        address_hash=OuterRef("subscriber__address_hash")
    )
    why_not = Case(
        When(subscriber__erased_at__isnull=False, then=Value(SkipReason.ERASED)),
        When(Exists(suppressed), then=Value(SkipReason.SUPPRESSED)),
        When(
            ~Q(place__state=SubscriptionState.CONFIRMED) | Q(place__isnull=True),
            then=Value(SkipReason.UNSUBSCRIBED),
        ),
        When(place__paused_until__gt=today, then=Value(SkipReason.PAUSED)),
        *_who_wants_no_such_topic(batches[0].rendition.aim),
        default=Value(""),
        output_field=CharField(),
    )
    return (
        Delivery.objects.filter(batch__in=[batch.pk for batch in batches], exception="")
        .annotate(
            place=FilteredRelation("subscriber__subscriptions", condition=of_this_list),
            why_not=why_not,
        )
        .order_by("pk")
        .values_list(
            "batch",
            "pk",
            "subscriber__address",
            "subscriber__first_name",
            "place__token",
            "place__pk",
            "subscriber__uuid",
            "why_not",
        )
    )


def _who_wants_no_such_topic(aim: Aim) -> Iterator[When]:
    """Ask anew what was asked of the reader: a topic is chosen, and let go, by them."""
    if "topic" in aim:
        chosen = Subscription.topics.through.objects.filter(
            subscription=OuterRef("place__pk"), topic=aim["topic"]
        )
        yield When(~Exists(chosen), then=Value(SkipReason.TOPIC))


def release(batch: Batch, *, not_before: datetime | None = None) -> None:
    """Give back a batch that was taken and of which nothing has left."""
    Batch.objects.filter(
        pk=batch.pk, state=BatchState.CLAIMED, token=batch.token
    ).update(
        state=BatchState.READY,
        token=None,
        lease_until=None,
        enqueued_at=None,
        not_before=not_before or batch.not_before,
    )


def intend(batch: Batch, *, now: datetime) -> bool:
    """Write down, before the world is touched, that this batch is being handed over.

    False when it is not ours any more, or when the dispatch was paused or stopped since
    it was taken.
    """
    # The text may have been corrected since the batch was made.
    batch.idempotency_key = Batch.key_for(
        batch.dispatch.issue.uuid, batch.number, batch.rendition.sha256
    )
    return bool(
        Batch.objects.filter(
            may_leave(), pk=batch.pk, state=BatchState.CLAIMED, token=batch.token
        ).update(
            state=BatchState.SUBMITTING,
            idempotency_key=batch.idempotency_key,
            attempt_count=F("attempt_count") + 1,
            submitted_at=now,
            provider=batch.dispatch.provider,
            lease_until=now + timedelta(seconds=settings.LEASE_SECONDS),
        )
    )
