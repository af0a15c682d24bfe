"""Handing over the readers of a batch, in the way their provider takes them."""

import logging
from collections.abc import Sequence

from django.conf import settings

from newsletter.delivery.clocks import boot_seconds, too_late
from newsletter.delivery.mailgun import post
from newsletter.delivery.messages import IssueMessages, Recipient
from newsletter.delivery.models import Batch
from newsletter.delivery.one_by_one import one_by_one
from newsletter.delivery.outcomes import NOT_TRIED, Outcome, accepted, outcome_of_error
from newsletter.delivery.providers import provider_named

logger = logging.getLogger(__name__)


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
    # A slow server must not outlive its task: who is not reached in time goes later.
    soon = boot_seconds() + settings.TASK_SECONDS / 2
    return one_by_one(messages, batch, recipients, min(deadline, soon))


def _in_one_request(
    messages: IssueMessages,
    batch: Batch,
    recipients: Sequence[Recipient],
    deadline: float,
) -> Outcome:
    if too_late(deadline):
        return NOT_TRIED
    try:
        post(messages, recipients)
    except Exception as error:
        # Any error at all must become an outcome; what proves nothing is uncertain.
        logger.warning("batch %s: %s", batch.pk, type(error).__name__)
        return outcome_of_error(error)
    return accepted()
