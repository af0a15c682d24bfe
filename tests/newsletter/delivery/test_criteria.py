"""What a segment may ask about issues: who got them, to whom they came back."""

from datetime import timedelta

import pytest

from newsletter.delivery.models import (
    Batch,
    BatchState,
    Delivery,
    DeliveryEvent,
    DeliveryException,
    Dispatch,
    DispatchState,
)
from newsletter.rendering.models import Rendition
from subscribers.doubles import merge
from subscribers.models import Segment, Subscription
from tests.factories import IssueFactory, SubscriptionFactory


@pytest.fixture
def readers(mailing_list):
    return {
        name: SubscriptionFactory(
            mailing_list=mailing_list, subscriber__address=f"{name}@example.nl"
        )
        for name in ("alice", "bob", "charlie")
    }


def issue_that_left(mailing_list, *subscriptions, at, batch_state=BatchState.DONE):
    """Plain rows: who got an issue, without sending one."""
    issue = IssueFactory(mailing_list=mailing_list, publication_date=at.date())
    rendition = Rendition.objects.create(
        issue=issue, number=1, issue_version=1, subject="Rust", created_at=at
    )
    dispatch = Dispatch.objects.create(
        issue=issue,
        rendition=rendition,
        state=DispatchState.SENT,
        due_at=at,
        start_before=at,
        started_at=at,
        created_at=at,
    )
    batch = Batch.objects.create(
        dispatch=dispatch,
        number=1,
        rendition=rendition,
        state=batch_state,
        not_before=at,
        idempotency_key=Batch.key_for(issue.uuid, 1, "sha"),
        size=len(subscriptions),
    )
    Delivery.objects.bulk_create(
        Delivery(dispatch=dispatch, batch=batch, subscriber=one.subscriber)
        for one in subscriptions
    )
    return dispatch


def names_in(mailing_list, what, value, now):
    segment = Segment(
        mailing_list=mailing_list, conditions=[{"what": what, "value": value}]
    )
    found = Subscription.objects.in_segment(segment, today=now.date())
    addresses = found.values_list("subscriber__address", flat=True)
    return sorted(address.partition("@")[0] for address in addresses)


def test_who_got_each_of_the_last_issues_and_who_got_none(mailing_list, readers, now):
    alice, bob, charlie = readers.values()
    weeks = [now - timedelta(weeks=week) for week in (3, 2, 1)]
    issue_that_left(mailing_list, alice, bob, charlie, at=weeks[0])
    issue_that_left(mailing_list, alice, at=weeks[1])
    issue_that_left(mailing_list, alice, bob, at=weeks[2])
    assert names_in(mailing_list, "got_last", 1, now) == ["alice", "bob"]
    assert names_in(mailing_list, "got_last", 2, now) == ["alice"]
    assert names_in(mailing_list, "got_none_of_last", 2, now) == ["charlie"]


def test_before_the_first_issue_nobody_got_one(mailing_list, readers, now):
    assert names_in(mailing_list, "got_last", 1, now) == []
    assert len(names_in(mailing_list, "got_none_of_last", 1, now)) == 3


def test_what_was_not_accepted_or_came_back_is_not_got(mailing_list, readers, now):
    alice, bob, charlie = readers.values()
    dispatch = issue_that_left(mailing_list, alice, bob, charlie, at=now)
    of = dispatch.deliveries
    of.filter(subscriber=bob.subscriber).update(exception=DeliveryException.UNKNOWN)
    of.filter(subscriber=charlie.subscriber).update(event=DeliveryEvent.BOUNCED)
    assert names_in(mailing_list, "got_last", 1, now) == ["alice"]


def test_who_waits_for_an_issue_has_not_got_it(mailing_list, readers, now):
    waiting = BatchState.READY
    issue_that_left(mailing_list, readers["bob"], at=now, batch_state=waiting)
    assert names_in(mailing_list, "got_last", 1, now) == []


def test_an_issue_that_went_to_the_rest_later_is_one_issue(mailing_list, readers, now):
    alice, bob, _charlie = readers.values()
    first = issue_that_left(mailing_list, alice, at=now - timedelta(hours=2))
    Dispatch.objects.filter(pk=first.pk).update(state=DispatchState.CANCELLED)
    rest = issue_that_left(mailing_list, bob, at=now + timedelta(days=1))
    Dispatch.objects.filter(pk=rest.pk).update(issue=first.issue)
    assert names_in(mailing_list, "got_last", 1, now) == ["alice", "bob"]


def test_to_whom_mail_came_back_lately(mailing_list, readers, now):
    alice, bob, _charlie = readers.values()
    dispatch = issue_that_left(mailing_list, alice, bob, at=now)
    for one, days in ((alice, 3), (bob, 40)):
        dispatch.deliveries.filter(subscriber=one.subscriber).update(
            event=DeliveryEvent.BOUNCED, event_at=now - timedelta(days=days)
        )
    assert names_in(mailing_list, "came_back_within", 30, now) == ["alice"]


def test_who_got_one_issue_and_who_before_it_was_corrected(mailing_list, readers, now):
    alice, bob, _charlie = readers.values()
    dispatch = issue_that_left(mailing_list, alice, bob, at=now)
    corrected = Rendition.objects.create(
        issue=dispatch.issue, number=2, issue_version=2, subject="Rust", created_at=now
    )
    later = Batch.objects.create(
        dispatch=dispatch,
        number=2,
        rendition=corrected,
        state=BatchState.DONE,
        not_before=now,
        idempotency_key=Batch.key_for(dispatch.issue.uuid, 2, "sha"),
        size=1,
    )
    Delivery.objects.filter(subscriber=bob.subscriber).update(batch=later)
    Dispatch.objects.filter(pk=dispatch.pk).update(rendition=corrected)
    number = dispatch.issue.number

    assert names_in(mailing_list, "got_issue", number, now) == ["alice", "bob"]
    assert names_in(mailing_list, "got_earlier_text_of", number, now) == ["alice"]
    assert names_in(mailing_list, "got_issue", number + 1, now) == []
    assert names_in(mailing_list, "got_earlier_text_of", number + 1, now) == []


def test_who_got_it_at_an_address_they_gave_up_since_has_it(
    mailing_list, readers, admin_user, now
):
    alice, bob, _charlie = (reader.subscriber for reader in readers.values())
    dispatch = issue_that_left(mailing_list, readers["alice"], at=now)
    merge(bob, alice, by=admin_user, now=now)
    number = dispatch.issue.number

    assert names_in(mailing_list, "got_issue", number, now) == ["bob"]
    assert names_in(mailing_list, "got_earlier_text_of", number, now) == []
