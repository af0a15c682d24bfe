"""Two rows that are one person: who has an issue at one address gets it at no other."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from newsletter.delivery.models import (
    Batch,
    BatchState,
    Delivery,
    DeliveryEvent,
    DeliveryException,
    Dispatch,
    DispatchState,
    SkipReason,
)
from newsletter.delivery.splitting import split_off
from subscribers.models import Subscriber

_LEAVING = (DispatchState.SENDING, DispatchState.PAUSED)
_NOT_HANDED_OVER = (
    BatchState.READY,
    BatchState.CLAIMED,
    BatchState.FAILED,
    BatchState.CANCELLED,
)
# That a mailbox does not exist says nothing of who reads at another one.
_DID_NOT_COME = Q(event=DeliveryEvent.BOUNCED) | Q(
    exception__in=(
        DeliveryException.SKIPPED,
        DeliveryException.CANCELLED,
        DeliveryException.REJECTED,
    )
)


def who_has_it_elsewhere(
    dispatches: "QuerySet[Dispatch]",
) -> "QuerySet[Subscriber, Any]":
    """Return the keys of who may have one of these at an address from before."""
    came = Delivery.objects.filter(dispatch__in=dispatches).exclude(_DID_NOT_COME)
    by_then = Subscriber.objects.filter(
        merged_into__isnull=False, pk__in=came.values("subscriber")
    )
    return by_then.values("merged_into")


def spare_who_has_it(kept: Subscriber, other: Subscriber) -> None:
    """Let an issue that is leaving not come twice, to one person at two addresses.

    In the transaction that makes the two one; the other row has no place on a list any
    more. What a worker has taken up is taken back, so that it is asked anew who of it
    may be mailed. What is being handed over leaves; when it turns out not to have been
    taken, ``look_again`` sees to it.
    """
    theirs = Batch.objects.filter(
        dispatch__state__in=_LEAVING,
        state__in=_NOT_HANDED_OVER,
        deliveries__subscriber__in=(kept, other),
        deliveries__exception="",
    )
    held = list(theirs.order_by("pk").select_for_update(of=("self",)))
    Batch.objects.filter(
        pk__in=[batch.pk for batch in held], state=BatchState.CLAIMED
    ).update(state=BatchState.READY, token=None, lease_until=None, enqueued_at=None)
    for batch in held:
        came = Delivery.objects.filter(dispatch=batch.dispatch_id, subscriber=other)
        handed_over = came.exclude(batch__state__in=_NOT_HANDED_OVER)
        if handed_over.exclude(_DID_NOT_COME).exists():
            Delivery.objects.filter(batch=batch, subscriber=kept, exception="").update(
                exception=DeliveryException.SKIPPED, reason=SkipReason.HAS_IT
            )


def look_again(batches: Collection[Batch], *, now: datetime) -> None:
    """Settle who of batches that are tried once more has become one with another row.

    In the transaction that takes them. Between the first try and this one, two rows may
    have become one: who has the issue at the other address is skipped, and who was
    skipped because the other address seemed to have it gets it after all.
    """
    handed_over_before = [batch for batch in batches if batch.provider]
    if not handed_over_before:
        return
    theirs = Delivery.objects.filter(batch__in=handed_over_before, exception="")
    theirs.filter(_has_it_at_an_address_from_before()).update(
        exception=DeliveryException.SKIPPED, reason=SkipReason.HAS_IT
    )
    _let_come_after_all(theirs.filter(subscriber__merged_into__isnull=False), now=now)


def _has_it_at_an_address_from_before() -> Exists:
    came = Delivery.objects.filter(
        dispatch=OuterRef("dispatch"), subscriber__merged_into=OuterRef("subscriber")
    )
    return Exists(
        came.exclude(batch__state__in=_NOT_HANDED_OVER).exclude(_DID_NOT_COME)
    )


def _let_come_after_all(given_up: "QuerySet[Delivery]", *, now: datetime) -> None:
    """Give back their place to those who were spared for an address given up since."""
    not_taken_there = given_up.filter(
        dispatch=OuterRef("dispatch"), subscriber__merged_into=OuterRef("subscriber")
    )
    spared = Delivery.objects.filter(
        Exists(not_taken_there),
        ~_has_it_at_an_address_from_before(),
        exception=DeliveryException.SKIPPED,
        reason=SkipReason.HAS_IT,
    )
    of_batches = Batch.objects.filter(deliveries__in=spared).distinct()
    for batch in of_batches.select_related("dispatch__issue", "rendition"):
        ids = list(spared.filter(batch=batch).values_list("pk", flat=True))
        split_off(batch, ids, state=BatchState.READY, not_before=now)
        Batch.objects.filter(pk=batch.pk).update(size=F("size") - len(ids))
        Delivery.objects.filter(pk__in=ids).update(exception="", reason="")
