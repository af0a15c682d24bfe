"""Sending once more to readers of whom nobody can tell: only a person decides that."""

from collections import defaultdict
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from newsletter.audit.recording import record_act
from newsletter.delivery.control import CannotControl
from newsletter.delivery.models import (
    Batch,
    BatchState,
    Delivery,
    DeliveryException,
    Dispatch,
    DispatchState,
)
from newsletter.delivery.splitting import split_off


def unknown_readers(dispatch: Dispatch) -> "QuerySet[Delivery]":
    """Return the deliveries of which nobody can tell."""
    return dispatch.deliveries.filter(exception=DeliveryException.UNKNOWN)


def resend_unknown(dispatch: Dispatch, *, by: AbstractBaseUser, now: datetime) -> int:
    """Send to all unknown readers; some may get it twice. Return how many.

    Pressing twice sends once: the first press leaves nobody unknown.

    Raises:
        CannotControl: it was stopped, or nobody is unknown.
    """
    with transaction.atomic():
        if not Dispatch.objects.filter(
            pk=dispatch.pk,
            state__in=(DispatchState.SENDING, DispatchState.PAUSED, DispatchState.SENT),
        ).update(provider=F("provider")):
            raise CannotControl(
                _("This issue was stopped, so nothing leaves any more.")
            )
        count = sum(
            _give_a_batch(batch, deliveries, now=now)
            for batch, deliveries in _by_batch(dispatch).items()
        )
        if not count:
            raise CannotControl(_("There is nobody left who is uncertain."))
        Dispatch.objects.filter(pk=dispatch.pk, state=DispatchState.SENT).update(
            state=DispatchState.SENDING, finished_at=None
        )
        record_act("resent to unknown", dispatch, by=by, now=now, readers=count)
    dispatch.refresh_from_db()
    return count


def _by_batch(dispatch: Dispatch) -> dict[Batch, list[int]]:
    found: defaultdict[Batch, list[int]] = defaultdict(list)
    unknown = unknown_readers(dispatch).select_related(
        "batch__dispatch__issue", "batch__rendition"
    )
    for delivery in unknown.order_by("pk"):
        if delivery.batch is not None:
            found[delivery.batch].append(delivery.pk)
    return found


def _give_a_batch(batch: Batch, deliveries: list[int], *, now: datetime) -> int:
    freed = Delivery.objects.filter(
        pk__in=deliveries, exception=DeliveryException.UNKNOWN
    ).update(exception="")
    split_off(batch, deliveries, state=BatchState.READY, not_before=now)
    Batch.objects.filter(pk=batch.pk).update(size=F("size") - len(deliveries))
    return freed
