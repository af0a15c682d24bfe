"""Taking a batch: one guarded change, and in it who may still be mailed."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from newsletter.delivery.messages import Recipient
from newsletter.delivery.models import (
    Batch,
    BatchState,
    Delivery,
    DeliveryException,
    SkipReason,
)
from subscribers.models import Subscription, SubscriptionState, Suppression


def claim(batch_id: int, token: UUID, *, now: datetime) -> Batch | None:
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
    return batch


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


def recipients_of(batch: Batch) -> list[Recipient]:
    """Return who is still to be mailed, with today's address of each."""
    mailing_list = batch.dispatch.issue.mailing_list
    rows = (
        Delivery.objects.filter(
            batch=batch,
            exception="",
            subscriber__subscriptions__mailing_list=mailing_list,
        )
        .order_by("pk")
        .values_list(
            "pk",
            "subscriber__address",
            "subscriber__first_name",
            "subscriber__subscriptions__token",
            "subscriber__subscriptions__pk",
        )
    )
    return [Recipient(*row) for row in rows]


def intend(batch: Batch, fingerprint: str, *, now: datetime) -> bool:
    """Write down, before the world is touched, that this batch is being handed over."""
    return bool(
        Batch.objects.filter(
            pk=batch.pk, state=BatchState.CLAIMED, token=batch.token
        ).update(
            state=BatchState.SUBMITTING,
            attempt_count=F("attempt_count") + 1,
            recipients_sha256=fingerprint,
            submitted_at=now,
            provider=batch.dispatch.provider,
            lease_until=now + timedelta(seconds=settings.LEASE_SECONDS),
        )
    )
