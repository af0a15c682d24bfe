"""How fast a provider may be spoken to, by all workers together.

A token bucket per provider: tokens are mails, they come at the allowed rate, and no
more than a second's worth is kept. A provider that says "too many requests" is given
rest, and half the rate; one that does not answer is left alone for a while.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import transaction
from django.db.models import Min, Q, Sum
from django.utils.translation import gettext as _

from newsletter.delivery.models import (
    AttemptOutcome,
    Batch,
    BatchQuerySet,
    BatchState,
)
from newsletter.delivery.outcomes import (
    NOT_TRIED,
    WITNESS_SILENT,
    WITNESSED,
    Outcome,
)
from newsletter.delivery.vital_signs import ProviderPace

logger = logging.getLogger(__name__)

# After "too many requests" the rate climbs back in a straight line for so long.
CLIMB = timedelta(minutes=5)
# Mails a second that are always tried again, whatever a provider said.
SLOWEST = 1.0
# Nobody knows what a provider bears that was not busy; a second "too many" halves it.
GUESSED = 100.0
SHORTEST_REST = timedelta(seconds=1)
# The rate may have climbed since: whoever waits asks again after so long.
LONGEST_WAIT = timedelta(minutes=1)
CLOCKS_DIFFER = timedelta(milliseconds=1)
MEASURED_OVER = timedelta(minutes=1)

FAILURES_ALLOWED = 3
LONGEST_CLOSING = timedelta(minutes=15)
LOOK_AT_TRIAL = timedelta(seconds=5)
TRYING = "trying with one group"

_RACES = 25

# --- The arithmetic ---


@dataclass(frozen=True)
class Bucket:
    """What is known of a provider's rate at a moment; rates are mails a second."""

    allowed_rate: float | None = None
    slowed_to: float | None = None
    slowed_at: datetime | None = None
    tokens: float = 0.0
    counted_at: datetime | None = None

    def rate(self, now: datetime) -> float | None:
        """Return how many mails a second may leave now; None is without limit."""
        if self.slowed_to is None or self.slowed_at is None:
            return self.allowed_rate
        climbed = max(now - self.slowed_at, timedelta(0)) / CLIMB
        if climbed >= 1:
            return self.allowed_rate
        # Without an allowed rate it climbs to what was too much, and is free again.
        top = self.allowed_rate or 2 * self.slowed_to
        return self.slowed_to + max(top - self.slowed_to, 0) * climbed

    def filled(self, now: datetime) -> Self:
        """Return it with the tokens that came since they were counted."""
        rate = self.rate(now)
        if rate is None:
            return self
        most = capacity(rate)
        if self.counted_at is None:
            return replace(self, tokens=most, counted_at=now)
        # A clock that runs behind the others brings nothing.
        elapsed = max((now - self.counted_at).total_seconds(), 0.0)
        before = self.rate(self.counted_at) or rate
        came = elapsed * min(rate, (before + rate) / 2)
        return replace(
            self,
            tokens=min(self.tokens + came, most),
            counted_at=max(now, self.counted_at),
        )

    def taken(self, mails: int, now: datetime) -> Self | timedelta:
        """Return it without the tokens of these mails, or how long they must wait.

        More mails than a second's worth leave when the bucket is full; it owes the
        rest, and whoever comes next waits for it.
        """
        rate = self.rate(now)
        if rate is None:
            return self
        full = self.filled(now)
        missing = min(float(mails), capacity(rate)) - full.tokens
        wait = timedelta(seconds=missing / rate)
        # Less is the rounding of clocks; what is taken too early is owed.
        if wait > CLOCKS_DIFFER:
            return min(wait, LONGEST_WAIT)
        return replace(full, tokens=full.tokens - mails)


def capacity(rate: float) -> float:
    """Return how many mails may leave at once after a silence: a second's worth."""
    return max(rate, 1.0)


def closing(failures: int) -> timedelta:
    """Return for how long a provider is left alone after so many failures in a row.

    One, two, four, eight minutes and so on, and never longer than fifteen.
    """
    if failures < FAILURES_ALLOWED:
        return timedelta(0)
    doublings = min(failures - FAILURES_ALLOWED, 4)
    first: timedelta = timedelta(seconds=settings.BREAKER_SECONDS)
    longer: timedelta = first * 2**doublings
    return min(longer, LONGEST_CLOSING)


