"""A mailbox that takes nothing for weeks is given up; one bad Sunday is forgiven."""

from datetime import UTC, datetime, timedelta

import pytest
from anymail.signals import AnymailTrackingEvent, EventType

from newsletter.delivery.models import Delivery, Dispatch
from newsletter.events.recording import record_events
from subscribers.consent import confirm
from subscribers.models import Subscription, Suppression, SuppressionReason
from subscribers.suppression import suppress
from tests.factories import IssueFactory

FIRST_SUNDAY = datetime(2026, 9, 6, 6, 0, tzinfo=UTC)
FULL, POLICY = "552 5.2.2 mailbox full", "550 5.7.1 refused by policy"


@pytest.fixture
def sundays(alice):
    """Let a Sunday pass: what a provider tells of Alice's mail of that day."""
    own = alice.dispatch

    def passes(week, kind=EventType.BOUNCED, words=FULL):
        issue = IssueFactory.create(
            mailing_list=own.issue.mailing_list, publication_date=None
        )
        dispatch = Dispatch.objects.create(
            issue=issue, rendition=own.rendition, **like(own)
        )
        delivery = Delivery.objects.create(
            dispatch=dispatch, subscriber=alice.subscriber
        )
        event = AnymailTrackingEvent(
            event_type=kind,
            event_id=f"{kind}-{week}",
            timestamp=FIRST_SUNDAY + timedelta(weeks=week),
            metadata={
                "nl_issue": issue.uuid.hex,
                "nl_reader": delivery.subscriber.uuid.hex,
            },
            mta_response=words,
        )
        record_events([[event]], provider="Mailgun", now=event.timestamp)

    return passes


def like(dispatch):
    same = ("created_at", "due_at", "start_before", "provider")
    return {name: getattr(dispatch, name) for name in same}


def reasons():
    return set(Suppression.objects.values_list("reason", flat=True))


def test_five_sundays_in_a_row_block_the_mailbox(sundays):
    for week in range(5):
        sundays(week)
    assert reasons() == {SuppressionReason.SOFT_BOUNCES}


def test_four_sundays_do_not(sundays):
    for week in range(4):
        sundays(week)
    assert not reasons()


def test_five_within_three_weeks_do_not(sundays):
    for day in range(5):
        sundays(day / 2)
    assert not reasons()


def test_one_that_arrived_makes_the_count_begin_anew(sundays):
    for week in range(3):
        sundays(week)
    sundays(3, EventType.DELIVERED)
    for week in range(4, 8):
        sundays(week)
    assert not reasons()


def test_a_refusal_for_what_we_are_tells_nothing_of_the_mailbox(sundays):
    for week in range(12):
        sundays(week, words=POLICY)
    assert not reasons()


def test_whoever_confirms_anew_is_mailed_again(alice, now):
    subscriber = alice.subscriber
    suppress(subscriber.address, SuppressionReason.SOFT_BOUNCES, now)
    Subscription.objects.filter(subscriber=subscriber).update(state="pending")
    confirm(
        Subscription.objects.get(subscriber=subscriber),
        wording="",
        channel="page",
        now=now,
    )
    assert not reasons()
