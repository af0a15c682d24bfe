"""Handing over one batch: claim → intent → request → answer written down."""

import hashlib
import logging
import os
import socket
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from newsletter.delivery import pacing
from newsletter.delivery.claiming import Claimed, claim, claim_due, intend, release
from newsletter.delivery.clocks import boot_seconds, too_late
from newsletter.delivery.control import pause_by_machine
from newsletter.delivery.handing_over import hand_over
from newsletter.delivery.messages import Recipient
from newsletter.delivery.models import Attempt, AttemptOutcome, Batch, BatchState
from newsletter.delivery.outcomes import (
    NOT_TRIED,
    WITNESS_SILENT,
    WITNESSED,
    Outcome,
)
from newsletter.delivery.providers import current_provider
from newsletter.delivery.recording import record
from newsletter.delivery.settling import finish_if_settled
from newsletter.delivery.witness import WitnessSilent, testify

logger = logging.getLogger(__name__)

# Seconds in which nobody is asked again whether they left; then the rest is taken anew.
CONSENT_IS_FRESH = 10.0

Clock = Callable[[], datetime]


def submit_batch(batch_id: int, *, clock: Clock) -> Outcome | None:
    """Hand over one batch; None when nothing was ours to hand over.

    Args:
        clock: gives the moment; asked again after the request.
    """
    outcomes = _submit_all(partial(claim, batch_id), clock)
    return outcomes[0] if outcomes else None


def submit_due(*, readers: int, clock: Clock) -> tuple[Outcome | None, ...]:
    """Hand over what is due, as much as is taken together; empty when nothing is.

    Each batch has its own intent: ending in the middle leaves one of them uncertain.
    What was not begun in time is given back.

    Args:
        readers: see ``claim_due``.
        clock: gives the moment; asked again after each request.
    """
    return _submit_all(partial(claim_due, readers=readers), clock)


def _submit_all(
    take: Callable[..., tuple[Claimed, ...]], clock: Clock
) -> tuple[Outcome | None, ...]:
    token = uuid4()
    # Before consent is asked: standing still after that counts against us.
    asked_at = boot_seconds()
    deadline = asked_at + settings.LEASE_SECONDS - settings.TASK_SECONDS
    claims = take(token, now=clock())
    begin_by = min(deadline, asked_at + CONSENT_IS_FRESH)
    outcomes: list[Outcome | None] = []
    for claimed in claims:
        if too_late(begin_by if outcomes else deadline):
            release(claimed.batch)
            outcomes.append(None)
        else:
            outcomes.append(_submit(claimed, token, deadline, clock))
    for dispatch_id in {claimed.batch.dispatch_id for claimed in claims}:
        finish_if_settled(dispatch_id, now=clock())
    return tuple(outcomes)


def _submit(
    claimed: Claimed, token: UUID, deadline: float, clock: Clock
) -> Outcome | None:
    batch, recipients = claimed.batch, claimed.recipients
    if batch.dispatch.provider != current_provider().name:
        _hold_for_another_provider(batch, now=clock())
        return None
    if not recipients:
        _close_empty(batch, now=clock())
        return None
    wait = pacing.wait_for_turn(batch.dispatch.provider, len(recipients), clock=clock)
    if wait:
        release(batch, not_before=clock() + wait)
        return None
    attempt = _write_intent(batch, token, recipients, now=clock())
    if attempt is None:
        release(batch)
        return None
    outcome = _unseen(attempt, now=clock()) or hand_over(batch, recipients, deadline)
    record(batch, attempt, outcome, now=clock())
    pacing.learn(batch.dispatch.provider, outcome, now=clock())
    return outcome


def _write_intent(
    batch: Batch, token: UUID, recipients: Sequence[Recipient], *, now: datetime
) -> Attempt | None:
    with transaction.atomic():
        if not intend(batch, now=now):
            return None
        return Attempt.objects.create(
            batch=batch,
            number=batch.attempt_count + 1,
            token=token,
            worker=f"{socket.gethostname()}:{os.getpid()}"[:80],
            started_at=now,
            recipients_sha256=_fingerprint(recipients),
        )


def _unseen(attempt: Attempt, *, now: datetime) -> Outcome | None:
    """Let the witness see the attempt; an outcome when it must not be made."""
    batch = attempt.batch
    issue = batch.dispatch.issue.uuid
    try:
        if testify(issue, batch.number, attempt.number, now=now):
            return None
    except WitnessSilent as silence:
        logger.error("the witness does not answer: %s", silence)
        return replace(NOT_TRIED, error=WITNESS_SILENT)
    return Outcome(AttemptOutcome.AMBIGUOUS, error=WITNESSED)


def _fingerprint(recipients: Sequence[Recipient]) -> str:
    ids = ",".join(str(recipient.delivery_id) for recipient in recipients)
    return hashlib.sha256(ids.encode()).hexdigest()


def _hold_for_another_provider(batch: Batch, *, now: datetime) -> None:
    """Hold a dispatch that began at another provider: what it planned fits that one."""
    with transaction.atomic():
        # The dispatch first, as everybody who changes both: no two wait for each other.
        reason = _("The mail provider was changed while this issue was leaving.")
        pause_by_machine(batch.dispatch_id, reason, now=now)
        release(batch)


def _close_empty(batch: Batch, *, now: datetime) -> None:
    """Settle a batch of which everybody left in time."""
    Batch.objects.filter(
        pk=batch.pk, state=BatchState.CLAIMED, token=batch.token
    ).update(
        state=BatchState.DONE, resolved_at=now, resolved_by="empty", lease_until=None
    )
