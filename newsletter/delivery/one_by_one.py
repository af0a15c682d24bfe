"""Handing over readers one by one, and what becomes of a group by that."""

import logging
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace

from anymail.message import AnymailMessage
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.translation import gettext as _

from newsletter.delivery.clocks import too_late
from newsletter.delivery.messages import IssueMessages, Recipient
from newsletter.delivery.models import AttemptOutcome, Batch
from newsletter.delivery.outcomes import (
    TOO_LATE,
    NoConnection,
    NothingLeft,
    Outcome,
    accepted,
    asks_to_come_back,
    outcome_of_error,
    was_taken_before,
    words_of_refusal,
)
from newsletter.delivery.providers import Provider, provider_named
from newsletter.delivery.skeleton import skeleton_of
from newsletter.delivery.smtp import send_each

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
    """One message a reader, one after the other.

    The first trouble that is not about one address ends the group: who came before is
    known to be accepted, who comes after is known to be not sent.
    """
    group = _Group(tuple(recipient.delivery_id for recipient in recipients))
    with closing(_results(messages, batch, recipients, deadline)) as results:
        for place, error in enumerate(results):
            if error is None:
                continue
            logger.warning("delivery %s: %s", group.ids[place], type(error).__name__)
            if asks_to_come_back(error):
                group.postponed.append(group.ids[place])
            elif words := words_of_refusal(error):
                group.rejected[group.ids[place]] = words
            else:
                return group.stopped(outcome_of_error(error), place)
    return group.ended(was_refused_before=batch.attempt_count > 0)


def _results(
    messages: IssueMessages,
    batch: Batch,
    recipients: Sequence[Recipient],
    deadline: float,
) -> Generator[Exception | None]:
    """Hand over to each reader, in order; yield None when taken, or the error."""
    provider = provider_named(batch.dispatch.provider)
    try:
        if provider.name == "smtp":
            yield from send_each(skeleton_of(messages), recipients, deadline)
        else:
            yield from _through_django(messages, provider, recipients, deadline)
    except Exception as error:
        # Any error at all must become an outcome; what proves nothing is uncertain.
        yield error


def _through_django(
    messages: IssueMessages,
    provider: Provider,
    recipients: Sequence[Recipient],
    deadline: float,
) -> Generator[Exception | None]:
    """Hand over with the back end of the settings, over one connection."""
    connection = get_connection()
    try:
        connection.open()
    except Exception as error:
        yield NoConnection(error)
        return
    try:
        for recipient in recipients:
            message = messages.single(recipient, provider)
            # The last thing before it leaves: making it may have taken a while.
            if too_late(deadline):
                yield NothingLeft(TOO_LATE)
            else:
                yield _error_of_sending(message, connection)
    finally:
        connection.close()


def _error_of_sending(
    message: AnymailMessage, connection: BaseEmailBackend
) -> Exception | None:
    message.connection = connection
    try:
        message.send()
    except Exception as error:
        return None if was_taken_before(error) else error
    return None
