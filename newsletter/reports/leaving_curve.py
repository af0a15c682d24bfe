"""How an issue reached its readers over time, from what was counted by the minute."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from newsletter.delivery.models import Dispatch
from newsletter.reports.issue_models import MomentCount, Outcome

# What is drawn and told; the first that holds nearly everyone is how long it is.
SPANS = tuple(timedelta(hours=hours) for hours in (1, 3, 6, 12, 24, 72))
_NEARLY_EVERYONE = 0.99
# Rows of the table beside the plot.
_ROWS = 12

Step = tuple[timedelta, int]


@dataclass(frozen=True)
class Row:
    """What happened in one part of the time, from a moment on."""

    since: datetime
    accepted: int
    delivered: int
    bounced: int


@dataclass(frozen=True)
class Curve:
    """What happened when, counted from the start.

    Attributes:
        span: how long is looked at; what came later is in no row.
        steps: for each outcome, how long after the start for how many readers.
    """

    span: timedelta
    steps: dict[str, list[Step]]
    rows: list[Row]

    @property
    def most(self) -> int:
        """The highest that any line climbs within the span."""
        sums = (
            sum(readers for after, readers in steps if after <= self.span)
            for steps in self.steps.values()
        )
        return max(sums, default=0)


def curve_of(dispatch: Dispatch) -> Curve | None:
    """Return how a dispatch reached its readers; None before anybody has it."""
    counts = MomentCount.objects.filter(dispatch=dispatch, at__isnull=False)
    found = list(counts.order_by("at").values_list("outcome", "at", "readers"))
    if not found or dispatch.started_at is None:
        return None
    steps: dict[str, list[Step]] = {}
    for outcome, at, readers in found:
        if at is not None:
            after = max(at - dispatch.started_at, timedelta(0))
            steps.setdefault(outcome, []).append((after, readers))
    span = span_of(steps.values())
    return Curve(span, steps, list(_rows(steps, span, dispatch.started_at)))


def span_of(lines: Iterable[Sequence[Step]]) -> timedelta:
    """Return the shortest span in which nearly all of it happened."""
    steps = [step for line in lines for step in line]
    everyone = sum(readers for _after, readers in steps)
    for span in SPANS:
        within = sum(readers for after, readers in steps if after <= span)
        if within >= _NEARLY_EVERYONE * everyone:
            return span
    return SPANS[-1]


def _rows(
    steps: dict[str, list[Step]], span: timedelta, start: datetime
) -> Iterable[Row]:
    part = span / _ROWS
    told: Counter[tuple[str, int]] = Counter()
    for outcome, line in steps.items():
        for after, readers in line:
            if after <= span:
                told[outcome, min(after // part, _ROWS - 1)] += readers
    for place in range(_ROWS):
        numbers = (
            told[outcome, place]
            for outcome in (Outcome.ACCEPTED, Outcome.DELIVERED, Outcome.BOUNCED)
        )
        yield Row(start + place * part, *numbers)
