"""Handing over the readers of a batch, in the way their provider takes them."""

import logging
from collections.abc import Sequence

from anymail.message import AnymailMessage

from newsletter.delivery.clocks import too_late
from newsletter.delivery.messages import IssueMessages, Recipient
from newsletter.delivery.models import Batch
from newsletter.delivery.one_by_one import one_by_one
from newsletter.delivery.outcomes import NOT_TRIED, Outcome, accepted, outcome_of_error
from newsletter.delivery.providers import provider_named
from newsletter.outbox.guarding import UnsafeMessage

logger = logging.getLogger(__name__)

# What a provider says of an address it took and of one it did not.
_NOT_ACCEPTED = frozenset({"invalid", "rejected", "failed"})


def hand_over(
    batch: Batch, recipients: Sequence[Recipient], deadline: float
) -> Outcome:
    """Hand over readers in the way their provider takes them; never raises.

    Args:
        deadline: in ``boot_seconds``; nothing leaves after it.
    """
    provider = provider_named(batch.dispatch.provider)
    messages = IssueMessages(batch.rendition)
    if provider.merges_inline:
        return _in_one_request(messages, batch, recipients, deadline)
    return one_by_one(messages, batch, recipients, deadline)


def _in_one_request(
    messages: IssueMessages,
    batch: Batch,
    recipients: Sequence[Recipient],
    deadline: float,
) -> Outcome:
    try:
        message = messages.merged(recipients)
    except UnsafeMessage as error:
        return outcome_of_error(error)
    if too_late(deadline):
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
