"""Handing over the readers of a batch, in the way their provider takes them."""

import logging
from collections.abc import Sequence

from django.conf import settings

from newsletter.delivery import json_requests, mailgun
from newsletter.delivery.clocks import TooLate, boot_seconds
from newsletter.delivery.json_requests import Refusals
from newsletter.delivery.messages import IssueMessages, Recipient
from newsletter.delivery.models import AttemptOutcome, Batch
from newsletter.delivery.one_by_one import one_by_one
from newsletter.delivery.outcomes import NOT_TRIED, Outcome, accepted, outcome_of_error
from newsletter.delivery.providers import Way, provider_named

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
    if provider.in_one_request:
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
    try:
        refusals = _posted(messages, batch, recipients, deadline)
    except TooLate:
        return NOT_TRIED
    except Exception as error:
        # Any error at all must become an outcome; what proves nothing is uncertain.
        logger.warning("batch %s: %s", batch.pk, type(error).__name__)
        return outcome_of_error(error)
    return _outcome_of(refusals, [recipient.delivery_id for recipient in recipients])


def _outcome_of(refusals: Refusals, ids: Sequence[int]) -> Outcome:
    """Return the outcome of an answer that names who was not taken."""
    rejected = {ids[place]: words for place, words in refusals.addresses.items()}
    if not refusals.others:
        return accepted(rejected=rejected)
    untried = tuple(ids[place] for place in refusals.others)
    return Outcome(
        AttemptOutcome.FAILED,
        error=next(iter(refusals.others.values())),
        rejected=rejected,
        taken=tuple(pk for pk in ids if pk not in untried),
        untried=untried,
    )


def _posted(
    messages: IssueMessages,
    batch: Batch,
    recipients: Sequence[Recipient],
    deadline: float,
) -> Refusals:
    """Hand over in one request; return who was not taken."""
    provider = provider_named(batch.dispatch.provider)
    if provider.way == Way.JSON:
        return json_requests.post(
            provider.name,
            messages,
            recipients,
            key=batch.idempotency_key,
            deadline=deadline,
        )
    mailgun.post(messages, recipients, deadline=deadline)
    return Refusals()
