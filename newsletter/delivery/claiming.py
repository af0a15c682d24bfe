"""Taking a batch: one guarded change, and in it who may still be mailed."""

from collections import defaultdict
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
from subscribers.models import SubscriptionState, Suppression


@dataclass(frozen=True)
class Claimed:
    """A batch that is ours, with the readers who may be mailed and their addresses."""

    batch: Batch
    recipients: tuple[Recipient, ...]


def claim(batch_id: int, token: UUID, *, now: datetime) -> Claimed | None:
    """Take a batch whose turn has come; None when another worker was first.

    Consent and suppression are asked again in this transaction, so nobody who left a
    second ago is mailed.
    """
    with transaction.atomic():
        won = (
            Batch.objects.claimable(now)
            .filter(pk=batch_id)
            .update(
                state=BatchState.CLAIMED,
                token=token,
                lease_until=now + timedelta(seconds=settings.LEASE_SECONDS),
            )
        )
        if not won:
            return None
        batch = Batch.objects.select_related(
            "dispatch__issue__mailing_list", "rendition__issue__mailing_list"
        ).get(pk=batch_id)
        return Claimed(batch, _recipients_of(batch, now=now))


def _recipients_of(batch: Batch, *, now: datetime) -> tuple[Recipient, ...]:
    """Return who may be mailed, with today's address of each; mark the others.

    One question for the whole batch. An address that cannot be mailed would have the
    provider refuse everybody in the same request.
    """
    recipients: list[Recipient] = []
    aside: defaultdict[str, list[int]] = defaultdict(list)
    for row in _who_and_why_not(batch, now=now):
        recipient, why_not = Recipient(*row[:-1]), row[-1]
        if why_not:
            aside[why_not].append(recipient.delivery_id)
        elif not can_be_mailed(recipient.address):
            aside[SkipReason.UNMAILABLE].append(recipient.delivery_id)
        else:
            recipients.append(recipient)
    for reason, ids in aside.items():
        Delivery.objects.filter(pk__in=ids).update(
            exception=DeliveryException.SKIPPED, reason=reason
        )
    return tuple(recipients)


def _who_and_why_not(
    batch: Batch, *, now: datetime
) -> "QuerySet[Delivery, tuple[Any, ...]]":
    """Ask for the readers of a batch; of each, why they may not be mailed any more."""
    mailing_list = batch.dispatch.issue.mailing_list
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
        default=Value(""),
        output_field=CharField(),
    )
    return (
        Delivery.objects.filter(batch=batch, exception="")
        .annotate(
            place=FilteredRelation("subscriber__subscriptions", condition=of_this_list),
            why_not=why_not,
        )
        .order_by("pk")
        .values_list(
            "pk",
            "subscriber__address",
            "subscriber__first_name",
            "place__token",
            "place__pk",
            "subscriber__uuid",
            "why_not",
        )
    )


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
