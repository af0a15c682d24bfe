"""How far a dispatch is, derived from the ledger and never stored."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from django.db.models import Count, Max, Min, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from newsletter.delivery.models import (
    OPEN_BATCH_STATES,
    BatchState,
    Delivery,
    DeliveryException,
    Dispatch,
    DispatchState,
    SkipReason,
)
from newsletter.delivery.outcomes import refusal_in_words
from newsletter.delivery.recording import MAILBOX_UNAVAILABLE


@dataclass(frozen=True)
class Progress:
    """The account of one dispatch; its parts add up to the audience."""

    audience: int
    accepted: int
    skipped: int
    rejected: int
    unknown: int
    cancelled: int
    waiting: int
    started_at: datetime | None
    finished_at: datetime | None
    expected_finish: datetime | None
    # Readers a second now; 0 while nothing leaves.
    speed: float = 0.0
    # Of those who wait: uncertain, evidence is being sought.
    doubtful: int = 0

    @property
    def settled(self) -> int:
        """Readers of whom the outcome is known."""
        return self.audience - self.waiting

    @property
    def percent(self) -> int:
        """How much of the audience is settled, rounded down."""
        return 100 * self.settled // self.audience if self.audience else 0

    @property
    def balances(self) -> bool:
        """Whether every reader is accounted for exactly once."""
        parts = (
            self.accepted,
            self.skipped,
            self.rejected,
            self.unknown,
            self.cancelled,
            self.waiting,
        )
        return sum(parts) == self.audience

    @property
    def seconds(self) -> float | None:
        """How long it took from its start to its last answer."""
        if self.started_at is None or self.finished_at is None:
            return None
        return (self.finished_at - self.started_at).total_seconds()


def progress(dispatch: Dispatch, *, now: datetime | None = None) -> Progress:
    """Count what became of everyone, from the batches and the few exceptions.

    Never from all deliveries: of a million that takes a second a look.
    """
    sizes = _sizes_by_state(dispatch)
    exceptions = _exceptions(dispatch)
    total = Counter[str]()
    for (exception, state), count in exceptions.items():
        total[exception] += count
        sizes[state] -= count
    open_states = (*OPEN_BATCH_STATES, BatchState.FAILED)
    waiting = sum(sizes[state] for state in open_states)
    speed = _speed(dispatch, now) if now else 0.0
    return Progress(
        audience=dispatch.audience_count,
        accepted=sizes[BatchState.DONE],
        waiting=waiting,
        doubtful=sum(sizes[state] for state in LOOKED_UP),
        skipped=total[DeliveryException.SKIPPED],
        rejected=total[DeliveryException.REJECTED],
        unknown=total[DeliveryException.UNKNOWN],
        cancelled=total[DeliveryException.CANCELLED],
        started_at=dispatch.started_at,
        finished_at=dispatch.finished_at,
        speed=speed,
        expected_finish=_expected_finish(dispatch, waiting, speed, now),
    )


def _sizes_by_state(dispatch: Dispatch) -> Counter[str]:
    rows = dispatch.batches.order_by().values_list("state").annotate(Sum("size"))
    return Counter(dict(rows))


def _exceptions(dispatch: Dispatch) -> dict[tuple[str, str], int]:
    """Return how many readers differ from their batch, by exception and its state."""
    rows = (
        dispatch.deliveries.exclude(exception="")
        .order_by()
        .values_list("exception", "batch__state")
        .annotate(Count("pk"))
    )
    return {(exception, state): count for exception, state, count in rows}


def _speed(dispatch: Dispatch, now: datetime) -> float:
    """Return readers a second over the last minute in which anything was accepted."""
    recent = dispatch.batches.filter(
        state=BatchState.DONE, resolved_at__gt=now - _MEASURED_OVER
    ).aggregate(readers=Sum("size"), since=Min("resolved_at"))
    if not recent["readers"]:
        return 0.0
    seconds = max((now - recent["since"]).total_seconds(), 1.0)
    return float(recent["readers"] / seconds)


_MEASURED_OVER = timedelta(minutes=1)


def _expected_finish(
    dispatch: Dispatch, waiting: int, speed: float, now: datetime | None
) -> datetime | None:
    """Return when the last reader has it; nothing is promised while paused.

    The later of the last group's turn and what the speed of now promises. How fast the
    first few got it says nothing of the others, who wait for them.
    """
    if dispatch.state != DispatchState.SENDING:
        return None
    last = dispatch.batches.open().aggregate(last=Max("not_before"))["last"]
    if last is None or now is None:
        return cast(datetime | None, last)
    tells = speed and dispatch.opened_at
    by_speed = now + timedelta(seconds=waiting / speed) if tells else now
    return max(cast(datetime, last), by_speed)


LOOKED_UP = (BatchState.SUBMITTING, BatchState.AMBIGUOUS, BatchState.RECONCILING)

# What the desk calls the lists, in the order it shows them.
OUTCOMES: dict[str, Q] = {
    "accepted": Q(exception="", batch__state=BatchState.DONE),
    "waiting": Q(
        exception="", batch__state__in=(*OPEN_BATCH_STATES, BatchState.FAILED)
    ),
    "skipped": Q(exception=DeliveryException.SKIPPED),
    "rejected": Q(exception=DeliveryException.REJECTED),
    "unknown": Q(exception=DeliveryException.UNKNOWN),
    "cancelled": Q(exception=DeliveryException.CANCELLED),
}


def outcomes(dispatch: Dispatch, outcome: str) -> "QuerySet[Delivery]":
    """Return the readers of one outcome.

    Raises:
        KeyError: no such outcome.
    """
    return (
        dispatch.deliveries.filter(OUTCOMES[outcome])
        .select_related("subscriber", "batch")
        .order_by("subscriber__address", "pk")
    )


def reason_in_words(reason: str) -> str:
    """Return why a reader got nothing, as an editor would say it."""
    if not reason:
        return ""
    if reason in SkipReason:
        return str(SkipReason(reason).label)
    if reason == MAILBOX_UNAVAILABLE:
        return _("the mailbox was full or busy all day")
    return refusal_in_words(reason)