# --- Asking ---


def ask(provider: str, mails: int, *, now: datetime) -> timedelta | None:
    """Take the tokens of these mails; None says go, else how long to wait.

    One indexed read where nothing limits the provider.
    """
    for _race in range(_RACES):
        pace = ProviderPace.objects.filter(pk=provider).first()
        if pace is None:
            # From now on the desk can give it a rate.
            ProviderPace.objects.get_or_create(provider=provider)
            return None
        if rest := _rest(pace, now):
            return rest
        if pace.failures_in_a_row >= FAILURES_ALLOWED:
            if _takes_the_trial(pace, now=now):
                return None
            continue
        bucket = _bucket(pace)
        after = bucket.taken(mails, now)
        if isinstance(after, timedelta):
            return after
        if after is bucket or _write(pace, after):
            return None
    return SHORTEST_REST


def wait_for_turn(
    provider: str,
    mails: int,
    *,
    clock: Callable[[], datetime],
    sleep: Callable[[float], None] = time.sleep,
) -> timedelta | None:
    """Ask, and wait here while that is short; None says go, else how long to wait.

    Giving a batch back and finding it again costs more than standing in the queue.
    """
    # Well within the time of its task: five seconds of two minutes.
    until = clock() + timedelta(seconds=settings.TASK_SECONDS / 24)
    while (wait := ask(provider, mails, now=clock())) is not None:
        if clock() + wait > until:
            return wait
        sleep(wait.total_seconds())
    return None


def in_debt(now: datetime, longer_than: timedelta) -> list[str]:
    """Return the providers that would let nobody go within this time.

    Handing out their batches would only have workers ask and give them back.
    """
    return [
        pace.provider
        for pace in ProviderPace.objects.filter(
            Q(closed_until__gt=now + longer_than) | Q(tokens__lt=0)
        )
        if _wait_for_one_mail(pace, now) > longer_than
    ]


def whose_provider_listens(batches: BatchQuerySet, now: datetime) -> BatchQuerySet:
    """Leave out batches of a provider that lets nobody go before the next sweep."""
    silent = in_debt(now, settings.SWEEP_EVERY)
    return batches.exclude(dispatch__provider__in=silent)


def _wait_for_one_mail(pace: ProviderPace, now: datetime) -> timedelta:
    if rest := _rest(pace, now):
        return rest
    after = _bucket(pace).taken(1, now)
    return after if isinstance(after, timedelta) else timedelta(0)


def _rest(pace: ProviderPace, now: datetime) -> timedelta:
    """Return how long nothing is handed over; a trial may end any moment."""
    if pace.closed_until is None or pace.closed_until <= now:
        return timedelta(0)
    left = pace.closed_until - now
    return min(left, LOOK_AT_TRIAL) if pace.closed_reason == TRYING else left


def _takes_the_trial(pace: ProviderPace, *, now: datetime) -> bool:
    """Let one group try when a closing is over; the others wait what becomes of it.

    A trial that was not heard of within a task's time has died; another may try.
    """
    heard_by = now + timedelta(seconds=settings.TASK_SECONDS)
    return bool(
        ProviderPace.objects.filter(
            pk=pace.pk,
            closed_until=pace.closed_until,
            failures_in_a_row=pace.failures_in_a_row,
        ).update(closed_until=heard_by, closed_reason=TRYING)
    )


def rate_of(pace: ProviderPace, *, now: datetime) -> float | None:
    """Return how many mails a second may leave now; None is without limit."""
    return _bucket(pace).rate(now)


def _bucket(pace: ProviderPace) -> Bucket:
    return Bucket(
        allowed_rate=pace.allowed_rate,
        slowed_to=pace.slowed_to,
        slowed_at=pace.slowed_at,
        tokens=pace.tokens,
        counted_at=pace.counted_at,
    )


def _write(pace: ProviderPace, after: Bucket) -> bool:
    """Write down a bucket unless somebody else did since it was read.

    The moment of counting is what tells: each writing moves it on, if only by the
    smallest step that a clock knows.
    """
    counted_at = after.counted_at
    if counted_at is not None and pace.counted_at is not None:
        counted_at = max(counted_at, pace.counted_at + timedelta.resolution)
    return bool(
        ProviderPace.objects.filter(
            pk=pace.pk, counted_at=pace.counted_at, slowed_at=pace.slowed_at
        ).update(
            tokens=after.tokens,
            counted_at=counted_at,
        )
    )


