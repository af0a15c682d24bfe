"""Handing over readers one by one, over one connection that is kept open."""

import logging
import smtplib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.translation import gettext as _

from newsletter.delivery.clocks import too_late
from newsletter.delivery.messages import IssueMessages, Recipient
from newsletter.delivery.models import AttemptOutcome, Batch
from newsletter.delivery.outcomes import (
    NOT_TRIED,
    Outcome,
    accepted,
    asks_to_come_back,
    outcome_of_error,
    outcome_of_no_connection,
    words_of_refusal,
)
from newsletter.delivery.providers import provider_named

logger = logging.getLogger(__name__)


@dataclass
class _Group:
    """What became of the readers of a batch who are handed over one by one."""

    ids: tuple[int, ...]
    rejected: dict[int, str] = field(default_factory=dict)
    postponed: list[int] = field(default_factory=list)

    def ended(self, *, was_refused_before: bool) -> Outcome:
        """Return the outcome when all were tried."""
        if len(self.rejected) == len(self.ids) > 2 and not was_refused_before:
            # Nobody's address is right? Then it is not about addresses. A publisher
            # who goes on has looked, and says it is.
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


def one_by_one(
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
            if too_late(deadline):
                return group.stopped(NOT_TRIED, place)
            try:
                message = messages.single(recipient, provider)
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
    return group.ended(was_refused_before=batch.attempt_count > 0)


def _close(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except (OSError, smtplib.SMTPException) as error:
        # Everything was answered before; a farewell that fails changes nothing.
        logger.info("closing the mail connection: %s", type(error).__name__)
