"""What became of the last issues, counted from the rows."""

from datetime import timedelta

import pytest

from newsletter.delivery.models import Delivery, DeliveryEvent, Dispatch
from newsletter.reports.recent import last_audience, recent_accounts
from tests.factories import SubscriberFactory, SubscriptionFactory
from tests.newsletter.admin.front_page import a_dispatch_that_left
from tests.newsletter.reports.left import an_issue_that_left


@pytest.fixture
def left(mailing_list, now):
    return a_dispatch_that_left(mailing_list, readers=3, at=now - timedelta(weeks=1))


def only(mailing_list, now):
    [account] = recent_accounts(mailing_list, now=now, count=8)
    return account


def test_an_account_counts_who_has_it_and_what_came_back(left, mailing_list, now):
    first, second, _third = left.deliveries.order_by("pk")
    Delivery.objects.filter(pk=first.pk).update(event=DeliveryEvent.BOUNCED)
    Delivery.objects.filter(pk=second.pk).update(event=DeliveryEvent.COMPLAINED)

    account = only(mailing_list, now)

    assert account.progress.accepted == 3
    assert (account.bounced, account.complained) == (1, 1)


@pytest.mark.parametrize(
    ("provider", "known"),
    [("mailgun", 0), ("smtp", None), ("local", None), ("mailersend", None)],
)
def test_nothing_told_is_only_nothing_where_the_provider_tells(
    left, mailing_list, now, provider, known
):
    Dispatch.objects.update(provider=provider)

    account = only(mailing_list, now)

    assert (account.bounced, account.complained) == (known, known)


def test_who_leaves_counts_for_the_issue_they_had_last(left, mailing_list, now):
    a_dispatch_that_left(mailing_list, readers=3, at=now)
    for moment in (
        left.started_at - timedelta(hours=1),
        left.started_at + timedelta(hours=1),
        now + timedelta(hours=1),
        now + timedelta(hours=2),
    ):
        SubscriptionFactory(
            mailing_list=mailing_list, unsubscribed=True, unsubscribed_at=moment
        )

    accounts = recent_accounts(mailing_list, now=now + timedelta(days=1), count=8)

    assert [account.unsubscribed for account in accounts] == [2, 1]


@pytest.mark.parametrize(
    "place",
    [
        {"confirmed_at": None},
        {"unsubscribed_through": "merged"},
        {"unsubscribed_through": "not confirmed in time"},
    ],
    ids=["taken in as left", "read on at another address", "had left before"],
)
def test_who_did_not_read_or_reads_on_did_not_leave(left, mailing_list, now, place):
    SubscriptionFactory(
        mailing_list=mailing_list, unsubscribed=True, unsubscribed_at=now, **place
    )
    assert only(mailing_list, now + timedelta(days=1)).unsubscribed == 0


def test_a_mail_to_some_is_left_by_its_own_readers_and_ends_no_other(
    left, mailing_list, now
):
    some = an_issue_that_left(mailing_list, at=now, readers=[{}], aim={"segment": 1})
    for subscriber in (some.deliveries.get().subscriber, SubscriberFactory()):
        SubscriptionFactory(
            mailing_list=mailing_list,
            subscriber=subscriber,
            unsubscribed=True,
            unsubscribed_at=now + timedelta(hours=1),
        )

    accounts = recent_accounts(mailing_list, now=now + timedelta(days=1), count=8)

    assert [account.unsubscribed for account in accounts] == [1, 2]


def test_the_newest_comes_first_and_no_more_than_asked(left, mailing_list, now):
    newer = a_dispatch_that_left(mailing_list, readers=3, at=now)

    accounts = recent_accounts(mailing_list, now=now, count=1)

    assert [account.dispatch.pk for account in accounts] == [newer.pk]


def test_before_the_first_issue_there_is_no_account(mailing_list, now):
    assert recent_accounts(mailing_list, now=now, count=8) == []
    assert last_audience(mailing_list) is None


def test_the_last_audience_is_that_of_the_issue_as_it_was_meant(
    left, mailing_list, now
):
    assert last_audience(mailing_list) == 3
