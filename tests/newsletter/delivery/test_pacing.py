"""How fast a provider is spoken to: the bucket, the brake lights, the breaker."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.delivery.models import Batch, BatchState, ProviderPace
from newsletter.delivery.pacing import (
    ask,
    failed,
    rate_now,
    slow_down,
    succeeded,
    tokens_now,
    wait_for,
)
from newsletter.delivery.submission import submit_batch
from tests.newsletter.delivery.test_mailgun import mailgun  # noqa: F401 (fixture)

SECOND = timedelta(seconds=1)


@pytest.fixture
def ten_a_second(db):
    return ProviderPace.objects.create(provider="local", allowed_rate=10)


def test_without_a_rate_nobody_waits(db, now):
    assert ask("local", 1_000_000, now=now) is None
    assert not ProviderPace.objects.exists()


def test_what_is_above_the_rate_waits_its_turn(ten_a_second, now):
    assert ask("local", 10, now=now) is None
    wait = ask("local", 10, now=now)
    assert wait is not None
    assert ask("local", 10, now=now + wait) is None


def test_a_batch_larger_than_a_seconds_worth_leaves_whole(ten_a_second, now):
    assert ask("local", 1000, now=now) is None
    assert ask("local", 1, now=now + 90 * SECOND) is not None
    assert ask("local", 1, now=now + 100 * SECOND) is None


@given(
    sizes=st.lists(st.integers(1, 50), min_size=1, max_size=60),
    rate=st.floats(0.5, 100),
)
def test_over_time_no_more_leaves_than_the_rate_allows(sizes, rate):
    """Plain arithmetic: the row is not saved."""
    from datetime import UTC, datetime

    began = moment = datetime(2026, 11, 29, 7, tzinfo=UTC)
    pace = ProviderPace(provider="local", allowed_rate=rate)
    for size in sizes:
        tokens = tokens_now(pace, rate, moment)
        if tokens <= 0:
            moment += timedelta(seconds=(1 - tokens) / rate)
            tokens = tokens_now(pace, rate, moment)
        pace.tokens, pace.counted_at = tokens - size, moment
    allowed = max(rate, 1) + rate * (moment - began).total_seconds()
    assert sum(sizes[:-1]) <= allowed + 1e-6


def test_after_a_429_the_speed_is_halved_and_climbs_back_in_five_minutes(
    ten_a_second, now
):
    slow_down("local", retry_after=3 * SECOND, now=now)
    pace = ProviderPace.objects.get()
    assert rate_now(pace, now) == pytest.approx(5)
    later = rate_now(pace, now + timedelta(minutes=5))
    assert later is not None
    assert later > 9


def test_nothing_leaves_as_long_as_the_provider_asked_for(ten_a_second, now):
    slow_down("local", retry_after=30 * SECOND, now=now)
    assert ask("local", 1, now=now + SECOND) == 29 * SECOND
    assert wait_for("local", now=now + SECOND) == 29 * SECOND
    assert ask("local", 1, now=now + 30 * SECOND) is None


def test_workers_that_hear_a_429_together_halve_the_speed_once(ten_a_second, now):
    for _worker in range(4):
        slow_down("local", retry_after=3 * SECOND, now=now)
    assert rate_now(ProviderPace.objects.get(), now) == pytest.approx(5)


def test_without_a_rate_it_is_as_fast_as_before_after_five_minutes(db, batch, now):
    Batch.objects.update(
        provider="local",
        state=BatchState.DONE,
        resolved_at=now - 30 * SECOND,
        size=1200,
    )
    slow_down("local", retry_after=SECOND, now=now)
    pace = ProviderPace.objects.get()
    assert rate_now(pace, now) == pytest.approx(20)
    assert rate_now(pace, now + timedelta(minutes=5)) is None


def test_two_failures_are_no_reason_to_stop(db, now):
    for _batch in range(2):
        failed("local", "HTTP 500", now=now)
    assert ask("local", 1, now=now) is None


def test_three_failures_in_a_row_close_the_provider_for_a_minute(db, now):
    for _batch in range(3):
        failed("local", "HTTP 500", now=now)
    assert ask("local", 1, now=now) == timedelta(minutes=1)
    assert ProviderPace.objects.get().closed_reason == "HTTP 500"


def test_when_it_opens_a_single_batch_tries(db, now):
    for _batch in range(3):
        failed("local", "HTTP 500", now=now)
    later = now + timedelta(seconds=61)
    assert ask("local", 1, now=later) is None
    assert ask("local", 1, now=later) == timedelta(minutes=1)


def test_a_trial_that_fails_closes_it_for_longer(db, now):
    for _batch in range(4):
        failed("local", "HTTP 500", now=now)
    assert ask("local", 1, now=now) == timedelta(minutes=2)
    for _batch in range(9):
        failed("local", "HTTP 500", now=now)
    assert ask("local", 1, now=now) == timedelta(minutes=15)


def test_a_trial_that_succeeds_opens_it_for_all(db, now):
    for _batch in range(3):
        failed("local", "HTTP 500", now=now)
    succeeded("local")
    assert ask("local", 1, now=now) is None
    assert ask("local", 1, now=now) is None


def test_a_429_of_the_provider_slows_everybody_down(mailgun, batch, clock):  # noqa: F811
    Batch.objects.update(provider="mailgun")
    batch.dispatch.provider = "mailgun"
    batch.dispatch.save()
    mailgun.faults = ["429"]
    submit_batch(batch.pk, clock=clock)
    pace = ProviderPace.objects.get(pk="mailgun")
    assert pace.slowed_at == clock()
    assert pace.closed_until == clock() + SECOND


def test_a_batch_that_has_to_wait_stays_ready_and_untried(
    ten_a_second, batch, clock, now
):
    ProviderPace.objects.update(closed_until=now + timedelta(minutes=3))
    assert submit_batch(batch.pk, clock=clock) is None
    batch.refresh_from_db()
    assert batch.state == BatchState.READY
    assert batch.attempt_count == 0
    assert batch.not_before == now + timedelta(minutes=3)
