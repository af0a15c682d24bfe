"""One address that a provider cannot stand does not keep the others from their mail."""

from dataclasses import replace

import pytest

from newsletter.delivery import providers
from newsletter.delivery.control import resume
from newsletter.delivery.draining import hand_over_all_that_is_due
from newsletter.delivery.ledger import broken_invariants
from newsletter.delivery.models import (
    BatchState,
    Delivery,
    DeliveryException,
    DispatchState,
)
from newsletter.delivery.preparation import start
from subscribers.consent import unsubscribe
from tests.factories import SubscriptionFactory, UserFactory

GROUP = 8


@pytest.fixture
def two_groups(mailgun, scheduled, mailing_list, now, monkeypatch, settings):
    """Sixteen readers in two groups; the last one cannot be mailed."""
    # Other threads would not see what this test has not committed.
    settings.SEND_THREADS = 1
    small = replace(providers.PROVIDERS["mailgun"], batch_limit=GROUP)
    monkeypatch.setitem(providers.PROVIDERS, "mailgun", small)
    readers = SubscriptionFactory.create_batch(2 * GROUP, mailing_list=mailing_list)
    mailgun.refused_addresses = {readers[-1].subscriber.address}
    start(scheduled.pk, now=now)
    return scheduled


def test_only_the_refused_reader_stays_behind(two_groups, mailgun, clock, now):
    hand_over_all_that_is_due(clock=clock)
    rejected = Delivery.objects.get(exception=DeliveryException.REJECTED)
    assert {rejected.subscriber.address} == mailgun.refused_addresses
    assert len(mailgun.accepted()) == 2 * GROUP - 1
    two_groups.refresh_from_db()
    assert two_groups.state == DispatchState.SENT
    assert broken_invariants(now=now) == []


def test_halving_finds_the_refused_reader_in_few_requests(two_groups, mailgun, clock):
    hand_over_all_that_is_due(clock=clock)
    # The first group, then refusals of 8, 4, 2 and 1, each with another half that left.
    assert mailgun.requests == 1 + 4 + 3


def test_a_first_group_that_is_refused_waits_for_a_person(two_groups, mailgun, clock):
    mailgun.faults = ["400"] * 20
    hand_over_all_that_is_due(clock=clock)
    two_groups.refresh_from_db()
    assert mailgun.requests == 1
    assert two_groups.state == DispatchState.PAUSED
    assert two_groups.batches.filter(state=BatchState.FAILED).count() == 1


def test_a_wrong_key_is_never_about_a_reader(two_groups, mailgun, clock):
    mailgun.faults = ["", "401"]
    hand_over_all_that_is_due(clock=clock)
    two_groups.refresh_from_db()
    assert two_groups.state == DispatchState.PAUSED
    assert mailgun.requests == 2


def test_whoever_left_stays_with_a_group_that_is_halved(
    two_groups, mailgun, clock, now
):
    last = two_groups.batches.order_by("number").last()
    leaver = last.deliveries.order_by("pk").first().subscriber
    unsubscribe(leaver.subscriptions.get(), through="page", now=now)
    hand_over_all_that_is_due(clock=clock)
    assert len(mailgun.accepted()) == 2 * GROUP - 2
    assert broken_invariants(now=now) == []


def test_a_publisher_who_goes_on_has_the_first_group_halved(
    two_groups, mailgun, clock, now
):
    first = two_groups.batches.order_by("number").first()
    reader = first.deliveries.order_by("pk").first().subscriber
    mailgun.refused_addresses = {reader.address}
    hand_over_all_that_is_due(clock=clock)
    two_groups.refresh_from_db()
    assert two_groups.state == DispatchState.PAUSED
    assert not mailgun.accepted()
    publisher = UserFactory()
    for _press in range(4):
        two_groups.refresh_from_db()
        if two_groups.state == DispatchState.PAUSED:
            resume(two_groups, by=publisher, now=now)
        hand_over_all_that_is_due(clock=clock)
    two_groups.refresh_from_db()
    assert two_groups.state == DispatchState.SENT
    assert len(mailgun.accepted()) == 2 * GROUP - 1
    assert broken_invariants(now=now) == []
