"""One message a reader over one connection, and what it looks like on the wire."""

import re
from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from newsletter.delivery.ledger import broken_invariants
from newsletter.delivery.models import (
    Batch,
    BatchState,
    Delivery,
    DeliveryException,
    DispatchState,
)
from newsletter.delivery.preparation import start
from newsletter.delivery.progress import progress
from newsletter.delivery.reconciling import reconcile
from newsletter.delivery.smtp import hang_up
from newsletter.delivery.submission import submit_batch
from newsletter.delivery.sweeping import sweep
from newsletter.issues.blocks import OpeningBlock
from newsletter.rendering.freezing import freeze
from subscribers.models import MailingList, Subscriber
from tests.fake_smtp import FakeSmtp

ONCE = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "MIME-Version",
    "Content-Type",
    "List-ID",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "Reply-To",
]
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]")


@pytest.fixture(params=[False, True], ids=["in turn", "pipelining"])
def smtp(settings, request):
    with FakeSmtp(pipelines=request.param) as server:
        settings.EMAIL_PROVIDER = "smtp"
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_TIMEOUT = 5
        yield server
        hang_up()


@pytest.fixture
def batch(smtp, scheduled, readers, now):
    start(scheduled.pk, now=now)
    return scheduled.batches.get()


def recipients(smtp):
    return sorted(to for to, _content in smtp.received)


def states(dispatch):
    batches = Batch.objects.filter(dispatch=dispatch).order_by("number")
    return [(batch.state, batch.size) for batch in batches]


def test_a_group_goes_over_one_connection(smtp, batch, clock):
    submit_batch(batch.pk, clock=clock)
    assert recipients(smtp) == [
        "alice@example.nl",
        "bob@example.nl",
        "charlie@example.nl",
    ]
    assert smtp.connections == 1


NASTY = {
    "plain": ("Rust", ["Sanne", "", "Zoë"]),
    "signs": ("Zó mooi 🌷 en “stil”", ["İbrahim O'Neil", "<b>x</b>", "👩🏽‍🚀"]),
    "long": ("Vraag " + "lang " * 28, ["Æ" * 60, "a" * 60, "."]),
    "coded": ("=? {{ y }} %recipient.x%", ["=?utf-8?q?x?=", "{{ x }}", "=20"]),
}


@pytest.mark.parametrize(("subject", "names"), NASTY.values(), ids=NASTY)
def test_every_mail_keeps_the_wire_contract(
    smtp, scheduled, issue, readers, clock, now, subject, names
):
    OpeningBlock.objects.create(parent=issue, ordering=1, body="<p>Dag.</p>")
    issue.subject = subject[:150].strip()
    issue.save()
    rendition = freeze(issue, by=None, now=now)
    type(scheduled).objects.filter(pk=scheduled.pk).update(rendition=rendition)
    for reader, name in zip(readers, names, strict=True):
        Subscriber.objects.filter(pk=reader.subscriber_id).update(first_name=name)
    start(scheduled.pk, now=now)
    submit_batch(scheduled.batches.get().pk, clock=clock)
    assert len(smtp.received) == 3
    by_address = {reader.subscriber.address: reader for reader in readers}
    for to, content in smtp.received:
        refuse_broken_contract(content, by_address[to], rendition)


def refuse_broken_contract(content, reader, rendition):
    head, _gap, _body = content.partition(b"\r\n\r\n")
    assert head.isascii()
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(map(len, content.split(b"\r\n"))) <= 998
    message = message_from_bytes(content, policy=policy.default)
    assert [len(message.get_all(name, [])) for name in ONCE] == [1] * len(ONCE)
    for name, value in message_from_bytes(content).items():
        assert name in ("Subject", "From", "To", "Reply-To") or "=?" not in value
    refuse_broken_list_headers(message, reader)
    text, html = message.iter_parts()
    assert text.get_content_type() == "text/plain"
    assert html.get_content_type() == "text/html"
    for part in (text, html):
        assert part.get_content_charset() == "utf-8"
        assert not CONTROLS.search(part.get_content())
        assert reader.token in part.get_content()
        assert "\ue000" not in part.get_content()
        assert "Lindelaan 1" in part.get_content()
    assert len(html.get_payload(decode=True)) < 90_000
    assert message["Subject"] == rendition.subject
    assert message["To"] == reader.subscriber.address


