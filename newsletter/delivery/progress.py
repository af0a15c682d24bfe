"""How far a dispatch is, derived from the ledger and never stored."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet
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


def progress(dispatch: Dispatch) -> Progress:
    """Count what became of everyone; two queries whatever the size."""
    exceptions = dict(
        dispatch.deliveries.exclude(exception="")
        .order_by()
        .values_list("exception")
        .annotate(Count("pk"))
    )
    accepted, waiting = (
        dispatch.deliveries.filter(exception="", batch__state__in=states).count()
        for states in ((BatchState.DONE,), (*OPEN_BATCH_STATES, BatchState.FAILED))
    )
    return Progress(
        audience=dispatch.audience_count,
        accepted=accepted,
        waiting=waiting,
        skipped=exceptions.get(DeliveryException.SKIPPED, 0),
        rejected=exceptions.get(DeliveryException.REJECTED, 0),
        unknown=exceptions.get(DeliveryException.UNKNOWN, 0),
        cancelled=exceptions.get(DeliveryException.CANCELLED, 0),
        started_at=dispatch.started_at,
        finished_at=dispatch.finished_at,
        expected_finish=_expected_finish(dispatch),
    )


def _expected_finish(dispatch: Dispatch) -> datetime | None:
    """Return when the last group's turn comes; nothing is promised while paused."""
    if dispatch.state != DispatchState.SENDING:
        return None
    last = dispatch.batches.open().order_by("-not_before").first()
    return last.not_before if last else None


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
    """Return why a reader got nothing, as an editor would say it.

    A reason of the provider keeps its code, which its support will ask for.
    """
    if not reason:
        return ""
    if reason in SkipReason:
        return str(SkipReason(reason).label)
    if reason == MAILBOX_UNAVAILABLE:
        return _("the mailbox was full or busy all day")
    return f"{_('refused by the provider')} ({reason})"
