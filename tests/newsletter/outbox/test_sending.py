"""Sending the outbox: claimed once, tried again, emptied, never a poisoned queue."""

import logging
import smtplib
import time
from datetime import timedelta

import pytest
from django.core import mail as django_mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils.translation import gettext

from newsletter.outbox.forgetting import forget_mail_to
from newsletter.outbox.messages import message_id
from newsletter.outbox.models import OutgoingMail, OutgoingMailState
from newsletter.outbox.sending import MOST_TRIES, retry_wait, send_due

pytestmark = pytest.mark.django_db
FAILING = "tests.newsletter.outbox.test_sending.FailingBackend"


class FailingBackend:
    """Refuses as told; counts what it was offered."""

    error: Exception = OSError("connection reset by canary@example.nl")
    offered: list[object] = []

    def __init__(self, *args, **kwargs):
        pass

    def send_messages(self, messages):
        type(self).offered.extend(messages)
        raise type(self).error

    def close(self):
        raise OSError("already closed")


class Killed(BaseException):
    """The worker's process ends."""


class KillingBackend(EmailBackend):
    """Takes its worker along."""

    def send_messages(self, messages):
        raise Killed


class SlowBackend(EmailBackend):
    """Needs more time for one message than there is for all."""

    def send_messages(self, messages):
        time.sleep(0.11)
        return len(messages)


@pytest.fixture
def failing(settings):
    settings.EMAIL_BACKEND = FAILING
    FailingBackend.error = OSError("connection reset by canary@example.nl")
    FailingBackend.offered = []
    return FailingBackend


def outgoing(now, **columns):
    number = OutgoingMail.objects.count() + 1
    return OutgoingMail.objects.create(
        **{
            "purpose": "confirm",
            "key": f"confirm-{number}",
            "to_address": "canary@example.nl",
            "to_hash": "h1",
            "from_header": "Rock jouw inbox <zondag@nieuws.example.nl>",
            "subject": "Nog één klik",
            "text": "Dag",
            "html": "<p>Dag</p>",
            "not_before": now,
            "created_at": now,
            **columns,
        }
    )


def test_what_is_due_leaves_once(now):
    outgoing(now)
    assert send_due(now) == 1
    assert send_due(now) == 0
    assert len(django_mail.outbox) == 1


def test_what_is_not_due_waits(now):
    outgoing(now, not_before=now + timedelta(seconds=1))
    assert send_due(now) == 0


def test_no_more_leave_than_asked_and_the_oldest_goes_first(now):
    newer = outgoing(now, subject="Later", not_before=now - timedelta(minutes=1))
    outgoing(now, subject="Eerst", not_before=now - timedelta(minutes=2))
    assert send_due(now, limit=1) == 1
    assert django_mail.outbox[0].subject == "Eerst"
    newer.refresh_from_db()
    assert newer.state == OutgoingMailState.READY


def test_an_accepted_mail_forgets_to_whom_and_what(now):
    mail = outgoing(now)
    send_due(now)
    mail.refresh_from_db()
    assert mail.state == OutgoingMailState.ACCEPTED
    assert mail.accepted_at is not None
    assert (mail.to_address, mail.subject, mail.text, mail.html) == ("", "", "", "")


def test_a_mail_held_by_a_living_worker_is_left_alone(now):
    outgoing(now, state="claimed", lease_until=now + timedelta(minutes=4))
    assert send_due(now) == 0


def test_a_mail_of_a_dead_worker_goes_again_under_the_same_message_id(now):
    mail = outgoing(now, state="claimed", lease_until=now - timedelta(seconds=1))
    expected = message_id(mail)
    assert send_due(now) == 1
    assert django_mail.outbox[0].extra_headers["Message-ID"] == expected


def test_a_mail_that_fails_is_tried_again_after_half_a_minute(now, failing):
    mail = outgoing(now)
    assert send_due(now) == 0
    mail.refresh_from_db()
    assert (mail.state, mail.tries) == (OutgoingMailState.READY, 1)
    waits = mail.not_before - now
    assert timedelta(seconds=30) <= waits < timedelta(seconds=35)
    assert send_due(now + timedelta(seconds=20)) == 0
    assert len(failing.offered) == 1


def test_the_wait_doubles_up_to_an_hour():
    waits = [retry_wait(tries).total_seconds() for tries in (1, 2, 3, 7, 8, 20, 5000)]
    assert waits == [30, 60, 120, 1920, 3600, 3600, 3600]


def test_a_mail_that_fails_too_often_is_given_up_and_emptied(now, failing):
    mail = outgoing(now, tries=MOST_TRIES - 1)
    send_due(now)
    mail.refresh_from_db()
    assert mail.state == OutgoingMailState.FAILED
    assert mail.to_address == ""


