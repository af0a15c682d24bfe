"""Who asks to be answered elsewhere is, unless that is a list, a machine or us."""

from uuid import uuid4

import pytest

from newsletter.mistakes.answer_address import address_to_answer
from newsletter.mistakes.answering import answer
from newsletter.mistakes.inbound import receive
from newsletter.mistakes.letters import CannotWrite, why_not
from newsletter.mistakes.models import ReaderMail
from newsletter.mistakes.reading import read
from newsletter.outbox.models import OutgoingMail
from subscribers.addresses import address_hash
from subscribers.models import FormerAddress, SuppressionReason
from subscribers.privacy import erase
from subscribers.suppression import suppress
from tests.factories import SubscriptionFactory
from tests.newsletter.admin.colleagues import log_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mailing_list")]
HOME = "sanne@thuis.example.nl"


def mail(*headers, sender="Sanne <sanne@werk.example.nl>"):
    lines = [f"From: {sender}", "Subject: Brood", "Message-ID: <a@werk>", *headers]
    return "\r\n".join([*lines, "", "Klopt dat kwartier wel?"]).encode()


def asked(*headers, **more):
    return address_to_answer(read(mail(*headers, **more)))


def test_one_other_address_is_heeded():
    assert asked(f"Reply-To: Sanne Bos <{HOME}>") == HOME


@pytest.mark.parametrize(
    "headers",
    [
        (),
        ("Reply-To: SANNE@werk.example.nl",),
        (f"Reply-To: {HOME}, joep@example.nl",),
        (f"Reply-To: {HOME}", "Reply-To: joep@example.nl"),
        ("Reply-To: Sanne",),
        ("Reply-To: sanne@localhost",),
        ("Reply-To: no-reply@example.nl",),
        ("Reply-To: mailer-daemon@example.nl",),
        ("Reply-To: Reactie+abc@example.nl",),
        ("Reply-To: iemand@in.example.nl",),
        ("Reply-To: zondag@nieuws.example.nl",),
        ("Reply-To: vrienden@example.nl", "List-Id: <vrienden.example.nl>"),
        ("Reply-To: vrienden@example.nl", "Precedence: list"),
    ],
)
def test_the_sender_is_answered_where_another_address_makes_no_sense(
    headers, settings, mailing_list
):
    settings.INBOUND_DOMAIN = "In.example.nl"
    type(mailing_list).objects.update(sender_address="Zondag@nieuws.example.nl")
    assert asked(*headers) == ""


def test_the_answer_leaves_for_there_and_the_desk_says_so_before(client, els, now):
    kept = receive(mail(f"Reply-To: {HOME}"), now=now)
    log_in(client, "Redactie")
    page = f"/admin/newsletter/readermail/{kept.pk}/change/"
    html = client.get(page).content.decode()
    assert f"gaat naar {HOME}" in html
    assert "(Reply-To)" in html

    answer(kept, "Ja.", press=uuid4(), by=els, now=now)

    sent = OutgoingMail.objects.get(purpose="answer to a reader")
    assert (sent.to_address, sent.to_hash) == (HOME, address_hash(HOME))


def test_who_writes_from_where_nobody_reads_is_answered_where_they_ask(els, now):
    sender = "Webmail <no-reply@webmail.example.nl>"
    assert "niemand" in why_not(receive(mail(sender=sender), now=now))
    sender = sender.replace("no-reply", "noreply")
    asks = receive(mail(f"Reply-To: {HOME}", sender=sender), now=now)
    assert (asks.answers_go_to, why_not(asks)) == (HOME, "")


def test_a_person_whose_address_looks_like_a_lists_is_answered(now):
    kept = receive(mail(sender="Joep <boot-owner@klein.example.nl>"), now=now)
    assert why_not(kept) == ""


@pytest.mark.parametrize("blocked", [HOME, "sanne@werk.example.nl"])
def test_neither_of_two_addresses_may_be_blocked(els, now, blocked):
    kept = receive(mail(f"Reply-To: {HOME}"), now=now)
    suppress(address_hash(blocked), SuppressionReason.COMPLAINT, now)
    with pytest.raises(CannotWrite):
        answer(kept, "Ja.", press=uuid4(), by=els, now=now)


@pytest.mark.parametrize("address", [HOME, "bos@nu.example.nl"])
def test_where_to_answer_is_forgotten_with_whoever_reads_or_read_there(now, address):
    receive(mail(f"Reply-To: {HOME}"), now=now)
    reader = SubscriptionFactory(subscriber__address=address).subscriber
    FormerAddress.objects.create(subscriber=reader, address_hash=address_hash(HOME))
    erase(reader, channel="admin", now=now)
    kept = ReaderMail.objects.get()
    assert (kept.answer_address, kept.from_address) == ("", "sanne@werk.example.nl")
