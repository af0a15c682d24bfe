"""How fast a provider is spoken to, by all workers together: a token bucket in a row.

A provider that asks for patience (429; RFC 5321's 421 and 454) gets half the speed, and
the speed climbs back. One that fails several times in a row is left alone for a while,
longer each time, and then tried with a single batch.
"""

import math
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Min, Sum
from django.db.models.functions import Coalesce, Greatest

from newsletter.delivery.models import Batch, BatchState, ProviderPace

# Two thirds of the way back in this time: after five minutes 95 % of it.
CLIMBS_BACK_IN = timedelta(seconds=100)
FORGOTTEN_AFTER = timedelta(minutes=5)
SLOWEST, GUESSED = 0.5, 10.0
MANY_FAILURES = 3
LONGEST_CLOSED = timedelta(minutes=15)
_MEASURED_OVER = timedelta(minutes=1)
_TRIES = 5


def ask(provider: str, mails: int, *, now: datetime) -> timedelta | None:
    """Ask whether so many mails may leave; None is yes, else how long to wait.

    A batch of more than a second's worth leaves whole; the next one waits for it.
    """
    for _lost_race in range(_TRIES):
        pace = ProviderPace.objects.filter(pk=provider).first()
        if pace is None:
            return None
        if wait := _closed_for(pace, now):
            return wait
        if _is_on_trial(pace) and not _take_the_trial(pace, now):
            continue
        rate = rate_now(pace, now)
        if rate is None:
            return None
        tokens = tokens_now(pace, rate, now)
        if tokens <= 0:
            return timedelta(seconds=(1 - tokens) / rate)
        if _take(pace, tokens - mails, now):
            return None
    return timedelta(milliseconds=200)


def wait_for(provider: str, *, now: datetime) -> timedelta:
    """Return how long nothing may leave, without taking anything."""
    pace = ProviderPace.objects.filter(pk=provider).first()
    if pace is None:
        return timedelta(0)
    rate = rate_now(pace, now)
    tokens = tokens_now(pace, rate, now) if rate else 1.0
    in_turn = timedelta(seconds=max(0.0, (1 - tokens) / rate)) if rate else timedelta(0)
    return max(_closed_for(pace, now) or timedelta(0), in_turn)


def rate_now(pace: ProviderPace, now: datetime) -> float | None:
    """Return the mails a second that may leave now; None is as fast as it goes."""
    if pace.slowed_to is None or pace.slowed_at is None:
        return pace.allowed_rate
    since = now - pace.slowed_at
    if pace.allowed_rate is None and since >= FORGOTTEN_AFTER:
        return None
    # Without a rate that was set, what it was before the provider complained.
    aim = pace.allowed_rate or 2 * pace.slowed_to
    return aim - (aim - pace.slowed_to) * math.exp(-max(since / CLIMBS_BACK_IN, 0.0))


def tokens_now(pace: ProviderPace, rate: float, now: datetime) -> float:
    """Return how many mails may leave at once: a second's worth at most."""
    full = max(rate, 1.0)
    if pace.counted_at is None:
        return full
    gained = rate * max((now - pace.counted_at).total_seconds(), 0.0)
    return min(full, pace.tokens + gained)


def _take(pace: ProviderPace, left: float, now: datetime) -> bool:
    """Write down what is left, unless another worker did so first."""
    counted = now if pace.counted_at is None else max(now, pace.counted_at)
    return bool(
        ProviderPace.objects.filter(
            pk=pace.pk, counted_at=pace.counted_at, tokens=pace.tokens
        ).update(tokens=left, counted_at=counted)
    )


def _closed_for(pace: ProviderPace, now: datetime) -> timedelta | None:
    if pace.closed_until is None or pace.closed_until <= now:
        return None
    return pace.closed_until - now


def _is_on_trial(pace: ProviderPace) -> bool:
    return pace.failures_in_a_row >= MANY_FAILURES


def _take_the_trial(pace: ProviderPace, now: datetime) -> bool:
    """Be the one batch that tries; a trial nobody hears of is followed by another."""
    trial = timedelta(seconds=settings.TASK_SECONDS / 2)
    return bool(
        ProviderPace.objects.filter(pk=pace.pk, closed_until=pace.closed_until).update(
            closed_until=now + trial
        )
    )


# --- What a provider answered ---


def slow_down(provider: str, *, retry_after: timedelta, now: datetime) -> None:
    """Halve the speed after "too many requests", and wait as long as was asked.

    Workers that hear it together halve it once.
    """
    pace, _is_new = ProviderPace.objects.get_or_create(pk=provider)
    until = now + retry_after
    rate = rate_now(pace, now) or _measured_rate(provider, now)
    halved = ProviderPace.objects.filter(
        pk=provider, slowed_at=pace.slowed_at, closed_until=pace.closed_until
    )
    if _closed_for(pace, now) is None:
        halved.update(
            slowed_to=max(rate / 2, SLOWEST),
            slowed_at=now,
            closed_until=until,
            closed_reason="429",
        )
    ProviderPace.objects.filter(pk=provider, closed_until__lt=until).update(
        closed_until=until
    )


def _measured_rate(provider: str, now: datetime) -> float:
    """Return how fast mail left of late; a guess where too little has."""
    accepted = Batch.objects.filter(
        provider=provider,
        state=BatchState.DONE,
        resolved_at__gt=now - _MEASURED_OVER,
    ).aggregate(mails=Sum("size"), since=Min("resolved_at"))
    if not accepted["mails"]:
        return GUESSED
    seconds = max((now - accepted["since"]).total_seconds(), 1.0)
    return float(max(accepted["mails"] / seconds, GUESSED))


def failed(provider: str, reason: str, *, now: datetime) -> None:
    """Count a batch of which no answer came; leave the provider alone after three."""
    ProviderPace.objects.get_or_create(pk=provider)
    ProviderPace.objects.filter(pk=provider).update(
        failures_in_a_row=F("failures_in_a_row") + 1
    )
    pace = ProviderPace.objects.get(pk=provider)
    beyond = pace.failures_in_a_row - MANY_FAILURES
    if beyond < 0:
        return
    first = timedelta(seconds=settings.BREAKER_SECONDS)
    until = now + min(first * 2 ** min(beyond, 10), LONGEST_CLOSED)
    ProviderPace.objects.filter(pk=provider).update(
        closed_until=Greatest(Coalesce("closed_until", until), until),
        closed_reason=reason[:200],
    )


def succeeded(provider: str) -> None:
    """Take the provider for well again."""
    ProviderPace.objects.filter(pk=provider, failures_in_a_row__gt=0).update(
        failures_in_a_row=0, closed_until=None, closed_reason=""
    )
