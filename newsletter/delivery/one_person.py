"""Two rows that are one person: who has an issue at one address gets it at no other."""

from typing import Any

from django.db.models import Q, QuerySet

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
    may be mailed. What is being handed over leaves.
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
