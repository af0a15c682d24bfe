"""Sending what is due: claim a row, hand it over, write down the answer.

At least once: a worker that dies after handing over leaves a lease that ends, and the
mail goes again under the same Message-ID. That is fine here, never for an issue.
"""

import logging
import secrets
import smtplib
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from anymail.exceptions import AnymailAPIError, AnymailRecipientsRefused
from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from newsletter.outbox.guarding import UnsafeMessage, refuse_unsafe
from newsletter.outbox.messages import message_of
from newsletter.outbox.models import OutgoingMail, OutgoingMailState

logger = logging.getLogger(__name__)

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
# About fourteen hours of trying: longer than a night without a provider.
MOST_TRIES = 20
# A run ends well before Celery would end it; the rest is due at the next sweep.
PART_OF_THE_TASK = 0.5
# What a mail said and to whom is nobody's business once it left or never will.
EMPTIED = {"to_address": "", "subject": "", "text": "", "html": "", "headers": {}}


def send_due(now: datetime, limit: int = 50) -> int:
    """Hand over what may leave now, the oldest first; return how many were accepted.

    Args:
        now: a longer run counts on from here, so that leases stay true.
        limit: the most mails for one call; fewer when they go slowly.
    """
    clock = _clock(now)
    _give_up_the_hopeless(now)
    due = OutgoingMail.objects.due(now).order_by("not_before", "pk")
    waiting = list(due.values_list("pk", flat=True)[:limit])
    if not waiting:
        return 0
    connection = get_connection()
    until = now + timedelta(
        seconds=settings.CELERY_TASK_SOFT_TIME_LIMIT * PART_OF_THE_TASK
    )
    accepted = 0
    try:
        for pk in waiting:
            if clock() >= until:
                break
            accepted += _send(pk, connection, clock)
    finally:
        _close(connection)
    return accepted


def _give_up_the_hopeless(now: datetime) -> None:
    """Give up what was claimed too often: whoever tried never came back to tell."""
    given_up = (
        OutgoingMail.objects.due(now)
        .filter(tries__gte=MOST_TRIES)
        .update(
            state=OutgoingMailState.FAILED,
            last_error=_("Tried too often, without an answer."),
            lease_until=None,
            **EMPTIED,
        )
    )
    if given_up:
        logger.error("%s outgoing mails were given up: no try ever ended", given_up)


def retry_wait(tries: int) -> timedelta:
    """Return how long to wait after so many tries: 30 s, doubled up to an hour."""
    return min(FIRST_WAIT * (1 << min(tries - 1, 12)), LONGEST_WAIT)


def _clock(now: datetime) -> Callable[[], datetime]:
    started = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - started)


def _send(pk: int, connection: BaseEmailBackend, clock: Callable[[], datetime]) -> bool:
    mail = _claim(pk, clock())
    if mail is None:
        return False
    try:
        message = message_of(mail)
        refuse_unsafe(message)
        connection.send_messages([message])
    except Exception as error:
        # Whatever went wrong with one mail must not keep the others waiting; the
        # row says what it was. The text of an error may hold an address: not kept.
        _put_off(mail, error, clock())
        _close(connection)
        return False
    _finish(mail, state=OutgoingMailState.ACCEPTED, accepted_at=clock(), last_error="")
    return True


def _claim(pk: int, now: datetime) -> OutgoingMail | None:
    claim = secrets.token_hex(8)
    claimed = (
        OutgoingMail.objects.due(now)
        .filter(pk=pk, tries__lt=MOST_TRIES)
        .update(
            state=OutgoingMailState.CLAIMED,
            claim=claim,
            lease_until=now + timedelta(seconds=settings.LEASE_SECONDS),
            tries=F("tries") + 1,
        )
    )
    if not claimed:
        return None
    return OutgoingMail.objects.filter(pk=pk, claim=claim).first()


def _put_off(mail: OutgoingMail, error: Exception, now: datetime) -> None:
    what = _in_words(error)
    logger.warning(
        "outgoing mail %s, try %s: %s", mail.pk, mail.tries, _in_short(error)
    )
    if _is_final(error) or mail.tries >= MOST_TRIES:
        _finish(mail, state=OutgoingMailState.FAILED, last_error=what)
        return
    _held(mail).update(
        state=OutgoingMailState.READY,
        not_before=now + retry_wait(mail.tries),
        lease_until=None,
        last_error=what,
    )


def _finish(mail: OutgoingMail, **columns: object) -> None:
    _held(mail).update(lease_until=None, **EMPTIED, **columns)


def _held(mail: OutgoingMail) -> "QuerySet[OutgoingMail]":
    """Only while our claim stands: another worker may have taken the mail over."""
    return OutgoingMail.objects.filter(
        pk=mail.pk, state=OutgoingMailState.CLAIMED, claim=mail.claim
    )


def _is_final(error: Exception) -> bool:
    """Tell whether a next try would be refused as well (and M3 forbids it)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        # Only the answer to this mail: a refused log-in is ours to mend.
        return isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500
    return isinstance(error, (UnsafeMessage, AnymailRecipientsRefused))


def _in_words(error: Exception) -> str:
    """Say what went wrong for whoever looks after the mail, without any address."""
    if isinstance(error, UnsafeMessage):
        return str(error)[:300]
    if isinstance(error, smtplib.SMTPRecipientsRefused | AnymailRecipientsRefused):
        return _("The address was refused.")
    if isinstance(error, smtplib.SMTPResponseException):
        return _("The mail server answered %(code)s.") % {"code": error.smtp_code}
    if isinstance(error, AnymailAPIError) and error.status_code:
        return _("The mail provider answered %(code)s.") % {"code": error.status_code}
    if isinstance(error, OSError | AnymailAPIError):
        return _("The mail provider could not be reached.")
    return _("Something went wrong. The log of the mailer says what.")


def _in_short(error: Exception) -> str:
    """Return the kind of error for the log: its text may hold an address."""
    what = type(error).__name__
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{what} {error.smtp_code}"
    if isinstance(error, AnymailAPIError):
        return f"{what} {error.status_code or ''}".strip()
    return what


def _close(connection: BaseEmailBackend) -> None:
    """Close, so that the next message opens afresh; a dead one may refuse even that."""
    try:
        connection.close()
    except (OSError, smtplib.SMTPException) as error:
        logger.info("closing the mail connection: %s", type(error).__name__)
