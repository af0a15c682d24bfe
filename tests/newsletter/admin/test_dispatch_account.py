"""How far, how fast and until when: what the page of an issue on its way tells."""

from datetime import timedelta

import pytest

from newsletter.admin.dispatch_account import bar, clock, facts, hold_up, who_has_it
from newsletter.delivery.control import pause
from newsletter.delivery.models import BatchState, Dispatch, DispatchState
from newsletter.delivery.progress import Progress, progress
from newsletter.delivery.vital_signs import ProviderPace
from tests.factories import UserFactory
from tests.newsletter.admin.test_dispatches import (
    SUNDAY,
    dispatch,  # noqa: F401 (fixture)
)

MINUTE = timedelta(minutes=1)


def account(**counts):
    nobody = dict.fromkeys(
        ("accepted", "skipped", "rejected", "unknown", "cancelled", "waiting"), 0
    )
    return Progress(
        audience=sum(counts.values()),
        **{**nobody, **counts},
        started_at=None,
        finished_at=None,
        expected_finish=None,
    )


def told(dispatch, now):  # noqa: F811
    return dict(facts(dispatch, progress(dispatch, now=now), now=now))


def hand_over(dispatch, number, at):  # noqa: F811
    dispatch.batches.filter(number=number).update(
        state=BatchState.DONE, submitted_at=at, resolved_at=at
    )


# --- How far ---


def test_how_many_have_it_is_said_in_one_sentence():
    few, many = account(accepted=1, waiting=1), account(accepted=1200, unknown=34)
    assert who_has_it(few) == "1 van 2 lezers heeft hem"
    assert who_has_it(many) == "1.200 van 1.234 lezers hebben hem"


def test_one_reader_of_a_million_still_shows_in_the_bar():
    parts = bar(account(accepted=999_999, unknown=1))
    assert [(part["kind"], part["width"]) for part in parts] == [
        ("accepted", 999),
        ("unknown", 6),
    ]


def test_who_waits_is_the_empty_part_of_the_bar():
    assert bar(account(waiting=10)) == []
    assert sum(part["width"] for part in bar(account(accepted=5, waiting=5))) == 500


# --- How fast, and until when ---


def test_a_slow_pace_is_told_by_the_minute(dispatch):  # noqa: F811
    hand_over(dispatch, 1, SUNDAY)
    assert told(dispatch, SUNDAY + MINUTE / 2)["Nu"] == "2 lezers per minuut"


def test_the_next_turn_is_told_when_it_is_still_to_come(dispatch):  # noqa: F811
    hand_over(dispatch, 1, SUNDAY)
    now = SUNDAY + 5 * MINUTE
    assert told(dispatch, now)["Volgende beurt"] == "08:10"
    assert told(dispatch, now)["Klaar rond"] == "08:20"


def test_a_pause_tells_since_when_and_promises_no_end(dispatch):  # noqa: F811
    pause(dispatch, reason="Even.", by=UserFactory.create(), now=SUNDAY + 4 * MINUTE)
    assert told(dispatch, SUNDAY + 6 * MINUTE) == {
        "Begonnen": "08:00",
        "Op pauze sinds": "08:04",
    }


def test_afterwards_it_tells_how_long_it_took(dispatch):  # noqa: F811
    end = SUNDAY + 34 * MINUTE
    Dispatch.objects.update(state=DispatchState.SENT, finished_at=end)
    dispatch.refresh_from_db()
    monday = told(dispatch, SUNDAY + timedelta(days=1))
    assert monday["Klaar"] == "zondag 29 november, 08:34"
    assert monday["Duurde"] == "34 minuten"


def test_times_are_on_the_clock_of_the_list(dispatch):  # noqa: F811
    dispatch.issue.mailing_list.time_zone = "America/Curacao"
    assert clock(dispatch, SUNDAY, now=SUNDAY) == "03:00"


# --- What holds it up ---


def test_nothing_holds_it_up_while_it_leaves(dispatch):  # noqa: F811
    hand_over(dispatch, 1, SUNDAY)
    assert hold_up(dispatch, now=SUNDAY + MINUTE) == ""


def test_when_nothing_leaves_though_it_is_their_turn_the_page_says_so(
    dispatch,  # noqa: F811
):
    now = SUNDAY + 3 * MINUTE
    assert "al even niets" in hold_up(dispatch, now=now)
    assert "Klaar rond" not in told(dispatch, now)


def test_a_slow_provider_is_no_silence_and_its_end_is_told(dispatch):  # noqa: F811
    now = SUNDAY + 30 * MINUTE
    hand_over(dispatch, 1, now - MINUTE / 2)
    assert hold_up(dispatch, now=now) == ""
    assert told(dispatch, now)["Klaar rond"] == "08:31"


@pytest.mark.parametrize(
    ("failures", "words"), [(0, "vraagt om geduld"), (3, "antwoordt niet goed")]
)
def test_a_provider_that_rests_is_named_before_any_silence(
    dispatch,  # noqa: F811
    failures,
    words,
):
    now = SUNDAY + 3 * MINUTE
    ProviderPace.objects.create(
        provider=dispatch.provider,
        closed_until=now + MINUTE,
        failures_in_a_row=failures,
    )
    assert words in hold_up(dispatch, now=now)
