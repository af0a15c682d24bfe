"""Whether an issue that should be leaving stands still, though nobody paused it."""

from datetime import datetime, timedelta

from django.db.models import Min

from newsletter.delivery.models import FIRST_WAVE, BatchState, Dispatch, DispatchState


def next_turn(dispatch: Dispatch) -> datetime | None:
    """Return whose turn is next, or was first of those that wait; None: nobody's."""
    waiting = dispatch.batches.filter(state=BatchState.READY)
    if dispatch.opened_at is None:
        waiting = waiting.filter(wave=FIRST_WAVE)
    following: datetime | None = waiting.aggregate(turn=Min("not_before"))["turn"]
    return following


def has_stood_still(dispatch: Dispatch, *, since: datetime) -> bool:
    """Tell whether nothing has left since then although it was somebody's turn."""
    if dispatch.state != DispatchState.SENDING:
        return False
    turn = next_turn(dispatch)
    if turn is None or turn > since:
        return False
    return not dispatch.batches.filter(submitted_at__gt=since).exists()


# As long as it takes to be sure that a worker is gone and not only slow.
LONG_WAIT = timedelta(minutes=2)
