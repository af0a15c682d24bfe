"""A single mail that comes back is noted at it, and judged as a mail of an issue is."""

import pytest
from anymail.signals import AnymailTrackingEvent, EventType

from newsletter.events.models import ProviderEvent
from newsletter.events.recording import record_events
from newsletter.events.reported import returned_in_story
from newsletter.mistakes.inbound import receive
from newsletter.mistakes.models import ReaderMail, ReaderMailState
from newsletter.outbox.messages import message_id
from newsletter.outbox.models import OutgoingMail, OutgoingMailState
from newsletter.outbox.returned import mail_called
from subscribers.addresses import address_hash
from subscribers.models import Subscription, SubscriptionState
from subscribers.registry import Person
from subscribers.suppression import is_suppressed
from tests.factories import SubscriptionFactory
from tests.newsletter.events.test_mail_reports import ADDRESS, sample

pytestmark = pytest.mark.django_db


@pytest.fixture
def confirmation(now):
    """What somebody got, of whom we know no more than the hash."""
    return OutgoingMail.objects.create(
        purpose="confirm",
        key="confirm-1",
        to_hash=address_hash(ADDRESS),
        from_header="Rock <zondag@nieuws.example.nl>",
        state=OutgoingMailState.ACCEPTED,
        not_before=now,
        created_at=now,
        accepted_at=now,
    )


def came_back(mail, name, now, **more):
    for _ in range(2):
        receive(sample(name, message_id=message_id(mail), **more), now=now)
    mail.refresh_from_db()
    return mail


@pytest.mark.parametrize(
    ("name", "blocked"),
    [
        ("postfix-unknown", True),
        ("gmail-unknown", True),
        ("exim-full", False),
        ("exchange-policy", False),
        ("yahoo-spam", True),
    ],
)
def test_it_is_noted_once_without_the_address(confirmation, now, name, blocked):
    mail = came_back(confirmation, name, now)
    assert mail.last_error.startswith("Kwam terug: ")
    assert ADDRESS not in mail.last_error
    assert mail.state == OutgoingMailState.ACCEPTED
    assert is_suppressed(ADDRESS) == blocked
    assert ProviderEvent.objects.count() == 1
    assert ReaderMail.objects.get().state == ReaderMailState.FILED


def test_a_delay_is_no_return(confirmation, now):
    assert came_back(confirmation, "postfix-delayed", now).last_error == ""


def test_what_a_provider_tells_of_it_is_noted_as_well(confirmation, now):
    event = AnymailTrackingEvent(
        event_type=EventType.BOUNCED,
        event_id="1",
        recipient=ADDRESS,
        message_id=message_id(confirmation).strip("<>"),
        mta_response="550 5.1.1 no such user",
    )
    record_events([[event]], provider="Mailgun", now=now)
    confirmation.refresh_from_db()
    assert "5.1.1" in confirmation.last_error
    assert is_suppressed(ADDRESS)


def test_it_is_told_with_whoever_it_was_for(confirmation, now):
    came_back(confirmation, "gmail-unknown", now)
    person = Person(ids=(), addresses=(), hashes=(address_hash(ADDRESS),))
    [told] = returned_in_story(person, 9)
    assert (told.at, told.kind) == (now, "trouble")
    assert told.more[0].startswith("Kwam terug: ")
    other = Person(ids=(), addresses=(), hashes=("0" * 64,))
    assert returned_in_story(other, 9) == []


def test_who_calls_it_spam_without_naming_themselves_is_unsubscribed(confirmation, now):
    reader = SubscriptionFactory(subscriber__address=ADDRESS).subscriber
    came_back(confirmation, "outlook-spam-without-an-address", now)
    assert is_suppressed(ADDRESS)
    place = Subscription.objects.get(subscriber=reader)
    assert place.state == SubscriptionState.UNSUBSCRIBED


def test_a_report_that_names_another_address_changes_nothing(confirmation, now):
    mail = came_back(confirmation, "gmail-unknown", now, address="bob@example.nl")
    assert mail.last_error == ""
    assert not is_suppressed("bob@example.nl")
    assert not is_suppressed(ADDRESS)


def test_an_id_that_somebody_makes_up_leads_to_no_mail(confirmation):
    assert mail_called(f"x {message_id(confirmation)}") == confirmation
    made_up = f"<mail.{confirmation.pk}.{'0' * 24}@nieuws.example.nl>"
    assert mail_called(made_up) is None
    assert mail_called("<mail.999999999999999999.") is None
