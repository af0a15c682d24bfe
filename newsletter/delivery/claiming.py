"""Taking a batch: one guarded change, and in it who may still be mailed."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q

from newsletter.delivery.messages import Recipient, can_be_mailed
from newsletter.delivery.models import (
    Batch,
    BatchState,
    Delivery,
    DeliveryException,
    SkipReason,
    may_leave,
)
from subscribers.models import Subscription, SubscriptionState, Suppression


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
        _skip_who_left(batch, now=now)
        return Claimed(batch, _recipients_of(batch))


def _skip_who_left(batch: Batch, *, now: datetime) -> None:
    """Mark, by statements over the whole batch, who may not be mailed any more."""
    mailing_list = batch.dispatch.issue.mailing_list
    today = now.astimezone(mailing_list.zone).date()
    theirs = Subscription.objects.filter(
        subscriber=OuterRef("subscriber"), mailing_list=mailing_list
    )
    confirmed = theirs.filter(state=SubscriptionState.CONFIRMED)
    paused = theirs.filter(paused_until__gt=today)
    suppressed = Suppression.objects.filter(
        address_hash=OuterRef("subscriber__address_hash")
    )
    reasons: tuple[tuple[SkipReason, Q], ...] = (
        (SkipReason.ERASED, Q(subscriber__erased_at__isnull=False)),
        (SkipReason.SUPPRESSED, Q(Exists(suppressed))),
        (SkipReason.UNSUBSCRIBED, ~Q(Exists(confirmed))),
        (SkipReason.PAUSED, Q(Exists(paused))),
    )
    for reason, condition in reasons:
        leaving = Delivery.objects.filter(condition, batch=batch, exception="")
        Delivery.objects.filter(pk__in=leaving.values("pk")).update(
            exception=DeliveryException.SKIPPED, reason=reason
        )


def _recipients_of(batch: Batch) -> tuple[Recipient, ...]:
    """Return who is to be mailed, with today's address of each.

    Whoever cannot be is marked here: one such address would have the provider refuse
    a whole batch.
    """
    rows = (
        Delivery.objects.filter(batch=batch, exception="")
        .annotate(
            place=FilteredRelation(
                "subscriber__subscriptions",
                condition=Q(
                    subscriber__subscriptions__mailing_list=(
                        batch.dispatch.issue.mailing_list_id
                    )
                ),
            )
        )
        .order_by("pk")
        .values_list(
            "pk",
            "subscriber__address",
            "subscriber__first_name",
            "place__token",
            "place__pk",
            "subscriber__uuid",
        )
    )
    recipients: list[Recipient] = []
    aside: defaultdict[SkipReason, list[int]] = defaultdict(list)
    for row in rows:
        recipient = Recipient(*row)
        if recipient.token is None or not recipient.address:
            # Erased between two statements of this transaction.
            aside[SkipReason.ERASED].append(recipient.delivery_id)
        elif not can_be_mailed(recipient.address):
            aside[SkipReason.UNMAILABLE].append(recipient.delivery_id)
        else:
            recipients.append(recipient)
    for reason, ids in aside.items():
        Delivery.objects.filter(pk__in=ids).update(
            exception=DeliveryException.SKIPPED, reason=reason
        )
    return tuple(recipients)


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
