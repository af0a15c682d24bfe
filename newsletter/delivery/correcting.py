"""Correcting what has not left yet: the rest gets another rendition."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from newsletter.audit.recording import record_act
from newsletter.delivery.control import CannotControl, resume
from newsletter.delivery.models import Batch, BatchState, Dispatch, DispatchState
from newsletter.rendering.models import Rendition

NOT_HANDED_OVER = (BatchState.READY, BatchState.CLAIMED)


@dataclass(frozen=True)
class Version:
    """One rendition of an issue, and of how many readers it is or will be."""

    rendition: Rendition
    handed_over: int
    waiting: int


def correct_and_continue(
    dispatch: Dispatch, rendition: Rendition, *, by: AbstractBaseUser, now: datetime
) -> int:
    """Give everyone who has nothing yet the corrected text and go on; return how many.

    Who has it keeps what they have, and so does whoever is uncertain: they may have it.

    Raises:
        CannotControl: not paused, or the text is of another issue or the same.
    """
    if rendition.issue_id != dispatch.issue_id:
        raise CannotControl(_("That text belongs to another issue."))
    if rendition.pk == dispatch.rendition_id:
        raise CannotControl(
            _("There is no newer approved text yet. Change the issue and approve it.")
        )
    if rendition.aim != dispatch.rendition.aim:
        raise CannotControl(
            _(
                "For whom this issue is cannot be changed while it leaves. Choose in "
                "the issue what it was, and approve it again."
            )
        )
    with transaction.atomic():
        changed = Dispatch.objects.filter(
            pk=dispatch.pk, state=DispatchState.PAUSED
        ).update(rendition=rendition)
        if not changed:
            raise CannotControl(_("Pause this issue first."))
        rest = dispatch.batches.filter(state__in=(*NOT_HANDED_OVER, BatchState.FAILED))
        readers = rest.aggregate(readers=Sum("size"))["readers"] or 0
        # A worker that holds one of these has the old text at hand: it loses its claim.
        rest.filter(state=BatchState.CLAIMED).update(
            state=BatchState.READY, token=None, lease_until=None, enqueued_at=None
        )
        rest.update(rendition=rendition)
        record_act(
            "corrected",
            dispatch,
            by=by,
            now=now,
            readers=readers,
            sha256=rendition.sha256,
        )
        dispatch.refresh_from_db()
        resume(dispatch, by=by, now=now)
    return readers


def versions_of(dispatch: Dispatch) -> list[Version]:
    """Return who has which text, the newest first; one entry when it never changed."""
    counts: dict[int, list[int]] = {}
    for rendition, state, readers in (
        Batch.objects.filter(dispatch=dispatch)
        .order_by()
        .values_list("rendition", "state")
        .annotate(readers=Sum("size"))
    ):
        handed_over, waiting = counts.setdefault(rendition, [0, 0])
        if state in (*NOT_HANDED_OVER, BatchState.FAILED):
            waiting += readers
        elif state != BatchState.CANCELLED:
            handed_over += readers
        counts[rendition] = [handed_over, waiting]
    renditions = Rendition.objects.in_bulk(counts)
    return [Version(renditions[pk], *counts[pk]) for pk in sorted(counts, reverse=True)]
