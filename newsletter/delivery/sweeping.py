"""Finding what is due, every few seconds, in the database and nowhere else.

Every queue message may be lost: what was handed to the queue and not taken up within a
minute is handed to it again.
"""

import logging
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Q, QuerySet

from newsletter.delivery.control import NOT_HANDED_OVER, spare_the_waiting
from newsletter.delivery.first_wave import open_first_waves
from newsletter.delivery.models import (
    Batch,
    BatchState,
    Dispatch,
    DispatchState,
    Heartbeat,
)
from newsletter.delivery.pacing import in_debt
from newsletter.delivery.preparation import start
from newsletter.delivery.settling import finish_if_settled

logger = logging.getLogger(__name__)

_AT_ONCE = 500


@dataclass(frozen=True)
class Work:
    """What a sweep found to do, by primary key."""

    to_submit: tuple[int, ...]
    to_reconcile: tuple[int, ...]


def sweep(now: datetime) -> Work:
    """Start what is due, end stale leases, and return the batches to work on."""
    _start_the_due(now)
    open_first_waves(now)
    _end_stale_leases(now)
    _spare_the_rest_of_the_stopped()
    for dispatch_id in Dispatch.objects.filter(state=DispatchState.SENDING).values_list(
        "pk", flat=True
    ):
        finish_if_settled(dispatch_id, now=now)
    work = Work(
        _mark_enqueued(_whose_provider_listens(now), now),
        tuple(Batch.objects.reconcilable(now).values_list("pk", flat=True)[:_AT_ONCE]),
    )
    Heartbeat.objects.update_or_create(name="sweep", defaults={"at": now})
    return work


def _start_the_due(now: datetime) -> None:
    for dispatch_id in Dispatch.objects.due(now).values_list("pk", flat=True):
        try:
            start(dispatch_id, now=now)
        except Exception:
            # Whatever is wrong with one issue must not hold up the others; nothing of
            # it was started, and it is tried again until it is too late.
            logger.exception("dispatch %s could not be started", dispatch_id)


def last_sweep() -> datetime | None:
    """Return when a sweep last ran; None before the first."""
    return Heartbeat.objects.filter(name="sweep").values_list("at", flat=True).first()


def _end_stale_leases(now: datetime) -> None:
    """A worker that is gone after its intent leaves an uncertain batch, never a retry.

    Its token goes, so that an answer it may still write down counts for nothing.
    """
    Batch.objects.filter(state=BatchState.SUBMITTING, lease_until__lt=now).update(
        state=BatchState.AMBIGUOUS,
        token=None,
        lease_until=None,
        last_error="the worker was gone",
    )
    Batch.objects.filter(state=BatchState.RECONCILING, lease_until__lt=now).update(
        state=BatchState.AMBIGUOUS, token=None, lease_until=None
    )


def _spare_the_rest_of_the_stopped() -> None:
    """What proved not taken after a stop does not leave any more."""
    stopped = Dispatch.objects.filter(
        state=DispatchState.CANCELLED, batches__state__in=NOT_HANDED_OVER
    )
    for dispatch_id in stopped.values_list("pk", flat=True).distinct():
        spare_the_waiting(dispatch_id)


def _whose_provider_listens(now: datetime) -> "QuerySet[Batch]":
    silent = in_debt(now, settings.SWEEP_EVERY)
    return Batch.objects.claimable(now).exclude(dispatch__provider__in=silent)


def _mark_enqueued(claimable: "QuerySet[Batch]", now: datetime) -> tuple[int, ...]:
    waiting = claimable.filter(
        Q(enqueued_at__isnull=True)
        | Q(enqueued_at__lt=now - settings.ENQUEUE_AGAIN_AFTER)
    )
    found = tuple(
        waiting.order_by("not_before", "pk").values_list("pk", flat=True)[:_AT_ONCE]
    )
    Batch.objects.filter(pk__in=found).update(enqueued_at=now)
    return found
