"""Handing over one batch: claim → intent → request → answer written down."""

import hashlib
import logging
import os
import smtplib
import socket
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from anymail.message import AnymailMessage
from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from newsletter.delivery.claiming import claim, intend, recipients_of
from newsletter.delivery.clocks import boot_seconds
from newsletter.delivery.messages import IssueMessages, Recipient
from newsletter.delivery.models import (
    Attempt,
    AttemptOutcome,
    Batch,
    BatchState,
)
from newsletter.delivery.outcomes import (
    Outcome,
    accepted,
    outcome_of_error,
    words_of_refusal,
)
from newsletter.delivery.providers import provider_named
from newsletter.delivery.recording import record
from newsletter.delivery.settling import finish_if_settled

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]

# What a provider says of an address it took and of one it did not.
_NOT_ACCEPTED = frozenset({"invalid", "rejected", "failed"})


def submit_batch(batch_id: int, *, clock: Clock) -> Outcome | None:
    """Hand over one batch; None when it was not ours to hand over.

    Args:
        clock: gives the moment; asked again after the request.
    """
    token = uuid4()
    batch = claim(batch_id, token, now=clock())
    if batch is None:
        return None
    recipients = recipients_of(batch)
    if not recipients:
        _close_empty(batch, now=clock())
        return None
    attempt = _write_intent(batch, token, recipients, now=clock())
    if attempt is None:
        return None
    deadline = boot_seconds() + settings.LEASE_SECONDS - settings.TASK_SECONDS
    outcome = _hand_over(batch, recipients, deadline)
    record(batch, attempt, outcome, now=clock())
    return outcome


def _write_intent(
    batch: Batch, token: UUID, recipients: Sequence[Recipient], *, now: datetime
) -> Attempt | None:
    fingerprint = _fingerprint(recipients)
    with transaction.atomic():
        if not intend(batch, fingerprint, now=now):
            return None
        return Attempt.objects.create(
            batch=batch,
            number=batch.attempt_count + 1,
            token=token,
            worker=f"{socket.gethostname()}:{os.getpid()}"[:80],
            started_at=now,
            recipients_sha256=fingerprint,
        )


def _fingerprint(recipients: Sequence[Recipient]) -> str:
    ids = ",".join(str(recipient.delivery_id) for recipient in recipients)
    return hashlib.sha256(ids.encode()).hexdigest()


def _hand_over(
    batch: Batch, recipients: Sequence[Recipient], deadline: float
) -> Outcome:
    provider = provider_named(batch.dispatch.provider)
    messages = IssueMessages(batch.rendition)
    if provider.merges_inline:
        return _in_one_request(messages, batch, recipients, deadline)
    return _one_by_one(messages, batch, recipients, deadline)


def _too_late(deadline: float) -> bool:
    """Tell whether another worker may have taken over while this one stood still."""
    return boot_seconds() > deadline


def _in_one_request(
    messages: IssueMessages,
    batch: Batch,
    recipients: Sequence[Recipient],
    deadline: float,
) -> Outcome:
    try:
        message = messages.merged(recipients, batch)
        if _too_late(deadline):
            return NOT_TRIED
        message.send()
    except Exception as error:
        # Any error at all must become an outcome; what proves nothing is uncertain.
        logger.warning("batch %s: %s", batch.pk, type(error).__name__)
        return outcome_of_error(error)
    return accepted(rejected=_rejected(message, recipients))


def _rejected(
    message: AnymailMessage, recipients: Sequence[Recipient]
) -> dict[int, str]:
    """Return who was refused, by delivery."""
    statuses = message.anymail_status.recipients
    return {
        recipient.delivery_id: str(status.status)
        for recipient in recipients
        if (status := statuses.get(recipient.address))
        and status.status in _NOT_ACCEPTED
    }


# This worker stood still for too long and has sent nothing.
NOT_TRIED = Outcome(AttemptOutcome.NOT_TAKEN, error="too late: not sent by this worker")


def _one_by_one(
    messages: IssueMessages,
    batch: Batch,
    recipients: Sequence[Recipient],
    deadline: float,
) -> Outcome:
    """One message a reader over one connection that is kept open.

    The first trouble that is not about one address ends the group: who came before is
    known to be accepted, who comes after is known to be not sent.
    """
    connection = get_connection()
    rejected: dict[int, str] = {}
    try:
        for place, recipient in enumerate(recipients):
            if _too_late(deadline):
                return _stopped(NOT_TRIED, recipients, place, rejected)
            try:
                message = messages.single(recipient, batch.idempotency_key)
                message.connection = connection
                message.send()
            except Exception as error:
                # Any error at all must become an outcome, as above.
                logger.warning(
                    "delivery %s: %s", recipient.delivery_id, type(error).__name__
                )
                if (words := words_of_refusal(error)) is None:
                    outcome = outcome_of_error(error)
                    return _stopped(outcome, recipients, place, rejected)
                rejected[recipient.delivery_id] = words
    finally:
        _close(connection)
    if len(rejected) == len(recipients) > 2:
        # Nobody's address is right? Then it is not about addresses.
        return Outcome(AttemptOutcome.FAILED, error="every reader was refused")
    return accepted(rejected=rejected)


def _stopped(
    outcome: Outcome,
    recipients: Sequence[Recipient],
    place: int,
    rejected: dict[int, str],
) -> Outcome:
    ids = [recipient.delivery_id for recipient in recipients]
    is_uncertain = outcome.kind == AttemptOutcome.AMBIGUOUS
    tried = place + 1 if is_uncertain else place
    return replace(
        outcome,
        rejected=rejected,
        taken=tuple(ids[:place]),
        uncertain=tuple(ids[place:tried]),
        untried=tuple(ids[tried:]),
    )


def _close(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except (OSError, smtplib.SMTPException) as error:
        # Everything was answered before; a farewell that fails changes nothing.
        logger.info("closing the mail connection: %s", type(error).__name__)


def _close_empty(batch: Batch, *, now: datetime) -> None:
    """Settle a batch of which everybody left in time."""
    Batch.objects.filter(
        pk=batch.pk, state=BatchState.CLAIMED, token=batch.token
    ).update(
        state=BatchState.DONE, resolved_at=now, resolved_by="empty", lease_until=None
    )
    finish_if_settled(batch.dispatch_id, now=now)