# --- Learning from answers ---

TOO_FAST = frozenset({"429", "SMTP 421", "SMTP 454"})
# These say something of ourselves and nothing of the provider.
OUR_OWN = frozenset({"", NOT_TRIED.error, WITNESSED, WITNESS_SILENT})


def learn(provider: str, outcome: Outcome, *, now: datetime) -> None:
    """Draw from the outcome of one attempt what it says of the provider's health."""
    if outcome.error in TOO_FAST:
        slow_down(provider, retry_after=outcome.retry_after, now=now)
    elif outcome.kind == AttemptOutcome.ACCEPTED or (
        # It answers, even if what we asked was wrong.
        outcome.kind == AttemptOutcome.FAILED and outcome.http_status
    ):
        succeeded(provider, now)
    elif outcome.kind != AttemptOutcome.FAILED and outcome.error not in OUR_OWN:
        failed(provider, outcome.error, now)


def slow_down(provider: str, *, retry_after: timedelta, now: datetime) -> None:
    """Rest, and halve the rate, after "too many requests".

    What was under way when a rest began says nothing new when its answer comes.
    """
    rest = max(retry_after, SHORTEST_REST)
    with _held(provider) as pace:
        columns: dict[str, object] = {"failures_in_a_row": 0}
        if not _rest(pace, now):
            rate = _bucket(pace).rate(now) or measured_rate(provider, now=now)
            columns |= {
                "slowed_to": max(rate / 2, min(SLOWEST, rate)),
                "slowed_at": now,
                "tokens": 0.0,
                "counted_at": now,
                "closed_until": now + rest,
            }
        else:
            columns["closed_until"] = max(pace.closed_until or now, now + rest)
        columns["closed_reason"] = _("The provider asked us to go slower.")
        ProviderPace.objects.filter(pk=provider).update(**columns)
    logger.warning("%s asks to go slower; resting for %s", provider, rest)


def failed(provider: str, reason: str, now: datetime) -> None:
    """Count a failure to be answered; the third in a row closes the provider.

    Only what was tried while it was open counts: a dozen workers whose requests time
    out together say no more than three of them.
    """
    with _held(provider) as pace:
        if _rest(pace, now) and pace.closed_reason != TRYING:
            return
        failures = min(pace.failures_in_a_row + 1, 100)
        columns: dict[str, object] = {"failures_in_a_row": failures}
        if rest := closing(failures):
            columns |= {"closed_until": now + rest, "closed_reason": reason[:200]}
            logger.warning("%s is left alone for %s: %s", provider, rest, reason)
        ProviderPace.objects.filter(pk=provider).update(**columns)


def succeeded(provider: str, now: datetime) -> None:
    """Forget the failures: the provider answers. One indexed read when there are none.

    A rest it asked for stays as it is.
    """
    with_failures = ProviderPace.objects.filter(pk=provider, failures_in_a_row__gt=0)
    if not with_failures.exists():
        return
    with_failures.filter(failures_in_a_row__gte=FAILURES_ALLOWED).update(
        failures_in_a_row=0, closed_until=None, closed_reason=""
    )
    with_failures.update(failures_in_a_row=0)


def measured_rate(provider: str, *, now: datetime) -> float:
    """Return how many mails a second the provider took over the last minute."""
    lately = Batch.objects.filter(
        provider=provider,
        state=BatchState.DONE,
        submitted_at__gt=now - MEASURED_OVER,
    ).aggregate(mails=Sum("size"), since=Min("submitted_at"))
    if not lately["mails"]:
        return GUESSED
    elapsed: timedelta = now - lately["since"]
    return max(float(lately["mails"]) / max(elapsed.total_seconds(), 1.0), GUESSED)


@contextmanager
def _held(provider: str) -> Iterator[ProviderPace]:
    """Hold a provider's row alone for a moment; on SQLite the whole database is."""
    ProviderPace.objects.get_or_create(provider=provider)
    with transaction.atomic():
        yield ProviderPace.objects.select_for_update().get(pk=provider)
