"""How fast a provider is spoken to, and when it is left alone."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from newsletter.delivery.models import AttemptOutcome, BatchState
from newsletter.delivery.outcomes import NOT_TRIED, Outcome, accepted
from newsletter.delivery.pacing import (
    CLIMB,
    Bucket,
    ask,
    capacity,
    closing,
    failed,
    in_debt,
    learn,
    measured_rate,
    slow_down,
    succeeded,
    wait_for_turn,
)
from newsletter.delivery.vital_signs import ProviderPace

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
START = datetime(2026, 11, 29, 7, 0, tzinfo=UTC)

rates = st.floats(0.1, 5000)


# --- The bucket ---


@given(
    rate=rates,
    steps=st.lists(st.tuples(st.floats(0, 5), st.integers(1, 1000)), max_size=60),
)
def test_over_any_time_no_more_leaves_than_the_rate_and_what_may_leave_at_once(
    rate, steps
):
    bucket, now, left, largest = Bucket(allowed_rate=rate), START, 0, 0
    for wait, mails in steps:
        now += timedelta(seconds=wait)
        after = bucket.taken(mails, now)
        if isinstance(after, timedelta):
            continue
        bucket, left, largest = after, left + mails, max(largest, mails)
        elapsed = (now - START).total_seconds()
        assert left <= rate * elapsed + capacity(rate) + largest + rate / 500


@given(rate=st.floats(20, 5000), mails=st.integers(1, 1000), before=st.integers(1, 999))
def test_whoever_waits_as_long_as_told_may_go(rate, mails, before):
    bucket = Bucket(allowed_rate=rate).taken(before, START)
    wait = bucket.taken(mails, START)
    if isinstance(wait, timedelta):
        assert isinstance(
            bucket.taken(mails, START + wait + timedelta.resolution), Bucket
        )


def test_more_than_a_seconds_worth_leaves_and_the_next_waits_for_it():
    bucket = Bucket(allowed_rate=100).taken(1000, START)
    assert bucket.tokens == -900
    assert bucket.taken(25, START) == timedelta(seconds=9.25)


def test_a_silence_saves_no_more_than_a_second():
    bucket = Bucket(allowed_rate=100).taken(100, START)
    assert bucket.filled(START + timedelta(hours=1)).tokens == 100


@given(
    allowed=rates,
    share=st.floats(0.001, 1),
    seconds=st.lists(st.floats(0, 400), min_size=2, max_size=10).map(sorted),
)
def test_a_slowed_rate_climbs_without_a_step_back_and_never_too_high(
    allowed, share, seconds
):
    bucket = Bucket(allowed_rate=allowed, slowed_to=allowed * share, slowed_at=START)
    climbed = [bucket.rate(START + timedelta(seconds=at)) or 0 for at in seconds]
    assert climbed == sorted(climbed)
    assert climbed[-1] <= allowed * 1.000001


@given(allowed=rates, share=st.floats(0.001, 1))
def test_five_minutes_later_it_is_within_ten_per_cent_of_the_allowed_rate(
    allowed, share
):
    bucket = Bucket(allowed_rate=allowed, slowed_to=allowed * share, slowed_at=START)
    assert (bucket.rate(START + timedelta(minutes=5)) or 0) >= 0.9 * allowed


def test_without_an_allowed_rate_it_is_free_again_after_five_minutes():
    bucket = Bucket(slowed_to=10, slowed_at=START)
    assert bucket.rate(START) == 10
    assert bucket.rate(START + CLIMB / 2) == 15
    assert bucket.rate(START + CLIMB) is None


def test_a_clock_that_runs_behind_brings_and_takes_nothing():
    bucket = Bucket(allowed_rate=10).taken(10, START)
    behind = bucket.filled(START - MINUTE)
    assert (behind.tokens, behind.counted_at) == (0, START)


# --- Asking ---


def test_a_provider_nobody_knows_yet_may_be_spoken_to(db, now):
    assert ask("mailgun", 1000, now=now) is None
    assert ProviderPace.objects.get().provider == "mailgun"


def test_without_a_limit_asking_costs_one_read(db, now, django_assert_num_queries):
    ask("mailgun", 25, now=now)
    with django_assert_num_queries(1):
        assert ask("mailgun", 25, now=now) is None


def test_a_rate_that_people_gave_is_kept(db, now):
    ProviderPace.objects.create(provider="mailgun", allowed_rate=50)
    answers = [ask("mailgun", 25, now=now) for _batch in range(3)]
    assert answers == [None, None, SECOND / 2]
    assert ask("mailgun", 25, now=now + SECOND / 2) is None


def test_one_provider_does_not_wait_for_another(db, now):
    slow_down("mailgun", retry_after=MINUTE, now=now)
    assert ask("smtp", 25, now=now) is None


def test_workers_together_keep_to_the_rate(transactional_db, in_threads):
    began = timezone.now()
    ProviderPace.objects.create(provider="mailgun", allowed_rate=200)

    def worker():
        left = 0
        while timezone.now() < began + 2 * SECOND:
            now = timezone.now()
            if (wait := ask("mailgun", 10, now=now)) is None:
                left += 10
            else:
                time.sleep(min(wait.total_seconds(), 0.2))
        return left, timezone.now()

    results = in_threads(*[worker] * 6)
    elapsed = (max(ended for _left, ended in results) - began).total_seconds()
    total = sum(left for left, _ended in results)
    assert total <= 200 * elapsed + capacity(200) + 10
    assert total >= 200


def test_no_tokens_are_taken_twice_in_the_same_moment(
    transactional_db, in_threads, now
):
    ProviderPace.objects.create(provider="mailgun", allowed_rate=40)

    def worker():
        return sum(ask("mailgun", 1, now=now) is None for _mail in range(20))

    assert sum(in_threads(*[worker] * 4)) == 40


def test_a_short_wait_is_waited_and_a_long_one_told(db):
    ProviderPace.objects.create(provider="mailgun", allowed_rate=100)
    ask("mailgun", 110, now=timezone.now())
    began = time.monotonic()
    assert wait_for_turn("mailgun", 10, clock=timezone.now) is None
    assert 0.1 < time.monotonic() - began < 3
    slow_down("mailgun", retry_after=MINUTE, now=timezone.now())
    told = wait_for_turn("mailgun", 10, clock=timezone.now)
    assert told is not None
    assert told > 59 * SECOND


def test_providers_that_let_nobody_go_are_known(db, now):
    ProviderPace.objects.create(provider="mailgun", allowed_rate=10)
    ProviderPace.objects.create(provider="smtp")
    ask("mailgun", 1000, now=now)
    assert in_debt(now, 5 * SECOND) == ["mailgun"]
    assert in_debt(now + 95 * SECOND, 5 * SECOND) == []


# --- "Too many requests" ---


def test_it_rests_as_long_as_asked_and_then_goes_at_half_the_rate(db, now):
    ProviderPace.objects.create(provider="mailgun", allowed_rate=100)
    slow_down("mailgun", retry_after=30 * SECOND, now=now)
    assert ask("mailgun", 25, now=now + 29 * SECOND) == SECOND
    pace = ProviderPace.objects.get()
    assert (pace.slowed_to, pace.slowed_at) == (50, now)
    assert ask("mailgun", 25, now=now + 30 * SECOND) is None


def test_answers_that_come_during_a_rest_do_not_halve_it_once_more(db, now):
    ProviderPace.objects.create(provider="mailgun", allowed_rate=100)
    for at in range(4):
        slow_down("mailgun", retry_after=30 * SECOND, now=now + at * SECOND)
    pace = ProviderPace.objects.get()
    assert pace.slowed_to == 50
    assert pace.closed_until == now + 33 * SECOND


def test_a_second_one_after_the_rest_halves_what_it_was_by_then(db, now):
    ProviderPace.objects.create(provider="mailgun", allowed_rate=100)
    slow_down("mailgun", retry_after=SECOND, now=now)
    slow_down("mailgun", retry_after=SECOND, now=now + CLIMB / 2)
    assert ProviderPace.objects.get().slowed_to == 37.5


def test_without_an_allowed_rate_half_of_what_left_lately_counts(dispatch, now):
    dispatch.batches.update(
        provider="mailgun",
        state=BatchState.DONE,
        size=6000,
        submitted_at=now - 10 * SECOND,
    )
    assert measured_rate("mailgun", now=now) == 600
    slow_down("mailgun", retry_after=SECOND, now=now)
    assert ProviderPace.objects.get().slowed_to == 300


def test_five_minutes_after_the_last_one_nothing_is_left_of_it(db, now):
    slow_down("mailgun", retry_after=SECOND, now=now)
    later = now + CLIMB
    assert all(ask("mailgun", 1000, now=later) is None for _batch in range(5))


# --- A provider that does not answer ---


def test_the_third_failure_in_a_row_closes_it_for_a_minute(db, now):
    failed("mailgun", "HTTP 503", now)
    failed("mailgun", "HTTP 503", now)
    assert ask("mailgun", 25, now=now) is None
    failed("mailgun", "ReadTimeout", now)
    assert ask("mailgun", 25, now=now) == MINUTE
    assert ProviderPace.objects.get().closed_reason == "ReadTimeout"


def test_a_success_between_them_begins_anew(db, now):
    for _time in range(4):
        failed("mailgun", "HTTP 503", now)
        failed("mailgun", "HTTP 503", now)
        succeeded("mailgun", now)
    assert ask("mailgun", 25, now=now) is None


def test_it_is_closed_longer_and_longer(db, now):
    failed("mailgun", "down", now)
    failed("mailgun", "down", now)
    rests = []
    for _trial in range(7):
        failed("mailgun", "down", now)
        rests.append(ask("mailgun", 25, now=now) or timedelta(0))
        now += rests[-1]
        assert ask("mailgun", 25, now=now) is None
    assert [rest // MINUTE for rest in rests] == [1, 2, 4, 8, 15, 15, 15]


def test_when_it_opens_one_group_tries_and_the_others_look_on(db, now):
    for _time in range(3):
        failed("mailgun", "down", now)
    later = now + MINUTE
    assert ask("mailgun", 25, now=later) is None
    assert ask("mailgun", 25, now=later) == 5 * SECOND
    succeeded("mailgun", later + SECOND)
    assert ask("mailgun", 25, now=later + SECOND) is None


def test_of_many_workers_one_tries(transactional_db, in_threads, now):
    for _time in range(3):
        failed("mailgun", "down", now)
    answers = in_threads(*[lambda: ask("mailgun", 25, now=now + MINUTE)] * 6)
    assert answers.count(None) == 1


def test_a_trial_whose_worker_died_is_followed_by_another(db, now):
    for _time in range(3):
        failed("mailgun", "down", now)
    assert ask("mailgun", 25, now=now + MINUTE) is None
    assert ask("mailgun", 25, now=now + 3 * MINUTE) is None


def test_a_dozen_requests_that_time_out_together_close_it_for_one_minute(
    transactional_db, in_threads, now
):
    in_threads(*[lambda: failed("mailgun", "ReadTimeout", now)] * 12)
    assert in_threads(lambda: ask("mailgun", 25, now=now)) == [MINUTE]


def test_a_success_does_not_end_a_rest_that_was_asked_for(db, now):
    failed("mailgun", "down", now)
    slow_down("mailgun", retry_after=MINUTE, now=now)
    succeeded("mailgun", now)
    assert ask("mailgun", 25, now=now) == MINUTE


@pytest.mark.parametrize("failures", range(60))
def test_a_closing_never_lasts_longer_than_a_quarter_of_an_hour(failures):
    assert closing(failures) <= 15 * MINUTE


# --- What an outcome teaches ---

HELD_UP = Outcome(AttemptOutcome.NOT_TAKEN, 429, "429", retry_after=MINUTE)


@pytest.mark.parametrize(
    ("outcome", "wait"),
    [
        (HELD_UP, MINUTE),
        (replace(HELD_UP, http_status=None, error="SMTP 421"), MINUTE),
        (replace(HELD_UP, http_status=None, error="SMTP 454"), MINUTE),
        (Outcome(AttemptOutcome.AMBIGUOUS, 503, "HTTP 503"), MINUTE),
        (Outcome(AttemptOutcome.AMBIGUOUS, error="ReadTimeout"), MINUTE),
        (Outcome(AttemptOutcome.NOT_TAKEN, error="ConnectTimeout"), MINUTE),
        (Outcome(AttemptOutcome.FAILED, 400, "HTTP 400"), None),
        (NOT_TRIED, None),
        (Outcome(AttemptOutcome.NOT_TAKEN, postponed=(1,)), None),
        (accepted(), None),
    ],
    ids=lambda value: getattr(value, "error", "") or str(value),
)
def test_after_the_same_outcome_three_times(db, now, outcome, wait):
    for _batch in range(3):
        learn("mailgun", outcome, now=now)
    assert ask("mailgun", 25, now=now) == wait
