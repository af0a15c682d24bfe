"""Writing down what a request answered: once, by whoever still holds the batch."""

import logging
from collections import defaultdict
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from newsletter.delivery.control import pause_by_machine
from newsletter.delivery.models import (
    Attempt,
    AttemptOutcome,
    Batch,
    BatchState,
    Delivery,
    DeliveryException,
    SkipReason,
)
from newsletter.delivery.outcomes import Outcome
from newsletter.delivery.settling import finish_if_settled
from newsletter.delivery.splitting import split_off

logger = logging.getLogger(__name__)

STATE_AFTER = {
    AttemptOutcome.ACCEPTED: BatchState.DONE,
    AttemptOutcome.NOT_TAKEN: BatchState.READY,
    AttemptOutcome.FAILED: BatchState.FAILED,
    AttemptOutcome.AMBIGUOUS: BatchState.AMBIGUOUS,
}


def record(batch: Batch, attempt: Attempt, outcome: Outcome, *, now: datetime) -> bool:
    """Write down an outcome; return whether the batch was still ours.

    A late worker's outcome changes nothing but its own attempt, where it stays as
    evidence.
    """
    with transaction.atomic():
        _close_attempt(attempt, outcome, now=now)
        (first, state), *others = _parts(outcome)
        if not _settle(batch, state, outcome, now=now):
            logger.warning("batch %s was taken over; outcome kept only", batch.pk)
            return False
        _write_refusals(outcome.rejected)
        for ids, part_state in others:
            columns = _columns(part_state, outcome, now=now)
            split_off(batch, ids, **{"not_before": now, "submitted_at": now, **columns})
        if others:
            Batch.objects.filter(pk=batch.pk).update(size=len(first))
        if outcome.kind == AttemptOutcome.FAILED:
            pause_by_machine(batch.dispatch_id, _why(outcome), now=now)
    finish_if_settled(batch.dispatch_id, now=now)
    return True


def _close_attempt(attempt: Attempt, outcome: Outcome, *, now: datetime) -> None:
    Attempt.objects.filter(pk=attempt.pk, outcome=AttemptOutcome.OPEN).update(
        outcome=outcome.kind,
        ended_at=now,
        http_status=outcome.http_status,
        error=outcome.error[:300],
    )


def _parts(outcome: Outcome) -> list[tuple[tuple[int, ...], BatchState]]:
    """Return the parts of a batch with the state of each; mostly it is one."""
    state = STATE_AFTER[outcome.kind]
    untried = state if state == BatchState.FAILED else BatchState.READY
    parts = [
        (ids, part_state)
        for ids, part_state in (
            (outcome.taken, BatchState.DONE),
            (outcome.uncertain, BatchState.AMBIGUOUS),
            (outcome.untried, untried),
        )
        if ids
    ]
    return parts or [((), state)]


def _settle(batch: Batch, state: BatchState, outcome: Outcome, *, now: datetime) -> int:
    columns = _columns(state, outcome, now=now)
    return Batch.objects.filter(
        pk=batch.pk, state=BatchState.SUBMITTING, token=batch.token
    ).update(**columns)


def _columns(
    state: BatchState, outcome: Outcome, *, now: datetime
) -> dict[str, object]:
    columns: dict[str, object] = {
        "state": state,
        "http_status": outcome.http_status,
        "last_error": outcome.error[:300],
        "lease_until": None,
        "enqueued_at": None,
    }
    if state == BatchState.DONE:
        columns |= {"resolved_at": now, "resolved_by": "response"}
    if state == BatchState.READY:
        columns |= {"not_before": now + outcome.retry_after, "token": None}
    return columns


def _write_refusals(rejected: dict[int, str]) -> None:
    by_words: defaultdict[str, list[int]] = defaultdict(list)
    for delivery_id, words in rejected.items():
        by_words[words].append(delivery_id)
    for words, ids in by_words.items():
        exception = (
            DeliveryException.SKIPPED
            if words == SkipReason.UNMAILABLE
            else DeliveryException.REJECTED
        )
        Delivery.objects.filter(pk__in=ids, exception="").update(
            exception=exception, reason=words[:120]
        )


def _why(outcome: Outcome) -> str:
    if outcome.needs_a_person:
        return _("The mail provider does not accept our key. Ask the administrator.")
    return _("The mail provider refused a group of readers (%(why)s).") % {
        "why": outcome.error or _("without a reason")
    }
