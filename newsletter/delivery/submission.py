"""Handing over one batch: claim → intent → request → answer written down."""

import hashlib
import logging
import os
import smtplib
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID, uuid4

from anymail.message import AnymailMessage
from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils.translation import gettext as _

from newsletter.delivery.claiming import claim, intend, release
from newsletter.delivery.clocks import boot_seconds
from newsletter.delivery.control import pause_by_machine
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
    asks_to_come_back,
    outcome_of_error,
    outcome_of_no_connection,
    words_of_refusal,
)
from newsletter.delivery.providers import current_provider, provider_named
from newsletter.delivery.recording import record
from newsletter.delivery.settling import finish_if_settled
from newsletter.outbox.guarding import UnsafeMessage

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]

# What a provider says of an address it took and of one it did not.
_NOT_ACCEPTED = frozenset({"invalid", "rejected", "failed"})


def submit_batch(batch_id: int, *, clock: Clock) -> Outcome | None:
    """Hand over one batch; None when nothing was ours to hand over.

    Args:
        clock: gives the moment; asked again after the request.
    """
    token = uuid4()
    claimed = claim(batch_id, token, now=clock())
    if claimed is None:
        return None
    batch, recipients = claimed.batch, claimed.recipients
    if batch.dispatch.provider != current_provider().name:
        _hold_for_another_provider(batch, now=clock())
        return None
    if not recipients:
        _close_empty(batch, now=clock())
        return None
    # Before the lease begins: standing still after that counts against us.
    deadline = boot_seconds() + settings.LEASE_SECONDS - settings.TASK_SECONDS
    attempt = _write_intent(batch, token, recipients, now=clock())
    if attempt is None:
        return None
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
    except UnsafeMessage as error:
        return outcome_of_error(error)
    if _too_late(deadline):
        return NOT_TRIED
    try:
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


@dataclass
class _Group:
    """What became of the readers of a batch who are handed over one by one."""

    ids: tuple[int, ...]
    rejected: dict[int, str] = field(default_factory=dict)
    postponed: list[int] = field(default_factory=list)

    def ended(self) -> Outcome:
        """Return the outcome when all were tried."""
        if len(self.rejected) == len(self.ids) > 2:
            # Nobody's address is right? Then it is not about addresses.
            return Outcome(AttemptOutcome.FAILED, error=_("every reader was refused"))
        if not self.postponed:
            return accepted(rejected=self.rejected)
        taken = self._taken(len(self.ids))
        kind = AttemptOutcome.ACCEPTED if taken else AttemptOutcome.NOT_TAKEN
        return replace(
            accepted(rejected=self.rejected),
            kind=kind,
            taken=taken,
            postponed=tuple(self.postponed),
        )

    def stopped(self, outcome: Outcome, place: int) -> Outcome:
        """Return the outcome when the one at this place ended it for all."""
        tried = place + 1 if outcome.kind == AttemptOutcome.AMBIGUOUS else place
        return replace(
            outcome,
            rejected=self.rejected,
            taken=self._taken(place),
            uncertain=self.ids[place:tried],
            untried=self.ids[tried:],
            postponed=tuple(self.postponed),
        )

    def _taken(self, place: int) -> tuple[int, ...]:
        return tuple(pk for pk in self.ids[:place] if pk not in self.postponed)


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
    group = _Group(tuple(recipient.delivery_id for recipient in recipients))
    provider = provider_named(batch.dispatch.provider)
    connection = get_connection()
    try:
        connection.open()
    except Exception as error:
        logger.warning("no mail connection: %s", type(error).__name__)
        _close(connection)
        return outcome_of_no_connection(error)
    try:
        for place, recipient in enumerate(recipients):
            if _too_late(deadline):
                return group.stopped(NOT_TRIED, place)
            try:
                message = messages.single(recipient, batch.idempotency_key, provider)
                message.connection = connection
                message.send()
            except Exception as error:
                # Any error at all must become an outcome, as above.
                logger.warning(
                    "delivery %s: %s", recipient.delivery_id, type(error).__name__
                )
                if asks_to_come_back(error):
                    group.postponed.append(recipient.delivery_id)
                elif words := words_of_refusal(error):
                    group.rejected[recipient.delivery_id] = words
                else:
                    return group.stopped(outcome_of_error(error), place)
    finally:
        _close(connection)
    return group.ended()


def _close(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except (OSError, smtplib.SMTPException) as error:
        # Everything was answered before; a farewell that fails changes nothing.
        logger.info("closing the mail connection: %s", type(error).__name__)


def _hold_for_another_provider(batch: Batch, *, now: datetime) -> None:
    """Hold a dispatch that began at another provider: what it planned fits that one."""
    with transaction.atomic():
        release(batch)
        reason = _("The mail provider was changed while this issue was leaving.")
        pause_by_machine(batch.dispatch_id, reason, now=now)


def _close_empty(batch: Batch, *, now: datetime) -> None:
    """Settle a batch of which everybody left in time."""
    Batch.objects.filter(
        pk=batch.pk, state=BatchState.CLAIMED, token=batch.token
    ).update(
        state=BatchState.DONE, resolved_at=now, resolved_by="empty", lease_until=None
    )
    finish_if_settled(batch.dispatch_id, now=now)
