"""A dispatch is finished when no batch of it is open any more."""

from datetime import datetime

from django.db.models import Exists, OuterRef

from newsletter.delivery.models import (
    OPEN_BATCH_STATES,
    Batch,
    BatchState,
    Dispatch,
    DispatchState,
)


def finish_if_settled(dispatch_id: int, *, now: datetime) -> bool:
    """Mark a dispatch sent when every batch is settled; return whether it was done now.

    A failed batch keeps it from being finished: it waits, paused, for a publisher.
    """
    unsettled = Batch.objects.filter(
        dispatch=OuterRef("pk"), state__in=(*OPEN_BATCH_STATES, BatchState.FAILED)
    )
    return bool(
        Dispatch.objects.filter(
            ~Exists(unsettled), pk=dispatch_id, state=DispatchState.SENDING
        ).update(state=DispatchState.SENT, finished_at=now)
    )
