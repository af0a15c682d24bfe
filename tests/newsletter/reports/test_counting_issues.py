"""Counting what became of everyone: exact, whatever comes late or at once."""

from datetime import timedelta

import pytest
from anymail.signals import AnymailTrackingEvent

from newsletter.delivery.messages import ISSUE_VARIABLE, READER_VARIABLE
from newsletter.delivery.models import Batch, Delivery, Dispatch
from newsletter.events.models import NewsOfDispatch
from newsletter.events.recording import record_events
from newsletter.reports import counting_issues
from newsletter.reports.checking import counts_unlike_their_rows
from newsletter.reports.counting_issues import (
    count_issue,
    count_issues,
    issues_to_count,
    outcome_of,
)
from newsletter.reports.issue_models import IssueCount, MomentCount, OutcomeCount
from subscribers.privacy import erase
from tests.newsletter.reports.left import an_issue_that_left


def delivered(at, **more):
    return {"event": "delivered", "event_at": at, **more}


@pytest.fixture
def dispatch(mailing_list, now):
    """Nine readers: five had it, and one of each that went another way."""
    return an_issue_that_left(
        mailing_list,
        at=now,
        readers=[
            *[delivered(now + timedelta(minutes=2, seconds=7))] * 5,
            {"event": "bounced", "event_at": now + timedelta(hours=4, minutes=20)},
            {"exception": "skipped", "reason": "unsubscribed"},
            {"exception": "rejected", "reason": "SMTP 550", "domain": "elders.nl"},
            {},
        ],
    )


def told(dispatch):
    rows = OutcomeCount.objects.filter(dispatch=dispatch)
    return {
        (one.domain, one.outcome, one.reason): one.readers for one in rows.order_by()
    }


def broken():
    return counts_unlike_their_rows(Dispatch.objects.all())


@pytest.mark.parametrize(
    ("row", "outcome"),
    [
        (("", "done", ""), "accepted"),
        (("", "done", "complained"), "complained"),
        (("unknown", "unknown", "delivered"), "unknown"),
        (("", "submitting", ""), "waiting"),
        (("", None, ""), "waiting"),
    ],
)
def test_everyone_has_exactly_one_outcome(row, outcome):
    assert outcome_of(*row) == outcome


def test_everyone_is_counted_once_and_a_small_domain_names_nobody(dispatch, now):
    assert count_issue(dispatch, now=now + timedelta(hours=1))
    assert told(dispatch) == {
        ("example.nl", "delivered", ""): 5,
        ("example.nl", "bounced", ""): 1,
        ("example.nl", "skipped", "unsubscribed"): 1,
        ("", "rejected", ""): 1,
        ("example.nl", "accepted", ""): 1,
    }
    assert broken() == []


def test_the_first_hours_are_told_by_the_minute_and_the_rest_by_the_hour(dispatch, now):
    count_issue(dispatch, now=now + timedelta(hours=5))
    rows = MomentCount.objects.values_list("outcome", "at", "readers")
    assert set(rows) == {
        ("accepted", now + timedelta(minutes=1), 7),
        ("delivered", now + timedelta(minutes=2), 5),
        ("bounced", now + timedelta(hours=4), 1),
    }


def test_who_was_erased_stands_at_no_domain(dispatch, now):
    for one in dispatch.deliveries.filter(event="bounced"):
        erase(one.subscriber, channel="test", now=now)
    count_issue(dispatch, now=now)
    assert told(dispatch)["", "bounced", ""] == 1


def an_event(delivery, kind, at):
    return AnymailTrackingEvent(
        event_type=kind,
        event_id=f"{kind}-{delivery.pk}",
        timestamp=at,
        recipient=delivery.subscriber.address,
        metadata={
            ISSUE_VARIABLE: delivery.dispatch.issue.uuid.hex,
            READER_VARIABLE: delivery.subscriber.uuid.hex,
        },
    )


