"""What mail servers say of our mail by mail counts as what a provider tells."""

import random
from datetime import UTC, datetime

import pytest

from newsletter.delivery.messages import IssueMessages, whose_mail
from newsletter.delivery.models import DeliveryEvent
from newsletter.events import reported
from newsletter.events.mail_reports import reports_in
from newsletter.events.models import ProviderEvent
from newsletter.mistakes.inbound import receive
from newsletter.mistakes.models import ReaderMail
from subscribers.models import Subscription, SubscriptionState
from subscribers.suppression import is_suppressed
from tests.newsletter.events.conftest import PAYLOADS

SAMPLES = PAYLOADS.parent / "reports"
ADDRESS = "alice@example.nl"
READER = "<aaaqeayeaudaocajbifqydiob4.1234abcd@nieuws.example.nl>"
BOUNCED, DEFERRED = DeliveryEvent.BOUNCED, DeliveryEvent.DEFERRED
COMPLAINED = DeliveryEvent.COMPLAINED
# What each comes to: the event, and whether the address is blocked.
SAID = {
    "postfix-unknown": (BOUNCED, True),
    "postfix-delayed": (DEFERRED, False),
    "exim-full": (BOUNCED, False),
    "exim-unknown-with-a-hollow-code": (BOUNCED, True),
    "exchange-unknown": (BOUNCED, True),
    "exchange-policy": (BOUNCED, False),
    "gmail-unknown": (BOUNCED, True),
    "yahoo-spam": (COMPLAINED, True),
    "outlook-spam-without-an-address": (COMPLAINED, True),
    "opt-out": ("", False),
    "qmail-unknown": ("", False),
}


def sample(name, *, message_id=READER, address=ADDRESS):
    text = (SAMPLES / f"{name}.eml").read_text()
    text = text.replace("%message_id%", message_id).replace("%address%", address)
    return text.encode()


def about(delivery):
    messages = IssueMessages(delivery.dispatch.rendition)
    return messages.message_id(delivery.subscriber.uuid)


def test_every_sample_is_told_of_here():
    assert {path.stem for path in SAMPLES.iterdir()} == set(SAID)


@pytest.mark.parametrize("charset", ["idna", "undefined", "punycode"])
def test_a_report_is_understood_whatever_charset_its_words_claim(charset):
    raw = sample("postfix-unknown")
    raw = raw.replace(b"us-ascii\n\nYour", charset.encode() + b"\n\n\xcb Your")
    assert [one.kind for one in reports_in(raw)] == ["bounced"]


def test_our_message_id_tells_the_reader_and_how_the_issue_begins():
    reader, beginning = whose_mail(f"Message-ID: {READER}")
    assert reader.hex == "000102030405060708090a0b0c0d0e0f"
    assert beginning == "1234abcd"


@pytest.mark.parametrize("other", ["", "<1@x.nl>", "<abc.1234abcd@x.nl>"])
def test_the_message_id_of_another_mail_tells_nothing(other):
    assert whose_mail(other) is None
    told = reports_in(sample("gmail-unknown", message_id=other))
    assert not any(one.reader for one in told)


def test_the_words_of_the_server_come_before_a_hollow_code():
    (report,) = reports_in(sample("exim-unknown-with-a-hollow-code"))
    assert report.words.startswith("smtp; 550-5.1.1")
    assert report.words.endswith("5.0.0")
    assert report.at == datetime(2026, 11, 29, 7, 3, 11, tzinfo=UTC)


def test_the_same_report_is_the_same_event():
    once, again = (reports_in(sample("gmail-unknown"))[0] for _ in range(2))
    assert once == again
    other = reports_in(sample("exchange-unknown"))[0]
    assert other.event_id != once.event_id


def test_a_mail_that_reports_without_end_is_heard_for_a_while():
    head, fields = b"Final-Recipient: rfc822; ", b"Action: failed\n\n"
    said = sample("gmail-unknown")
    block = head + b"eve@example.nl\n" + fields
    at = said.index(b"Final-Recipient")
    assert 1 < len(reports_in(said[:at] + block * 500 + said[at:])) <= 20


def test_no_damage_to_a_report_is_an_error():
    dice = random.Random(6)
    for name in SAID:
        whole = sample(name)
        for _ in range(20):
            damaged = bytearray(whole)
            for _ in range(10):
                damaged[dice.randrange(len(damaged))] = dice.randrange(256)
            reports_in(bytes(damaged[: dice.randrange(len(damaged))]))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "event", "blocked"), [(n, *s) for n, s in SAID.items()]
)
def test_a_report_is_written_with_the_reader(alice, now, name, event, blocked):
    for _ in range(2):
        receive(sample(name, message_id=about(alice)), now=now)
    alice.refresh_from_db()
    assert alice.event == event
    assert is_suppressed(ADDRESS) == blocked
    # Understood or not, the mail itself is kept.
    assert ReaderMail.objects.count() == 1
    assert ProviderEvent.objects.count() == (name != "qmail-unknown")


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["opt-out", "yahoo-spam"])
def test_who_asks_to_be_spared_is_unsubscribed(alice, now, name):
    receive(sample(name, message_id=about(alice)), now=now)
    theirs = Subscription.objects.get(subscriber=alice.subscriber)
    assert theirs.state == SubscriptionState.UNSUBSCRIBED


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["gmail-unknown", "yahoo-spam"])
def test_nobody_is_blocked_by_a_report_with_anothers_message_id(alice, now, name):
    receive(sample(name, message_id=about(alice), address="bob@example.nl"), now=now)
    assert not is_suppressed("bob@example.nl")
    assert not is_suppressed(ADDRESS)
    assert not ProviderEvent.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "date", ["Mon, 01 Jan 0001 00:00:00 +2359", "Fri, 31 Dec 9999 23:59:59 -2359", "x"]
)
def test_a_clock_that_is_wrong_loses_no_report(alice, now, date):
    raw = sample("gmail-unknown", message_id=about(alice))
    receive(raw.replace(b"Sun, 29 Nov 2026 08:03:11 +0100", date.encode()), now=now)
    alice.refresh_from_db()
    assert (alice.event, alice.event_at) == (BOUNCED, now)


@pytest.mark.django_db
def test_what_cannot_be_recorded_is_kept_as_mail(alice, now, monkeypatch):
    def stumble(*told, **how):
        raise OverflowError

    monkeypatch.setattr(reported, "record_events", stumble)
    receive(sample("gmail-unknown", message_id=about(alice)), now=now)
    assert ReaderMail.objects.count() == 1


@pytest.mark.django_db
def test_a_report_of_an_issue_that_is_not_ours_is_kept_as_mail(alice, now):
    receive(sample("gmail-unknown"), now=now)
    assert ReaderMail.objects.count() == 1
    assert not ProviderEvent.objects.exists()