def test_a_mail_that_kills_whoever_sends_it_is_given_up(now, settings):
    settings.EMAIL_BACKEND = f"{__name__}.KillingBackend"
    mail = outgoing(now)
    for _try in range(MOST_TRIES):
        with pytest.raises(Killed):
            send_due(now)
        now += timedelta(minutes=6)
    assert send_due(now) == 0
    mail.refresh_from_db()
    assert (mail.state, mail.tries) == (OutgoingMailState.FAILED, MOST_TRIES)
    assert (mail.to_address, mail.text) == ("", "")


def test_a_run_ends_before_its_time_is_over_and_the_rest_waits(now, settings):
    settings.EMAIL_BACKEND = f"{__name__}.SlowBackend"
    settings.CELERY_TASK_SOFT_TIME_LIMIT = 0.2
    for _mail in range(3):
        outgoing(now)
    assert send_due(now) <= 1
    untouched = OutgoingMail.objects.filter(state=OutgoingMailState.READY, tries=0)
    assert untouched.count() >= 2


def test_a_refused_recipient_is_not_tried_again(now, failing):
    failing.error = smtplib.SMTPRecipientsRefused({"canary@example.nl": (550, b"no")})
    mail = outgoing(now)
    send_due(now)
    mail.refresh_from_db()
    assert mail.state == OutgoingMailState.FAILED


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPRecipientsRefused({"canary@example.nl": (451, b"later")}),
        smtplib.SMTPAuthenticationError(535, b"bad credentials"),
        smtplib.SMTPServerDisconnected("gone"),
        smtplib.SMTPDataError(451, b"later"),
        TimeoutError("slow"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_may_pass_is_tried_again(error, now, failing):
    failing.error = error
    mail = outgoing(now)
    send_due(now)
    mail.refresh_from_db()
    assert mail.state == OutgoingMailState.READY


def test_a_poisoned_mail_does_not_keep_the_others_waiting(now):
    poisoned = outgoing(now, subject="Hoi\nBcc: x@y.nl")
    outgoing(now)
    assert send_due(now) == 1
    poisoned.refresh_from_db()
    assert poisoned.state == OutgoingMailState.FAILED
    assert poisoned.last_error == gettext(
        "The subject holds a sign that no mail may carry. Type it anew."
    )


def test_what_went_wrong_is_said_without_the_address(now, failing, caplog):
    caplog.set_level(logging.DEBUG)
    mail = outgoing(now)
    send_due(now)
    mail.refresh_from_db()
    assert mail.last_error == gettext("The mail provider could not be reached.")
    assert "OSError" in caplog.text
    assert "canary" not in caplog.text


def test_a_worker_that_lost_its_claim_writes_nothing_down(now, failing):
    mail = outgoing(now)
    original = failing.send_messages

    def take_over(self, messages):
        OutgoingMail.objects.filter(pk=mail.pk).update(claim="someone else")
        return original(self, messages)

    failing.send_messages = take_over
    try:
        send_due(now)
    finally:
        failing.send_messages = original
    mail.refresh_from_db()
    assert (mail.state, mail.claim) == (OutgoingMailState.CLAIMED, "someone else")


def test_an_erased_person_is_gone_from_every_mail_and_none_leaves_any_more(now):
    waiting = outgoing(now)
    by_address = outgoing(now, to_hash="", to_address="Canary@example.nl")
    someone_else = outgoing(now, to_hash="h2", to_address="bob@example.nl")
    forget_mail_to(
        address="canary@example.nl",
        to_hash="h1",
        is_same=lambda other: other.lower() == "canary@example.nl",
    )
    for mail in (waiting, by_address):
        mail.refresh_from_db()
        assert (mail.state, mail.to_address, mail.text) == ("failed", "", "")
    assert send_due(now) == 1
    someone_else.refresh_from_db()
    assert someone_else.state == OutgoingMailState.ACCEPTED


@pytest.mark.parametrize(
    ("columns", "is_theirs"),
    [
        ({"text": "Dit schreef Canary@Example.nl."}, True),
        ({"reply_to": "Ca Nary <canary@example.nl>"}, True),
        ({"headers": {"X-Reader": "canary@example.nl"}}, True),
        ({"text": "Dit schreef annacanary@example.nl"}, False),
        ({"text": "Dit schreef canary@example.nlx"}, False),
    ],
)
def test_a_mail_to_another_that_names_an_erased_person_never_leaves(
    now, columns, is_theirs
):
    mail = outgoing(now, to_address="els@example.nl", to_hash="h2", **columns)
    forget_mail_to(address="canary@example.nl", to_hash="h1", is_same=lambda _: False)
    mail.refresh_from_db()
    assert (mail.state, mail.text) == (
        ("failed", "") if is_theirs else ("ready", mail.text)
    )
    assert bool(mail.text) is not is_theirs
