"""After a crash our own mailbox tells, reader by reader, who has the issue."""

from datetime import timedelta

import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from newsletter.delivery.ledger import broken_invariants
from newsletter.delivery.models import BatchState, DispatchState
from newsletter.delivery.reconciling import reconcile
from newsletter.delivery.submission import submit_batch
from newsletter.delivery.sweeping import sweep
from newsletter.outbox.mailbox import LocalMailboxBackend, read_mailbox
from subscribers.consent import unsubscribe

EVERYBODY = ["alice@example.nl", "bob@example.nl", "charlie@example.nl"]


class Crash(BaseException):
    """The worker's process ends."""


class CrashingBackend(BaseEmailBackend):
    """Our mailbox, whose worker dies before it hears of the last one stored."""

    stores = 0

    def send_messages(self, messages):
        if self.stores:
            LocalMailboxBackend().send_messages(messages)
        if len(read_mailbox()) >= self.stores:
            raise Crash
        return len(messages)


@pytest.fixture
def crash(batch, clock, settings, now):
    """Let a worker die after storing so many mails; return when one may look."""

    def die_after(stored: int):
        settings.EMAIL_BACKEND = f"{__name__}.CrashingBackend"
        CrashingBackend.stores = stored
        with pytest.raises(Crash):
            submit_batch(batch.pk, clock=clock)
        settings.EMAIL_BACKEND = "newsletter.outbox.mailbox.LocalMailboxBackend"
        gone = now + timedelta(seconds=settings.LEASE_SECONDS + 5)
        sweep(gone)
        batch.refresh_from_db()
        assert batch.state == BatchState.AMBIGUOUS
        return gone + timedelta(seconds=settings.QUARANTINE_SECONDS + 5)

    return die_after


def in_the_mailbox():
    return sorted(message.to for message in read_mailbox())


def send_the_rest(now):
    """What workers do with what a sweep finds."""
    for batch_id in sweep(now).to_submit:
        submit_batch(batch_id, clock=lambda: now)


@pytest.mark.parametrize("stored", [0, 1, 2, 3])
def test_exactly_the_missing_readers_get_it_after_a_crash(
    crash, batch, dispatch, stored
):
    later = crash(stored)
    before = {message.name: message.stored_at for message in read_mailbox()}
    assert len(before) == stored

    assert reconcile(batch.pk, now=later)
    send_the_rest(later)
    sweep(later)

    after = {message.name: message.stored_at for message in read_mailbox()}
    assert in_the_mailbox() == EVERYBODY
    # Who had it keeps the mail of then: nothing was stored a second time.
    assert before.items() <= after.items()
    dispatch.refresh_from_db()
    assert dispatch.state == DispatchState.SENT
    assert broken_invariants(now=later) == []


def test_nothing_leaves_again_while_it_is_uncertain(crash, batch, now):
    later = crash(1)

    send_the_rest(later - timedelta(seconds=10))

    assert not reconcile(batch.pk, now=now + timedelta(minutes=6))
    assert len(in_the_mailbox()) == 1


def test_a_reader_who_left_meanwhile_is_no_missing_one(crash, batch, readers):
    later = crash(1)
    [has_it] = in_the_mailbox()
    leaving = next(one for one in readers if one.subscriber.address != has_it)
    unsubscribe(leaving, through="one-click", now=later)

    assert reconcile(batch.pk, now=later)
    send_the_rest(later)

    assert in_the_mailbox() == sorted(set(EVERYBODY) - {leaving.subscriber.address})


def test_mail_that_is_no_part_of_the_issue_proves_nothing(crash, batch):
    EmailMessage("Hoi", "Dag", "els@example.nl", ["alice@example.nl"]).send()
    later = crash(1)

    assert reconcile(batch.pk, now=later)
    send_the_rest(later)

    assert in_the_mailbox() == sorted([*EVERYBODY, "alice@example.nl"])
