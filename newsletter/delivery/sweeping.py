"""Finding what is due, every few seconds, in the database and nowhere else.

Every queue message may be lost: what was handed to the queue and not taken up within a
minute is handed to it again.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from newsletter.delivery.brakes import look
from newsletter.delivery.control import (
    NOT_HANDED_OVER,
    pause_by_machine,
    spare_the_waiting,
)
from newsletter.delivery.first_wave import open_first_waves
from newsletter.delivery.models import (
    Attempt,
    Batch,
    BatchQuerySet,
    BatchState,
    Dispatch,
    DispatchState,
)
from newsletter.delivery.pacing import whose_provider_listens
from newsletter.delivery.preparation import start
from newsletter.delivery.proofs import send_proofs
from newsletter.delivery.rewinding import catch_up_with_the_witness
from newsletter.delivery.settling import finish_if_settled
from newsletter.delivery.vital_signs import Heartbeat
from newsletter.delivery.witness import WitnessSilent

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
    _send_proofs(now)
    _end_stale_leases(now)
    _spare_the_rest_of_the_stopped()
    _hold_what_was_refused(now)
    _brake(now)
    open_first_waves(now)
    for dispatch_id in Dispatch.objects.filter(state=DispatchState.SENDING).values_list(
        "pk", flat=True
    ):
        finish_if_settled(dispatch_id, now=now)
    _look_for_rewound_ledgers(now)
    work = Work(
        _mark_enqueued(now),
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


def _hold_what_was_refused(now: datetime) -> None:
    """A refused group keeps its issue from being finished, so somebody must look.

    Recording holds it, too; this finds what was let go on in that very moment.
    """
    refused = Batch.objects.filter(
        dispatch__state=DispatchState.SENDING, state=BatchState.FAILED
    )
    for dispatch_id in refused.values_list("dispatch", flat=True).distinct():
        pause_by_machine(
            dispatch_id, _("The mail provider refused a group of readers."), now=now
        )


def _brake(now: datetime) -> None:
    moving = Dispatch.objects.filter(state=DispatchState.SENDING)
    for dispatch_id in moving.values_list("pk", flat=True):
        look(dispatch_id, now=now)


def _look_for_rewound_ledgers(now: datetime) -> None:
    """Before anything is handed out: after a restored backup it may have left."""
    for dispatch in Dispatch.objects.filter(state=DispatchState.SENDING).select_related(
        "issue"
    ):
        try:
            catch_up_with_the_witness(dispatch, now=now)
        except WitnessSilent:
            # Nothing leaves without the witness: each attempt asks it again.
            logger.exception("the witness does not answer")


def _send_proofs(now: datetime) -> None:
    try:
        send_proofs(now)
    except Exception:
        # A proof that cannot be made holds up nobody's issue.
        logger.exception("the proof could not be made")


def last_sweep() -> datetime | None:
    """Return when a sweep last ran; None before the first."""
    return Heartbeat.objects.filter(name="sweep").values_list("at", flat=True).first()


def waiting_since(now: datetime) -> datetime | None:
    """Return since when groups wait that were handed out; None while any is taken up.

    A worker may keep its process and its connection and yet hear nothing any more
    (celery #10205). A provider that rests is no such worker.
    """
    handed_out = Batch.objects.claimable(now).filter(enqueued_at__isnull=False)
    first = (
        whose_provider_listens(handed_out, now)
        .order_by("not_before")
        .values_list("not_before", flat=True)
        .first()
    )
    last = Attempt.objects.order_by("-pk").values_list("started_at", flat=True)
    return max(first, last.first() or first) if first else None


def _end_stale_leases(now: datetime) -> None:
    """A worker that is gone after its intent leaves an uncertain batch, never a retry.

    Its token goes, so that an answer it may still write down counts for nothing.
    """
    stale = Batch.objects.filter(lease_until__lt=now)
    _change_what_is_free(
        stale.filter(state=BatchState.SUBMITTING),
        state=BatchState.AMBIGUOUS,
        token=None,
        lease_until=None,
        uncertain_since=Coalesce("uncertain_since", "submitted_at"),
        last_error="the worker was gone",
    )
    _change_what_is_free(
        stale.filter(state=BatchState.RECONCILING),
        state=BatchState.AMBIGUOUS,
        token=None,
        lease_until=None,
    )


def _change_what_is_free(batches: BatchQuerySet, **words: Any) -> None:
    """Change batches, but for those that somebody else is changing.

    A worker that froze in the middle of that would hold up all issues; the next sweep
    finds what is left out here.
    """
    with transaction.atomic():
        free = list(batches.free().values_list("pk", flat=True))
        batches.filter(pk__in=free).update(**words)


def _spare_the_rest_of_the_stopped() -> None:
    """What proved not taken after a stop does not leave any more."""
    stopped = Dispatch.objects.filter(
        state=DispatchState.CANCELLED, batches__state__in=NOT_HANDED_OVER
    )
    for dispatch_id in stopped.values_list("pk", flat=True).distinct():
        spare_the_waiting(dispatch_id)


def _mark_enqueued(now: datetime) -> tuple[int, ...]:
    claimable = Batch.objects.claimable(now)
    waiting = whose_provider_listens(claimable, now).filter(
        Q(enqueued_at__isnull=True)
        | Q(enqueued_at__lt=now - settings.ENQUEUE_AGAIN_AFTER)
    )
    with transaction.atomic():
        in_order = waiting.free().order_by("not_before", "pk")
        found = tuple(in_order.values_list("pk", flat=True)[:_AT_ONCE])
        Batch.objects.filter(pk__in=found).update(enqueued_at=now)
    return found
