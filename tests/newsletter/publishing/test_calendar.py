"""Sunday eight o'clock, also in the weeks when the clock is changed."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from newsletter.delivery.moments import moment_of
from newsletter.publishing.calendar import local_time, next_free_times, planned_time
from tests.factories import IssueFactory

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.mark.parametrize(
    ("local", "moment"),
    [
        ("2026-11-29T08:00", "2026-11-29T07:00"),
        ("2026-07-05T08:00", "2026-07-05T06:00"),
        # The clock goes back on this Sunday, at three in the night.
        ("2026-10-25T08:00", "2026-10-25T07:00"),
        # And forward on this one.
        ("2027-03-28T08:00", "2027-03-28T06:00"),
    ],
)
def test_eight_oclock_is_eight_oclock_before_and_after_a_change(local, moment):
    assert moment_of(
        datetime.fromisoformat(local), AMSTERDAM
    ) == datetime.fromisoformat(moment).replace(tzinfo=UTC)


@pytest.mark.parametrize("minute", [0, 1, 30, 59])
def test_an_hour_that_is_skipped_means_the_first_moment_after_it(minute):
    local = datetime(2027, 3, 28, 2, minute)

    assert moment_of(local, AMSTERDAM) == datetime(2027, 3, 28, 1, 0, tzinfo=UTC)


def test_an_hour_that_comes_twice_means_the_first(now):
    local = datetime(2026, 10, 25, 2, 30)

    assert moment_of(local, AMSTERDAM) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_skip_of_half_an_hour_ends_after_half_an_hour():
    lord_howe = ZoneInfo("Australia/Lord_Howe")

    moment = moment_of(datetime(2026, 10, 4, 2, 10), lord_howe)

    assert local_time(moment, lord_howe) == datetime(2026, 10, 4, 2, 30)


def test_an_issue_is_planned_for_its_day_and_the_hour_of_its_list(mailing_list):
    mailing_list.send_time = time(7, 30)
    issue = IssueFactory.create(mailing_list=mailing_list)

    assert planned_time(issue) == datetime(2026, 11, 29, 7, 30)


def test_a_reserve_issue_is_planned_for_no_time(mailing_list):
    assert planned_time(IssueFactory.create(publication_date=None)) is None


def test_the_calendar_offers_the_sundays_without_an_issue(mailing_list, now):
    IssueFactory(mailing_list=mailing_list, publication_date=date(2026, 12, 6))

    days = [time.date() for time in next_free_times(mailing_list, now=now, count=3)]

    assert days == [date(2026, 11, 29), date(2026, 12, 13), date(2026, 12, 20)]
