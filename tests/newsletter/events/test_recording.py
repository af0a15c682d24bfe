"""What providers tell: kept once, folded whatever the order, heeded at once."""

import itertools
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from anymail.signals import AnymailTrackingEvent, EventType, RejectReason

from newsletter.delivery.account import issues_in_story
from newsletter.delivery.claiming import claim
from newsletter.delivery.control import stop
from newsletter.delivery.ledger import broken_invariants
from newsletter.delivery.models import (
    Batch,
    BatchState,
    Delivery,
    DeliveryEvent,
    DeliveryException,
)
from newsletter.delivery.progress import progress
from newsletter.events.meaning import is_permanent
from newsletter.events.models import ProviderEvent
from newsletter.events.recording import record_events
from subscribers.models import (
    Subscription,
    SubscriptionState,
    Suppression,
    SuppressionReason,
)
from subscribers.registry import Person
from subscribers.suppression import is_suppressed
from tests.factories import MailingListFactory, SubscriptionFactory

MORNING = datetime(2026, 11, 29, 7, 0, tzinfo=UTC)


def variables_of(delivery):
    return {
        "nl_issue": delivery.dispatch.issue.uuid.hex,
        "nl_reader": delivery.subscriber.uuid.hex,
    }


def told(delivery, kind, *, event_id="", minutes=0, **words):
    metadata = variables_of(delivery) if delivery else {}
    return AnymailTrackingEvent(
        event_type=kind,
        event_id=event_id or f"{kind}-{minutes}",
        timestamp=MORNING + timedelta(minutes=minutes),
        metadata=metadata,
        **words,
    )


def tell(event, now):
    return record_events([[event]], provider="Mailgun", now=now)


def event_of(delivery):
    delivery.refresh_from_db()
    return delivery.event


def test_an_event_is_written_with_the_reader(alice, now):
    assert tell(told(alice, EventType.DELIVERED), now)
    assert event_of(alice) == DeliveryEvent.DELIVERED
    assert alice.event_at == MORNING


def test_the_same_event_twice_is_kept_once(alice, now):
    assert tell(told(alice, EventType.DELIVERED), now)
    assert not tell(told(alice, EventType.DELIVERED), now)
    assert ProviderEvent.objects.count() == 1


def test_an_event_without_an_id_of_its_own_is_kept_once_too(alice, now):
    event = told(alice, EventType.DELIVERED)
    event.event_id = None
    tell(event, now)
    tell(event, now)
    assert ProviderEvent.objects.count() == 1


STORY = [
    (EventType.DEFERRED, "452 4.2.2 mailbox full"),
    (EventType.DELIVERED, "250 ok"),
    (EventType.BOUNCED, "552 5.2.2 absent"),
    (EventType.COMPLAINED, ""),
]


@pytest.mark.parametrize("order", list(itertools.permutations(range(len(STORY)))))
def test_the_order_in_which_events_come_does_not_matter(alice, now, order):
    for place in [*order, order[0]]:
        kind, words = STORY[place]
        tell(told(alice, kind, minutes=place, mta_response=words), now)
    assert event_of(alice) == DeliveryEvent.COMPLAINED
    assert alice.event_at == MORNING + timedelta(minutes=3)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_an_absence_note_after_the_delivery_changes_nothing(alice, now, order):
    events = [
        told(alice, EventType.DELIVERED),
        told(alice, EventType.BOUNCED, mta_response="5.2.2 on holiday", minutes=5),
    ]
    for place in order:
        tell(events[place], now)
    assert event_of(alice) == DeliveryEvent.DELIVERED
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0)])
def test_a_mailbox_that_proves_absent_later_counts_as_bounced(alice, now, order):
    events = [
        told(alice, EventType.DELIVERED),
        told(alice, EventType.BOUNCED, mta_response="452 4.2.2 full", minutes=2),
        told(alice, EventType.BOUNCED, mta_response="550 5.1.1 unknown", minutes=5),
    ]
    for place in order:
        tell(events[place], now)
    assert event_of(alice) == DeliveryEvent.BOUNCED
    assert alice.event_at == MORNING + timedelta(minutes=5)


