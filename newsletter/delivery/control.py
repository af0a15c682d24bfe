"""Holding, going on and stopping: each one guarded change, each on record."""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from newsletter.audit.recording import record_act
from newsletter.delivery.models import (
    Batch,
    BatchState,
    Delivery,
    DeliveryException,
    Dispatch,
    DispatchState,
)
from newsletter.delivery.providers import current_provider
from newsletter.delivery.settling import finish_if_settled
from newsletter.delivery.turns import go_on

STOPPABLE = (DispatchState.SENDING, DispatchState.PAUSED)
# Nothing of these has left, and nothing will once they are cancelled.
NOT_HANDED_OVER = (BatchState.READY, BatchState.CLAIMED, BatchState.FAILED)


class CannotControl(Exception):
    """This cannot be done now; the text says why, for whoever pressed the button."""


def pause(
    dispatch: Dispatch, *, reason: str, by: AbstractBaseUser, now: datetime
) -> None:
    """Hold a dispatch; what is being handed over in this second still leaves.

    Raises:
        CannotControl: it is not on its way.
    """
    with transaction.atomic():
        _change(
            dispatch,
            (DispatchState.SENDING,),
            _("This issue is not on its way, so there is nothing to pause."),
            state=DispatchState.PAUSED,
            pause_reason=reason[:200],
        )
        record_act("paused", dispatch, by=by, now=now, reason=reason)


def pause_by_machine(dispatch_id: int, reason: str, *, now: datetime) -> bool:
    """Hold a dispatch because going on would do harm; return whether it was moving."""
    held = Dispatch.objects.filter(pk=dispatch_id, state=DispatchState.SENDING).update(
        state=DispatchState.PAUSED, pause_reason=reason[:200]
    )
    if held:
        dispatch = Dispatch.objects.get(pk=dispatch_id)
        record_act("paused", dispatch, by=None, now=now, reason=reason)
    return bool(held)


def resume(dispatch: Dispatch, *, by: AbstractBaseUser, now: datetime) -> None:
    """Go on with a dispatch that was held; refused groups are tried again.

    Raises:
        CannotControl: it is not paused, or there is nobody to send to.
    """
    with transaction.atomic():
        if not dispatch.batches.exists():
            raise CannotControl(_("This issue has no readers to go on with."))
        _change(
            dispatch,
            (DispatchState.PAUSED,),
            _("This issue is not paused."),
            state=DispatchState.SENDING,
            pause_reason="",
            # It goes on at the provider of today; what left keeps its own name.
            provider=current_provider().name,
            # Whoever goes on has seen to how many.
            audience_confirmed=True,
        )
        Batch.objects.filter(dispatch=dispatch, state=BatchState.FAILED).update(
            state=BatchState.READY, not_before=now, token=None, enqueued_at=None
        )
        go_on(dispatch.pk, now=now)
        record_act("resumed", dispatch, by=by, now=now)
    finish_if_settled(dispatch.pk, now=now)


def stop(dispatch: Dispatch, *, by: AbstractBaseUser, now: datetime) -> int:
    """Stop for good; return how many readers will not get it any more.

    Raises:
        CannotControl: it has left already, or was stopped before.
    """
    with transaction.atomic():
        _change(
            dispatch,
            STOPPABLE,
            _("This issue cannot be stopped any more."),
            state=DispatchState.CANCELLED,
            finished_at=now,
        )
        count = spare_the_waiting(dispatch.pk)
        record_act("stopped", dispatch, by=by, now=now, spared=count)
    return count


def spare_the_waiting(dispatch_id: int) -> int:
    """Cancel what was not handed over; return how many readers that spares."""
    with transaction.atomic():
        Batch.objects.filter(dispatch=dispatch_id, state__in=NOT_HANDED_OVER).update(
            state=BatchState.CANCELLED, token=None, lease_until=None
        )
        spared = Delivery.objects.filter(
            batch__dispatch=dispatch_id,
            batch__state=BatchState.CANCELLED,
            exception="",
        )
        return Delivery.objects.filter(pk__in=spared.values("pk")).update(
            exception=DeliveryException.CANCELLED
        )


def _change(
    dispatch: Dispatch, allowed: tuple[str, ...], refusal: str, **columns: object
) -> None:
    changed = Dispatch.objects.filter(pk=dispatch.pk, state__in=allowed).update(
        **columns
    )
    if not changed:
        raise CannotControl(refusal)
    dispatch.refresh_from_db()
