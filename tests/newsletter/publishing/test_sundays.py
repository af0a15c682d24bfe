"""The coming Sundays, each with what stands on it."""

from datetime import date, timedelta

import pytest

from newsletter.delivery.models import Dispatch, DispatchState
from newsletter.publishing.approval import approve
from newsletter.publishing.scheduling import cancel_moment, schedule
from newsletter.publishing.sundays import (
    SundayState,
    coming_sundays,
    next_sunday,
    without_a_day,
)
from tests.factories import IssueFactory, SkippedSundayFactory
from tests.newsletter.publishing.issues import change

THIS_SUNDAY = date(2026, 11, 29)


def first(mailing_list, now):
    return coming_sundays(mailing_list, now=now)[0]


def test_eight_sundays_are_free_before_anything_is_begun(mailing_list, now):
    sundays = coming_sundays(mailing_list, now=now)

    assert len(sundays) == 8
    assert (sundays[0].day, sundays[-1].day) == (THIS_SUNDAY, date(2027, 1, 17))
    assert {sunday.state for sunday in sundays} == {SundayState.EMPTY}


def test_an_issue_is_a_draft_until_it_is_approved_and_again_after_a_change(
    issue, els, mailing_list, now
):
    assert first(mailing_list, now).state == SundayState.DRAFT

    approve(issue, by=els, now=now)
    assert first(mailing_list, now).state == SundayState.APPROVED

    change(issue, preheader="Toch iets anders")
    assert first(mailing_list, now).state == SundayState.DRAFT


def test_a_scheduled_issue_says_so_and_a_cancelled_moment_is_none(
    issue, els, mailing_list, now
):
    approve(issue, by=els, now=now)
    dispatch = schedule(issue, by=els, now=now)
    assert first(mailing_list, now).state == SundayState.SCHEDULED
    assert first(mailing_list, now).due_at == dispatch.due_at

    cancel_moment(issue, by=els, now=now)
    assert first(mailing_list, now).state == SundayState.APPROVED


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        (DispatchState.SENDING, SundayState.LEAVING),
        (DispatchState.PAUSED, SundayState.PAUSED),
        (DispatchState.SENT, SundayState.SENT),
        (DispatchState.CANCELLED, SundayState.STOPPED),
    ],
)
def test_what_left_keeps_its_place_on_its_own_day(
    issue, els, mailing_list, now, state, shown
):
    approve(issue, by=els, now=now)
    schedule(issue, by=els, now=now)
    sunday_noon = now + timedelta(days=1, hours=17)
    Dispatch.objects.update(state=state, started_at=now)

    today, *later = coming_sundays(mailing_list, now=sunday_noon)

    assert (today.day, today.state) == (THIS_SUNDAY, shown)
    assert next_sunday([today, *later]).day == date(2026, 12, 6)


def test_a_moment_that_was_missed_is_not_called_scheduled(
    issue, els, mailing_list, now
):
    approve(issue, by=els, now=now)
    schedule(issue, by=els, now=now)
    sunday_evening = now + timedelta(days=2)

    assert first(mailing_list, sunday_evening).state == SundayState.MISSED


def test_a_skipped_sunday_gives_its_reason_and_is_not_the_next(mailing_list, now):
    SkippedSundayFactory(mailing_list=mailing_list, reason="kerst")

    sundays = coming_sundays(mailing_list, now=now)

    assert (sundays[0].state, sundays[0].reason) == (SundayState.SKIPPED, "kerst")
    assert next_sunday(sundays).day == date(2026, 12, 6)


def test_an_issue_of_another_day_stands_between_the_sundays(mailing_list, now):
    wednesday = date(2026, 12, 2)
    IssueFactory(mailing_list=mailing_list, publication_date=wednesday)

    days = [sunday.day for sunday in coming_sundays(mailing_list, now=now, weeks=2)]

    assert days == [THIS_SUNDAY, wednesday, date(2026, 12, 6)]


def test_drafts_without_a_day_or_with_a_past_one_wait_for_another(mailing_list, now):
    reserve = IssueFactory(mailing_list=mailing_list, publication_date=None)
    late = IssueFactory(mailing_list=mailing_list, publication_date=date(2026, 11, 22))
    IssueFactory(mailing_list=mailing_list, publication_date=THIS_SUNDAY)

    waiting = [issue.pk for issue in without_a_day(mailing_list, now=now)]
    assert waiting == [late.pk, reserve.pk]


def test_the_sundays_take_the_same_few_queries_however_many_issues_there_are(
    mailing_list, now, django_assert_num_queries
):
    for week in range(6):
        IssueFactory(
            mailing_list=mailing_list,
            publication_date=THIS_SUNDAY + timedelta(weeks=week),
        )

    with django_assert_num_queries(4):
        coming_sundays(mailing_list, now=now)
