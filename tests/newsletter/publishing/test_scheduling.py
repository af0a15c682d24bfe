"""An issue gets its moment once, in words that cannot be misread."""

from datetime import UTC, datetime, time, timedelta

import pytest

from newsletter.audit.models import AuditEntry
from newsletter.delivery.audience import question_about
from newsletter.delivery.models import Dispatch, DispatchState
from newsletter.publishing.approval import approve
from newsletter.publishing.scheduling import (
    CannotSchedule,
    CountNeeded,
    TimeHasPassed,
    cancel_schedule,
    schedule,
    send_now,
)
from newsletter.rendering.models import Rendition
from tests.factories import MailingListFactory, UserFactory
from tests.newsletter.admin.front_page import a_dispatch_that_left
from tests.newsletter.publishing.issues import change, issue_in_order

A_WEEK_BEFORE = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)


def half_of_them_left(mailing_list):
    """Sixty got the last issue; thirty of them are still there."""
    a_dispatch_that_left(mailing_list, readers=60, at=A_WEEK_BEFORE)
    stayed = mailing_list.subscriptions.order_by("pk")[:30]
    mailing_list.subscriptions.exclude(
        pk__in=list(stayed.values_list("pk", flat=True))
    ).update(state="unsubscribed")


@pytest.fixture
def approved(issue, els, now):
    approve(issue, by=els, now=now)
    return issue


# --- Scheduling ---


def test_a_scheduled_issue_leaves_on_its_sunday_at_the_hour_of_its_list(
    approved, els, now
):
    dispatch = schedule(approved, by=els, now=now)

    assert dispatch.due_local == "2026-11-29T08:00:00"
    assert dispatch.due_at == datetime(2026, 11, 29, 7, 0, tzinfo=UTC)
    assert dispatch.start_before == dispatch.due_at + timedelta(hours=6)
    assert dispatch.state == DispatchState.SCHEDULED
    assert dispatch.pace_minutes == 30
    assert AuditEntry.objects.filter(act="scheduled", actor=els).count() == 1


def test_another_time_may_be_chosen(approved, els, now):
    dispatch = schedule(
        approved, by=els, now=now, due_local=datetime(2027, 3, 28, 2, 5)
    )

    assert dispatch.due_at == datetime(2027, 3, 28, 1, 0, tzinfo=UTC)


def test_pressing_twice_schedules_once(approved, els, now):
    first = schedule(approved, by=els, now=now)
    second = schedule(approved, by=els, now=now + timedelta(seconds=1))

    assert first == second
    assert Dispatch.objects.count() == 1
    assert AuditEntry.objects.filter(act="scheduled").count() == 1


def test_another_moment_for_a_scheduled_issue_is_refused_with_its_cure(
    approved, els, now
):
    schedule(approved, by=els, now=now)

    with pytest.raises(CannotSchedule, match="al ingepland.*29 november.*Annuleer"):
        schedule(approved, by=els, now=now, due_local=datetime(2026, 11, 30, 8, 0))


def test_a_moment_that_has_passed_asks_whether_to_send_now(approved, els):
    later = datetime(2026, 11, 29, 7, 0, tzinfo=UTC)

    with pytest.raises(TimeHasPassed, match="is voorbij. Nu versturen?"):
        schedule(approved, by=els, now=later)


def test_an_issue_without_a_day_is_not_scheduled(mailing_list, els, now):
    issue = issue_in_order(mailing_list, publication_date=None)

    with pytest.raises(CannotSchedule, match="nog geen dag"):
        schedule(issue, by=els, now=now)


def test_an_issue_without_a_yes_is_not_scheduled(issue, els, now):
    with pytest.raises(CannotSchedule, match="nog geen akkoord"):
        schedule(issue, by=els, now=now)


def test_an_issue_changed_after_its_yes_is_not_scheduled(approved, els, now):
    change(approved, subject="Toch anders")

    with pytest.raises(CannotSchedule, match="nog geen akkoord"):
        schedule(approved, by=els, now=now)


def test_a_list_that_needs_no_approval_freezes_when_scheduling(issue, els, now):
    issue.mailing_list.needs_approval = False

    dispatch = schedule(issue, by=els, now=now)

    assert dispatch.rendition == Rendition.objects.get()
    assert dispatch.rendition.created_by == els


def test_an_issue_that_is_not_in_order_is_not_scheduled(approved, els, now):
    approved.mailing_list.subscriptions.all().delete()

    with pytest.raises(CannotSchedule, match="Niemand zou"):
        schedule(approved, by=els, now=now)

    assert not Dispatch.objects.exists()


