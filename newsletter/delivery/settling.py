"""A dispatch is finished when no batch of it is open any more."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from newsletter.delivery.models import (
    OPEN_BATCH_STATES,
    Batch,
    BatchState,
    Dispatch,
    DispatchState,
)
from newsletter.hooks.announcing import announce
from newsletter.hooks.models import Happening
from newsletter.issues.addresses import issue_url


def finish_if_settled(dispatch_id: int, *, now: datetime) -> bool:
    """Mark a dispatch sent when every batch is settled; return whether it was done now.

    A failed batch keeps it from being finished: it waits, paused, for a publisher.
    """
    unsettled = Batch.objects.filter(
        dispatch=OuterRef("pk"), state__in=(*OPEN_BATCH_STATES, BatchState.FAILED)
    )
    with transaction.atomic():
        is_done = Dispatch.objects.filter(
            ~Exists(unsettled), pk=dispatch_id, state=DispatchState.SENDING
        ).update(state=DispatchState.SENT, finished_at=now)
        if is_done:
            _tell(dispatch_id, now=now)
    return bool(is_done)


def _tell(dispatch_id: int, *, now: datetime) -> None:
    """Tell other systems, once: a few readers may be mailed again afterwards.

    What was for a segment is nobody else's business, and has no page to lead to.
    """
    started = Dispatch.objects.started().select_related("issue__mailing_list")
    dispatch = started.filter(pk=dispatch_id).first()
    if dispatch is None:
        return
    announce(
        Happening.ISSUE_SENT,
        key=f"issue sent {dispatch_id}",
        mailing_list=dispatch.issue.mailing_list.slug,
        number=dispatch.issue.number,
        url=issue_url(dispatch.issue),
        now=now,
    )