@pytest.mark.parametrize(
    ("words", "reason", "hard"),
    [
        ("550 5.1.1 No such user", RejectReason.BOUNCED, True),
        ("550 5.1.10 RecipientNotFound", RejectReason.OTHER, True),
        ("smtp; 550-5.2.1 disabled", RejectReason.BOUNCED, True),
        ("552 5.2.2 mailbox full", RejectReason.BOUNCED, False),
        ("550 5.7.1 blocked, see 10.5.1.1", RejectReason.BOUNCED, False),
        ("421 4.4.1 timed out", RejectReason.TIMED_OUT, False),
        ("", RejectReason.INVALID, True),
        ("", RejectReason.BOUNCED, False),
        ("", RejectReason.BLOCKED, False),
        ("", RejectReason.SPAM, False),
        ("", None, False),
    ],
)
def test_the_status_code_says_whether_an_address_does_not_exist(words, reason, hard):
    event = AnymailTrackingEvent(
        event_type=EventType.BOUNCED, mta_response=words, reject_reason=reason
    )
    assert is_permanent(event) is hard


def test_an_address_that_does_not_exist_is_never_mailed_again(alice, readers, now):
    address = readers[0].subscriber.address
    tell(
        told(
            alice,
            EventType.BOUNCED,
            recipient=address,
            mta_response=f"550 5.1.1 <{address}> unknown",
        ),
        now,
    )
    suppression = Suppression.objects.get()
    assert suppression.reason == SuppressionReason.HARD_BOUNCE
    assert is_suppressed(address)


def test_what_is_kept_names_nobody(alice, now):
    tell(
        told(
            alice,
            EventType.BOUNCED,
            description="To: alice@example.nl\x00\u2028",
            mta_response="550 5.1.1 <alice@example.nl>",
        ),
        now,
    )
    kept = ProviderEvent.objects.get()
    assert "alice" not in kept.description
    assert "5.1.1" in kept.description


def test_a_hundred_thousand_times_our_mail_was_refused_blocks_nobody(alice, now):
    tell(told(alice, EventType.BOUNCED, mta_response="550 5.7.1 policy"), now)
    assert event_of(alice) == DeliveryEvent.BOUNCED
    assert not Suppression.objects.exists()


def test_a_refusal_for_what_we_are_is_written_with_the_reader(alice, readers, now):
    tell(told(alice, EventType.BOUNCED, mta_response="550 5.7.1 policy"), now)
    person = Person((readers[0].subscriber_id,), (), ())
    (trouble,) = [one for one in issues_in_story(person, 9) if one.kind == "trouble"]
    assert trouble.more == (
        "de mailserver van deze lezer neemt geen mail van ons aan (code 5.7.1)",
    )
    tell(told(alice, EventType.DELIVERED, minutes=1), now)
    alice.refresh_from_db()
    assert (alice.event, alice.reason) == (DeliveryEvent.DELIVERED, "")


def test_a_complaint_ends_every_subscription_and_blocks(alice, readers, now):
    other = SubscriptionFactory(
        subscriber=readers[0].subscriber,
        mailing_list=MailingListFactory(slug="woensdag"),
    )
    tell(told(alice, EventType.COMPLAINED), now)
    for subscription in (readers[0], other):
        subscription.refresh_from_db()
        assert subscription.state == SubscriptionState.UNSUBSCRIBED
        assert subscription.unsubscribed_through == "complaint"
    assert is_suppressed(readers[0].subscriber.address)