def test_an_issue_that_left_is_not_sent_again(approved, els, now):
    schedule(approved, by=els, now=now)
    Dispatch.objects.update(state=DispatchState.SENT)

    with pytest.raises(CannotSchedule, match="al vertrokken"):
        schedule(approved, by=els, now=now)
    with pytest.raises(CannotSchedule, match="al vertrokken"):
        send_now(approved, by=els, now=now)


def test_two_publishers_in_one_moment_make_one_dispatch(
    now, in_threads, transactional_db
):
    issue = issue_in_order(MailingListFactory.create())
    els = UserFactory.create()
    approve(issue, by=els, now=now)

    def press():
        return schedule(issue, by=els, now=now).pk

    made = in_threads(*[press] * 4)

    assert len(made) == 4
    assert len(set(made)) == 1


# --- Far more or fewer than last time ---


def test_an_audience_as_usual_needs_no_typing(approved, els, now):
    a_dispatch_that_left(approved.mailing_list, readers=60, at=A_WEEK_BEFORE)

    assert schedule(approved, by=els, now=now).expected_readers is None


@pytest.mark.parametrize("typed", [None, 0, 29, 300])
def test_far_fewer_readers_are_typed_before_it_is_scheduled(approved, els, now, typed):
    half_of_them_left(approved.mailing_list)

    with pytest.raises(CountNeeded, match="vorige keer waren het er 60"):
        schedule(approved, by=els, now=now, typed_readers=typed)

    assert not approved.dispatches.exists()


def test_the_typed_number_goes_along_so_that_sunday_does_not_ask_again(
    approved, els, now
):
    half_of_them_left(approved.mailing_list)

    dispatch = schedule(approved, by=els, now=now, typed_readers=30)

    assert dispatch.expected_readers == 30
    assert question_about(dispatch, 31) is None
    assert question_about(dispatch, 12)


def test_sending_now_asks_for_the_number_as_well(approved, els, now):
    half_of_them_left(approved.mailing_list)

    with pytest.raises(CountNeeded):
        send_now(approved, by=els, now=now)
    assert send_now(approved, by=els, now=now, typed_readers=30)


# --- Now, and never mind ---


def test_sending_now_leaves_five_minutes_to_take_it_back(approved, els, now):
    dispatch = send_now(approved, by=els, now=now)

    assert dispatch.due_at == now + timedelta(minutes=5)
    assert dispatch.due_local == "2026-11-27T19:05:00"
    assert AuditEntry.objects.filter(act="sent now").exists()


def test_pressing_now_twice_sends_once_at_the_first_moment(approved, els, now):
    first = send_now(approved, by=els, now=now)

    assert send_now(approved, by=els, now=now + timedelta(seconds=9)) == first


def test_a_scheduled_issue_is_not_sent_now_before_its_moment_is_cancelled(
    approved, els, now
):
    schedule(approved, by=els, now=now)

    with pytest.raises(CannotSchedule, match="Annuleer"):
        send_now(approved, by=els, now=now)


def test_a_cancelled_moment_makes_room_for_another(approved, els, now):
    dispatch = schedule(approved, by=els, now=now)

    cancel_schedule(dispatch, by=els, now=now)
    cancel_schedule(dispatch, by=els, now=now)

    assert AuditEntry.objects.filter(act="schedule cancelled").count() == 1
    again = schedule(approved, by=els, now=now)
    assert again != dispatch
    assert again.rendition == dispatch.rendition


def test_what_is_leaving_cannot_be_cancelled(approved, els, now):
    dispatch = schedule(approved, by=els, now=now)
    Dispatch.objects.update(state=DispatchState.SENDING)

    with pytest.raises(CannotSchedule, match="Pauzeer"):
        cancel_schedule(dispatch, by=els, now=now)


def test_the_hour_is_that_of_the_lists_own_zone(approved, els, now):
    approved.mailing_list.time_zone = "America/New_York"
    approved.mailing_list.send_time = time(6, 0)

    dispatch = schedule(approved, by=els, now=now)

    assert dispatch.due_at == datetime(2026, 11, 29, 11, 0, tzinfo=UTC)
    assert dispatch.time_zone == "America/New_York"


def test_an_issue_that_missed_its_moment_is_never_said_to_be_scheduled(
    approved, els, now
):
    dispatch = schedule(approved, by=els, now=now)
    with pytest.raises(CannotSchedule, match="gemist"):
        send_now(approved, by=els, now=dispatch.start_before)


def test_what_stops_an_issue_is_said_before_any_number_is_asked(approved, els, now):
    half_of_them_left(approved.mailing_list)
    approved.mailing_list.subscriptions.update(state="unsubscribed")

    with pytest.raises(CannotSchedule, match="Niemand zou"):
        schedule(approved, by=els, now=now)
