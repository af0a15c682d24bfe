"""When the groups of a dispatch have their turn, after it stood still for a while."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, Min, OuterRef

from newsletter.delivery.models import (
    FIRST_WAVE,
    OPEN_BATCH_STATES,
    Batch,
    BatchState,
    Dispatch,
    DispatchState,
)
from newsletter.delivery.subject_choice import choose_subject


def open_for_everyone(dispatch_id: int, *, now: datetime) -> bool:
    """Let the others have it after the first few; return whether this call did it."""
    with transaction.atomic():
        opened = Dispatch.objects.filter(
            pk=dispatch_id, state=DispatchState.SENDING, opened_at=None
        ).update(opened_at=now)
        if opened:
            choose_subject(dispatch_id, now=now)
            _count_from(dispatch_id, now)
    return bool(opened)


def go_on(dispatch_id: int, *, now: datetime) -> None:
    """Go on where a pause began, at the same pace; call it in the resume's transaction.

    Whoever resumes has seen what the first few brought: once they are settled it is
    open for everyone. Before that they are still the first.
    """
    unsettled = Batch.objects.filter(
        dispatch=OuterRef("pk"),
        wave=FIRST_WAVE,
        state__in=(*OPEN_BATCH_STATES, BatchState.FAILED),
    )
    opened = Dispatch.objects.filter(
        ~Exists(unsettled), pk=dispatch_id, state=DispatchState.SENDING, opened_at=None
    ).update(opened_at=now)
    if opened:
        choose_subject(dispatch_id, now=now)
    _count_from(dispatch_id, now)


def _count_from(dispatch_id: int, now: datetime) -> None:
    """Move the waiting turns so that the first of each wave is not before now.

    Without this all that was overdue would leave at once, whatever its pace.
    """
    waiting = Batch.objects.filter(dispatch=dispatch_id, state=BatchState.READY)
    first_turns = waiting.order_by().values_list("wave").annotate(Min("not_before"))
    for wave, first_turn in first_turns:
        if first_turn < now:
            waiting.filter(wave=wave).update(
                not_before=F("not_before") + (now - first_turn)
            )
