"""Writing down what a request answered: once, by whoever still holds the batch."""

import logging
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

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
from newsletter.delivery.narrowing import narrowed_down
from newsletter.delivery.outcomes import Outcome, failure_in_words
from newsletter.delivery.splitting import split_off

logger = logging.getLogger(__name__)

# A full or busy mailbox (RFC 5321 asks for at least half an hour between tries).
COME_BACK_AFTER = timedelta(minutes=30)
# Sunday's issue is no news on Monday.
PATIENCE = timedelta(hours=6)
MAILBOX_UNAVAILABLE = "mailbox unavailable"

STATE_AFTER = {
    AttemptOutcome.ACCEPTED: BatchState.DONE,
    AttemptOutcome.NOT_TAKEN: BatchState.READY,
    AttemptOutcome.FAILED: BatchState.FAILED,
    AttemptOutcome.AMBIGUOUS: BatchState.AMBIGUOUS,
}


def record(batch: Batch, attempt: Attempt, outcome: Outcome, *, now: datetime) -> bool:
    """Write down an outcome; return whether the batch was still ours.

    A late worker's outcome settles nothing; it stays in its attempt as evidence.
    """
    outcome = narrowed_down(batch, _without_patience(batch, outcome, now=now))
    first, *others = _parts(outcome)
    since = batch.uncertain_since or attempt.started_at
    with transaction.atomic():
        if not _settle(batch, first, outcome, since=since, now=now):
            logger.warning("batch %s was taken over; outcome kept only", batch.pk)
            _keep_as_evidence(attempt, outcome, whole=not others, now=now)
            return False
        _close_attempt(attempt, outcome, now=now)
        _write_refusals(outcome.rejected)
        for part in others:
            columns = _columns(part, outcome, since=since, now=now)
            split_off(
                batch, part.ids, **{"not_before": now, "submitted_at": now, **columns}
            )
        if others:
            parted = sum(len(part.ids) for part in others)
            # Whoever was left out when it was taken still belongs to this batch.
            Batch.objects.filter(pk=batch.pk).update(size=F("size") - parted)
        if outcome.kind == AttemptOutcome.FAILED:
            pause_by_machine(batch.dispatch_id, failure_in_words(outcome), now=now)
    return True


def _keep_as_evidence(
    attempt: Attempt, outcome: Outcome, *, whole: bool, now: datetime
) -> None:
    """Keep a late answer for whoever reconciles; about a part it proves too little."""
    if outcome.kind == AttemptOutcome.ACCEPTED and whole:
        _write_refusals(outcome.rejected)
    elif outcome.kind == AttemptOutcome.ACCEPTED:
        outcome = replace(outcome, kind=AttemptOutcome.AMBIGUOUS)
    _close_attempt(attempt, outcome, now=now)
    if outcome.kind == AttemptOutcome.ACCEPTED:
        # Somebody had thought it was not taken; it must not leave once more.
        Batch.objects.filter(
            pk=attempt.batch_id, state__in=(BatchState.READY, BatchState.FAILED)
        ).update(
            state=BatchState.DONE, resolved_at=now, resolved_by="response", token=None
        )


def _close_attempt(attempt: Attempt, outcome: Outcome, *, now: datetime) -> None:
    Attempt.objects.filter(pk=attempt.pk, outcome=AttemptOutcome.OPEN).update(
        outcome=outcome.kind,
        ended_at=now,
        http_status=outcome.http_status,
        error=outcome.error[:300],
    )


def _without_patience(batch: Batch, outcome: Outcome, *, now: datetime) -> Outcome:
    """Give up on mailboxes that asked to come back later for long enough."""
    if not outcome.postponed:
        return outcome
    # As it was claimed: a batch that was split off keeps the moment of its first try.
    tried_at = batch.submitted_at or now
    first = batch.attempts.order_by("number").first()
    if first:
        tried_at = min(tried_at, first.started_at)
    if now - tried_at < PATIENCE:
        return outcome
    given_up = dict.fromkeys(outcome.postponed, MAILBOX_UNAVAILABLE)
    return replace(
        outcome,
        kind=AttemptOutcome.ACCEPTED
        if outcome.kind == AttemptOutcome.NOT_TAKEN and not outcome.untried
        else outcome.kind,
        rejected=outcome.rejected | given_up,
        taken=outcome.taken + outcome.postponed,
        postponed=(),
    )


@dataclass(frozen=True)
class _Part:
    """Readers of a batch with the same outcome; no ids: all of them."""

    ids: tuple[int, ...]
    state: BatchState
    wait: timedelta


def _parts(outcome: Outcome) -> list[_Part]:
    """Return the parts of a batch with the state of each; mostly it is one."""
    state = STATE_AFTER[outcome.kind]
    untried = state if state == BatchState.FAILED else BatchState.READY
    wait = outcome.retry_after
    parts = [
        part
        for part in (
            _Part(outcome.taken, BatchState.DONE, wait),
            _Part(outcome.uncertain, BatchState.AMBIGUOUS, wait),
            _Part(outcome.untried, untried, wait),
            _Part(outcome.set_apart, untried, wait),
            _Part(outcome.postponed, BatchState.READY, COME_BACK_AFTER),
        )
        if part.ids
    ]
    return parts or [_Part((), state, wait)]


def _settle(
    batch: Batch, part: _Part, outcome: Outcome, *, since: datetime, now: datetime
) -> int:
    columns = _columns(part, outcome, since=since, now=now)
    return Batch.objects.filter(
        pk=batch.pk, state=BatchState.SUBMITTING, token=batch.token
    ).update(**columns)


def _columns(
    part: _Part, outcome: Outcome, *, since: datetime, now: datetime
) -> dict[str, object]:
    columns: dict[str, object] = {
        "state": part.state,
        "http_status": outcome.http_status,
        "last_error": outcome.error[:300],
        "lease_until": None,
        "enqueued_at": None,
    }
    if part.state == BatchState.DONE:
        columns |= {"resolved_at": now, "resolved_by": "response"}
    if part.state == BatchState.AMBIGUOUS:
        columns |= {"uncertain_since": since}
    if part.state == BatchState.READY:
        columns |= {"not_before": now + part.wait, "token": None}
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