def test_an_unsubscription_at_the_provider_ends_that_list_only(alice, readers, now):
    other = SubscriptionFactory(
        subscriber=readers[0].subscriber,
        mailing_list=MailingListFactory(slug="woensdag"),
    )
    tell(told(alice, EventType.UNSUBSCRIBED), now)
    states = Subscription.objects.in_bulk([readers[0].pk, other.pk])
    assert states[readers[0].pk].state == SubscriptionState.UNSUBSCRIBED
    assert states[other.pk].state == SubscriptionState.CONFIRMED


def test_the_address_that_bounced_is_blocked_not_the_one_of_today(alice, now):
    tell(
        told(
            alice,
            EventType.BOUNCED,
            recipient="alice@oud.example.nl",
            mta_response="5.1.1",
        ),
        now,
    )
    assert is_suppressed("Alice@oud.example.nl")
    assert not is_suppressed("alice@example.nl")


def test_a_confirmation_mail_that_bounces_blocks_its_address_too(db, now):
    tell(told(None, EventType.BOUNCED, recipient="x@y.nl", mta_response="5.1.1"), now)
    assert is_suppressed("x@y.nl")
    assert ProviderEvent.objects.get().delivery_id is None


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        {"nl_reader": "1"},
        {"nl_reader": "٣", "nl_issue": "no issue"},
        {"nl_reader": "9" * 40, "nl_issue": "0" * 32},
        {"nl_reader": "0" * 32, "nl_issue": "0" * 32},
    ],
)
def test_an_event_with_foreign_numbers_is_kept_and_touches_nobody(alice, now, metadata):
    event = told(alice, EventType.DELIVERED)
    event.metadata = metadata
    tell(event, now)
    assert ProviderEvent.objects.get().delivery_id is None
    assert not event_of(alice)


def test_a_number_of_another_installation_touches_nobody(alice, now):
    event = told(alice, EventType.BOUNCED)
    event.metadata["nl_issue"] = "f" * 32
    tell(event, now)
    assert not event_of(alice)


@pytest.mark.parametrize("kind", [EventType.OPENED, EventType.CLICKED])
def test_who_opened_or_pressed_is_not_kept(alice, now, kind):
    tell(told(alice, kind), now)
    assert not ProviderEvent.objects.exists()


def test_a_mail_that_the_provider_rejected_after_all_is_said_so(alice, now):
    tell(told(alice, EventType.REJECTED, reject_reason=RejectReason.BLOCKED), now)
    alice.refresh_from_db()
    assert (alice.exception, alice.reason) == (DeliveryException.REJECTED, "blocked")


@pytest.mark.parametrize("count", [1, 2, 3])
def test_an_event_settles_an_uncertain_reader(dispatch, batch, now, count):
    Batch.objects.filter(pk=batch.pk).update(state=BatchState.UNKNOWN)
    Delivery.objects.update(exception=DeliveryException.UNKNOWN)
    for delivery in Delivery.objects.order_by("pk")[:count]:
        tell(told(delivery, EventType.DELIVERED, event_id=str(delivery.pk)), now)
    counted = progress(dispatch)
    assert (counted.accepted, counted.unknown) == (count, 3 - count)
    assert not broken_invariants(now=now)


def test_who_waits_but_has_it_according_to_an_event_gets_it_no_more(
    dispatch,
    batch,
    alice,
    now,
):
    tell(told(alice, EventType.DELIVERED), now)
    (claimed,) = claim(batch.pk, uuid4(), now=now)
    assert alice.pk not in {reader.delivery_id for reader in claimed.recipients}
    assert len(claimed.recipients) == 2
    assert progress(dispatch).accepted == 1
    assert not broken_invariants(now=now)


def test_who_was_spared_but_has_it_according_to_an_event_is_counted(
    dispatch,
    alice,
    now,
    admin_user,
):
    stop(dispatch, by=admin_user, now=now)
    tell(told(alice, EventType.DELIVERED), now)
    counted = progress(dispatch)
    assert (counted.accepted, counted.cancelled) == (1, 2)
    assert not broken_invariants(now=now)