def test_what_is_told_late_is_counted_and_what_is_told_twice_is_not(dispatch, now):
    later = now + timedelta(days=3)
    count_issue(dispatch, now=now + timedelta(hours=1))
    last = dispatch.deliveries.get(event="", exception="")

    for _time in range(2):
        event = an_event(last, "delivered", later)
        record_events([[event]], provider="mailgun", now=later)
    assert issues_to_count(later) == [dispatch]
    assert count_issues(clock=lambda: later, within=timedelta(seconds=9)) == 1

    assert told(dispatch)["example.nl", "delivered", ""] == 6
    assert broken() == []
    assert issues_to_count(later + timedelta(minutes=5)) == []


def test_what_is_told_while_it_is_counted_is_counted_once_more(
    dispatch, now, monkeypatch
):
    def meanwhile(row):
        NewsOfDispatch.objects.create(dispatch=dispatch)
        return ""

    monkeypatch.setattr(counting_issues, "_warning", meanwhile)
    count_issue(dispatch, now=now + timedelta(hours=1))
    assert issues_to_count(now + timedelta(hours=2)) == [dispatch]


def test_of_two_who_count_at_once_the_first_stands(dispatch, now, monkeypatch):
    count_issue(dispatch, now=now)

    def somebody_else(row):
        IssueCount.objects.update(counted_at=now + timedelta(minutes=7))
        return ""

    monkeypatch.setattr(counting_issues, "_warning", somebody_else)
    assert not count_issue(dispatch, now=now + timedelta(hours=1))
    assert IssueCount.objects.get().counted_at == now + timedelta(minutes=7)


@pytest.mark.parametrize(("state", "pause"), [("sending", 60), ("paused", 300)])
def test_while_it_is_under_way_it_is_counted_now_and_then(dispatch, now, state, pause):
    Dispatch.objects.update(state=state, finished_at=None)
    assert issues_to_count(now) == [dispatch]
    count_issue(dispatch, now=now)
    assert issues_to_count(now + timedelta(seconds=pause - 1)) == []
    assert issues_to_count(now + timedelta(seconds=pause + 1)) == [dispatch]


def test_who_was_being_handed_over_when_it_was_stopped_is_counted_when_settled(
    dispatch, now
):
    Dispatch.objects.update(state="cancelled", finished_at=now)
    Batch.objects.update(state="ambiguous")
    count_issue(dispatch, now=now + timedelta(seconds=1))
    Batch.objects.update(state="done")
    assert count_issues(
        clock=lambda: now + timedelta(minutes=2), within=timedelta(seconds=9)
    )
    assert told(dispatch)["example.nl", "delivered", ""] == 5
    assert issues_to_count(now + timedelta(minutes=9)) == []


def test_however_many_marks_there_are_all_of_them_go(dispatch, now, monkeypatch):
    monkeypatch.setattr(counting_issues, "MARKS_AT_ONCE", 2)
    for _mark in range(5):
        NewsOfDispatch.objects.create(dispatch=dispatch)
    count_issue(dispatch, now=now + timedelta(hours=1))
    assert not NewsOfDispatch.objects.exists()


def test_a_count_is_looked_over_every_day_for_a_month(dispatch, now):
    count_issue(dispatch, now=now + timedelta(hours=1))
    assert issues_to_count(now + timedelta(hours=24)) == []
    assert issues_to_count(now + timedelta(hours=25)) == [dispatch]
    assert issues_to_count(now + timedelta(days=31)) == []


def test_a_limit_that_is_passed_after_it_left_is_written_down(
    dispatch, mailing_list, now
):
    mailing_list.pause_limits_from = 1
    mailing_list.save()
    count_issue(Dispatch.objects.get(), now=now)
    assert "van de 9 lezers" in IssueCount.objects.get().warning


def test_the_ledger_is_told_when_a_count_is_not_what_its_rows_say(dispatch, now):
    count_issue(dispatch, now=now + timedelta(hours=1))
    Delivery.objects.filter(event="bounced").update(event="complained")
    OutcomeCount.objects.filter(outcome="rejected").update(readers=2)
    wrong = " ".join(broken())
    assert "10 readers are counted, for an audience of 9" in wrong
    assert "the rows say" in wrong
