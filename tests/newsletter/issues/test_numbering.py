"""An issue gets its number and its Sunday when it is begun."""

from datetime import UTC, date, datetime, time

import pytest

from newsletter.issues.numbering import begin_issue, next_free_day
from tests.factories import (
    IssueFactory,
    MailingListFactory,
    SkippedSundayFactory,
    UserFactory,
)


def test_the_first_issue_is_number_one_on_the_coming_sunday(mailing_list, now):
    els = UserFactory.create()

    issue = begin_issue(mailing_list, now=now, by=els)

    assert (issue.number, issue.publication_date) == (1, date(2026, 11, 29))
    assert issue.updated_by == els


def test_a_second_issue_takes_the_sunday_after(mailing_list, now):
    begin_issue(mailing_list, now=now, by=None)

    second = begin_issue(mailing_list, now=now, by=None)

    assert (second.number, second.publication_date) == (2, date(2026, 12, 6))


def test_a_gap_between_two_sundays_is_filled_first(mailing_list, now):
    IssueFactory(mailing_list=mailing_list, publication_date=date(2026, 11, 29))
    IssueFactory(mailing_list=mailing_list, publication_date=date(2026, 12, 13))

    issue = begin_issue(mailing_list, now=now, by=None)

    assert issue.publication_date == date(2026, 12, 6)


def test_a_skipped_sunday_is_passed_over(mailing_list, now):
    SkippedSundayFactory(mailing_list=mailing_list, day=date(2026, 11, 29))

    issue = begin_issue(mailing_list, now=now, by=None)

    assert issue.publication_date == date(2026, 12, 6)


def test_another_list_does_not_skip_along(mailing_list, now):
    other = MailingListFactory.create(slug="ander")
    SkippedSundayFactory(mailing_list=other, day=date(2026, 11, 29))

    issue = begin_issue(mailing_list, now=now, by=None)

    assert issue.publication_date == date(2026, 11, 29)


def test_the_number_of_a_deleted_issue_is_never_used_again(mailing_list, now):
    begin_issue(mailing_list, now=now, by=None).delete()

    assert begin_issue(mailing_list, now=now, by=None).number == 2


def test_numbers_go_on_after_issues_that_came_from_elsewhere(mailing_list, now):
    IssueFactory(mailing_list=mailing_list, number=213, publication_date=None)

    first = begin_issue(mailing_list, now=now, by=None)
    first.delete()

    assert first.number == 214
    assert begin_issue(mailing_list, now=now, by=None).number == 215


def test_every_list_counts_for_itself(mailing_list, now):
    begin_issue(mailing_list, now=now, by=None)
    midweek = MailingListFactory.create(slug="woensdag", weekday=2)

    issue = begin_issue(midweek, now=now, by=None)

    assert (issue.number, issue.publication_date) == (1, date(2026, 12, 2))


@pytest.mark.parametrize(
    ("hour_utc", "sunday"),
    [(6, date(2026, 11, 29)), (7, date(2026, 12, 6)), (12, date(2026, 12, 6))],
)
def test_this_sunday_counts_until_its_moment_has_passed(mailing_list, hour_utc, sunday):
    now = datetime(2026, 11, 29, hour_utc, 0, tzinfo=UTC)

    assert begin_issue(mailing_list, now=now, by=None).publication_date == sunday


def test_the_day_is_that_of_the_lists_own_zone(mailing_list):
    mailing_list.send_time = time(0, 15)
    # In Amsterdam it is Sunday half past twelve at night already.
    now = datetime(2026, 11, 28, 23, 30, tzinfo=UTC)

    assert begin_issue(mailing_list, now=now, by=None).publication_date == date(
        2026, 12, 6
    )


def test_reserve_issues_keep_no_sunday_occupied(mailing_list):
    IssueFactory(mailing_list=mailing_list, publication_date=None)
    IssueFactory(mailing_list=mailing_list, publication_date=None)

    assert next_free_day(mailing_list, after=date(2026, 11, 29)) == date(2026, 12, 6)


def test_editors_who_press_at_the_same_moment_get_two_numbers_and_two_sundays(
    now, in_threads, transactional_db
):
    mailing_list = MailingListFactory.create()

    def press():
        issue = begin_issue(mailing_list, now=now, by=None)
        return issue.number, issue.publication_date

    begun = in_threads(*[press] * 4)

    assert sorted(number for number, _day in begun) == [1, 2, 3, 4]
    assert len({day for _number, day in begun}) == 4
