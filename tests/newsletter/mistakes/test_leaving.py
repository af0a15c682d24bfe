"""A mail that says "uitschrijven": done, or the link goes to whose address it is."""

from datetime import timedelta

import pytest

from newsletter.mistakes.inbound import receive
from newsletter.mistakes.models import ReaderMail, ReaderMailAct, ReaderMailState
from newsletter.outbox.models import OutgoingMail
from subscribers.links import unsubscribe_url
from subscribers.models import Subscription, SubscriptionState, SuppressionReason
from subscribers.suppression import suppress
from tests.factories import SubscriptionFactory


@pytest.fixture
def sanne(mailing_list):
    return SubscriptionFactory(
        mailing_list=mailing_list, subscriber__address="Sanne@example.nl"
    )


def letter(words, *, sender="sanne@example.nl", to="redactie@example.nl", number=1):
    return (
        f"From: {sender}\nTo: {to}\nSubject: nieuwsbrief\n"
        f"Message-ID: <{number}@example.nl>\nReferences: <0@nieuws.example.nl>\n"
        f"Content-Type: text/plain; charset=utf-8\n\n{words}\n"
    ).encode()


def state_of(subscription):
    return Subscription.objects.get(pk=subscription.pk).state


def test_who_quotes_their_own_link_has_left(sanne, now):
    mail = receive(letter(f"Uitschrijven\n> {unsubscribe_url(sanne)}"), now=now)

    assert state_of(sanne) == SubscriptionState.UNSUBSCRIBED
    assert (mail.acted, mail.state) == (
        ReaderMailAct.UNSUBSCRIBED,
        ReaderMailState.HANDLED,
    )


def test_leaving_is_confirmed_below_their_own_mail(sanne, now):
    receive(letter(f"Uitschrijven\n> {unsubscribe_url(sanne)}"), now=now)

    answer = OutgoingMail.objects.get()
    assert (answer.purpose, answer.to_address) == ("unsubscribed", "Sanne@example.nl")
    assert answer.headers["In-Reply-To"] == "<1@example.nl>"
    assert answer.headers["References"] == "<0@nieuws.example.nl> <1@example.nl>"
    assert answer.headers["Auto-Submitted"] == "auto-replied"


def test_the_same_mail_twice_is_answered_once(sanne, now):
    raw = letter(f"Uitschrijven\n> {unsubscribe_url(sanne)}")
    receive(raw, now=now)
    receive(raw, now=now)

    assert OutgoingMail.objects.count() == ReaderMail.objects.count() == 1


def test_a_mail_to_their_own_address_to_leave_needs_no_words(sanne, now):
    receive(letter("", to=f"afmelden+{sanne.token}@example.nl"), now=now)

    assert state_of(sanne) == SubscriptionState.UNSUBSCRIBED


def test_a_sender_proves_nothing_so_the_link_goes_to_the_address_on_file(sanne, now):
    mail = receive(letter("Uitschrijven"), now=now)

    assert state_of(sanne) == SubscriptionState.CONFIRMED
    assert mail.acted == ReaderMailAct.LINK_MAILED
    sent = OutgoingMail.objects.get()
    assert sent.to_address == "Sanne@example.nl"
    assert unsubscribe_url(sanne) in sent.text


def test_whoever_writes_in_their_name_cannot_flood_them(sanne, now):
    for number in range(5):
        receive(letter("Uitschrijven", number=number), now=now)
    last = receive(letter("Afmelden", number=9), now=now + timedelta(hours=25))

    assert OutgoingMail.objects.filter(purpose="leave").count() == 2
    assert last.acted == ReaderMailAct.LINK_MAILED
    # Those for whom nothing was mailed wait for a person.
    assert ReaderMail.objects.filter(state=ReaderMailState.NEW).count() == 4


@pytest.mark.parametrize("sender", ["vreemde@example.org", "Oma Truus"])
def test_of_a_stranger_a_person_decides(sanne, now, sender):
    mail = receive(letter("Uitschrijven", sender=sender), now=now)

    assert (mail.acted, mail.state) == ("", ReaderMailState.NEW)
    assert not OutgoingMail.objects.exists()


def test_who_is_blocked_is_not_mailed(sanne, now):
    suppress(sanne.subscriber.address_hash, SuppressionReason.COMPLAINT, now)

    receive(letter("Uitschrijven"), now=now)
    receive(letter(f"Stop\n> {unsubscribe_url(sanne)}", number=2), now=now)

    assert state_of(sanne) == SubscriptionState.UNSUBSCRIBED
    assert not OutgoingMail.objects.exists()


def test_a_mail_with_the_links_of_two_readers_is_for_a_person(sanne, now):
    bob = SubscriptionFactory(subscriber__address="bob@example.nl")
    links = f"> {unsubscribe_url(sanne)}\n> {unsubscribe_url(bob)}"

    receive(letter(f"Uitschrijven\n{links}", sender="els@example.nl"), now=now)

    assert state_of(sanne) == state_of(bob) == SubscriptionState.CONFIRMED


def test_who_quotes_an_issue_that_a_friend_passed_on_leaves_and_not_the_friend(
    sanne, mailing_list, now
):
    bob = SubscriptionFactory(
        mailing_list=mailing_list, subscriber__address="bob@example.nl"
    )
    words = f"Uitschrijven\n> {unsubscribe_url(sanne)}"

    mail = receive(letter(words, sender="bob@example.nl"), now=now)

    assert state_of(sanne) == SubscriptionState.CONFIRMED
    assert mail.acted == ReaderMailAct.LINK_MAILED
    assert unsubscribe_url(bob) in OutgoingMail.objects.get().text


def test_a_readers_own_address_to_leave_is_believed_whoever_writes(sanne, now):
    SubscriptionFactory(subscriber__address="bob@example.nl")
    to = f"afmelden+{sanne.token}@example.nl"

    receive(letter("", sender="bob@example.nl", to=to), now=now)

    assert state_of(sanne) == SubscriptionState.UNSUBSCRIBED


def test_who_writes_from_another_address_is_believed_by_their_link(sanne, now):
    words = f"Uitschrijven\n> {unsubscribe_url(sanne)}"

    receive(letter(words, sender="sanne@werk.example"), now=now)

    assert state_of(sanne) == SubscriptionState.UNSUBSCRIBED


def test_who_also_points_at_a_mistake_is_read_by_a_person(sanne, now):
    words = "Ik wil me afmelden. En er staat een fout in het recept."
    mail = receive(letter(f"{words}\n> {unsubscribe_url(sanne)}"), now=now)

    assert mail.acted == ReaderMailAct.UNSUBSCRIBED
    assert mail.state == ReaderMailState.NEW
    assert mail.mistake_report


def test_who_may_be_in_need_is_read_by_a_person(sanne, now):
    words = "Ik wil niet meer leven. Schrijf me maar uit."
    mail = receive(letter(f"{words}\n> {unsubscribe_url(sanne)}"), now=now)

    assert (mail.acted, mail.state) == (
        ReaderMailAct.UNSUBSCRIBED,
        ReaderMailState.NEW,
    )