def refuse_broken_list_headers(message, reader):
    # https in production (checks.E005); the site of the tests is on this machine.
    assert re.fullmatch(r"<https?://[^<>\s]+>", message["List-Unsubscribe"])
    assert reader.token in message["List-Unsubscribe"]
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(r"<[a-z0-9.-]+>", message["List-ID"])
    assert re.fullmatch(
        r"<[a-z2-7]{26}\.[0-9a-f]+@nieuws\.example\.nl>", message["Message-ID"]
    )
    assert message["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert message["Precedence"] == "bulk"
    # People write an issue: RFC 3834 keeps this header for machines.
    assert message["Auto-Submitted"] is None


def test_no_two_mails_have_the_same_message_id(smtp, batch, clock):
    submit_batch(batch.pk, clock=clock)
    ids = {message_from_bytes(content)["Message-ID"] for _to, content in smtp.received}
    assert len(ids) == 3


def test_a_sender_with_accents_and_quotes_stays_one_name(smtp, batch, clock):
    MailingList.objects.update(sender_name='Zoë "Rock", jouw; <inbox>')
    submit_batch(batch.pk, clock=clock)
    message = message_from_bytes(smtp.received[0][1], policy=policy.default)
    (address,) = message["From"].addresses
    assert address.display_name == 'Zoë "Rock", jouw; <inbox>'
    assert address.addr_spec == "zondag@nieuws.example.nl"


def test_a_refused_mailbox_is_the_exception_and_the_others_get_theirs(
    smtp, batch, scheduled, clock, now
):
    smtp.refusals = {"bob@example.nl": "550 5.1.1 unknown"}
    submit_batch(batch.pk, clock=clock)
    bob = Delivery.objects.get(exception=DeliveryException.REJECTED)
    assert bob.subscriber.first_name == "Bob"
    assert bob.reason == "SMTP 550"
    assert recipients(smtp) == ["alice@example.nl", "charlie@example.nl"]
    scheduled.refresh_from_db()
    assert scheduled.state == DispatchState.SENT
    assert not broken_invariants(now=now)


def test_when_every_mailbox_is_refused_it_is_not_about_mailboxes(
    smtp, batch, readers, scheduled, clock
):
    smtp.refusals = {r.subscriber.address: "550 5.7.1 no relay" for r in readers}
    submit_batch(batch.pk, clock=clock)
    scheduled.refresh_from_db()
    assert scheduled.state == DispatchState.PAUSED
    assert Batch.objects.get().state == BatchState.FAILED


def test_a_busy_mailbox_waits_and_keeps_nobody_else_waiting(
    smtp, batch, scheduled, clock, now
):
    smtp.refusals = {"alice@example.nl": "451 4.7.1 greylisted"}
    submit_batch(batch.pk, clock=clock)
    assert states(scheduled) == [(BatchState.DONE, 2), (BatchState.READY, 1)]
    smtp.refusals = {}
    later = now + timedelta(minutes=31)
    for batch_id in sweep(later).to_submit:
        submit_batch(batch_id, clock=lambda: later)
    assert recipients(smtp) == [
        "alice@example.nl",
        "bob@example.nl",
        "charlie@example.nl",
    ]
    assert progress(scheduled).accepted == 3
    assert not broken_invariants(now=later)


def test_a_mailbox_that_stays_busy_is_given_up_the_same_day(
    smtp, batch, scheduled, clock, now
):
    smtp.refusals = {"alice@example.nl": "452 4.2.2 full"}
    submit_batch(batch.pk, clock=clock)
    much_later = now + timedelta(hours=7)
    for batch_id in sweep(much_later).to_submit:
        submit_batch(batch_id, clock=lambda: much_later)
    counted = progress(scheduled)
    assert (counted.accepted, counted.rejected, counted.waiting) == (2, 1, 0)
    scheduled.refresh_from_db()
    assert scheduled.state == DispatchState.SENT
    assert not broken_invariants(now=much_later)


def test_421_puts_the_rest_off_and_nobody_is_uncertain(smtp, batch, scheduled, clock):
    smtp.before_mail = ["", "421 too much"]
    submit_batch(batch.pk, clock=clock)
    assert states(scheduled) == [(BatchState.DONE, 1), (BatchState.READY, 2)]
    assert recipients(smtp) == ["alice@example.nl"]


@pytest.mark.parametrize("answer", ["451 try later", "421 shutting down"])
def test_a_temporary_answer_to_the_mail_itself_is_no_acceptance(
    smtp, batch, scheduled, clock, answer
):
    smtp.after_data = ["", answer]
    submit_batch(batch.pk, clock=clock)
    assert states(scheduled) == [(BatchState.DONE, 1), (BatchState.READY, 2)]


def test_content_that_is_refused_for_one_reader_is_that_readers_exception(
    smtp, batch, scheduled, clock
):
    smtp.after_data = ["", "554 5.6.0 no"]
    submit_batch(batch.pk, clock=clock)
    assert progress(scheduled).rejected == 1


def test_a_connection_lost_after_the_mail_leaves_one_reader_uncertain(
    smtp, batch, scheduled, clock, now, settings
):
    smtp.after_data = ["", "cut"]
    submit_batch(batch.pk, clock=clock)
    assert states(scheduled) == [
        (BatchState.DONE, 1),
        (BatchState.AMBIGUOUS, 1),
        (BatchState.READY, 1),
    ]
    uncertain = Batch.objects.get(state=BatchState.AMBIGUOUS)
    later = now + timedelta(seconds=settings.QUARANTINE_SECONDS + 60)
    reconcile(uncertain.pk, now=later)
    for batch_id in sweep(later).to_submit:
        submit_batch(batch_id, clock=lambda: later)
    # Nobody asked the provider: bob is shown by name and never mailed again by itself.
    assert recipients(smtp).count("bob@example.nl") == 1
    counted = progress(scheduled)
    assert (counted.accepted, counted.unknown) == (2, 1)
    scheduled.refresh_from_db()
    assert scheduled.state == DispatchState.SENT
    assert not broken_invariants(now=later)


def test_a_server_that_is_not_there_took_nothing(batch, scheduled, clock, settings):
    settings.EMAIL_PORT = 1
    submit_batch(batch.pk, clock=clock)
    assert states(scheduled) == [(BatchState.READY, 3)]


def test_a_refused_log_in_pauses(smtp, batch, scheduled, clock, settings):
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = "wrong"
    submit_batch(batch.pk, clock=clock)
    # This server offers no AUTH at all: nothing has left, and a person must look.
    assert states(scheduled) == [(BatchState.FAILED, 3)]
    scheduled.refresh_from_db()
    assert scheduled.state == DispatchState.PAUSED
