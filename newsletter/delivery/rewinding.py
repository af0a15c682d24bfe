"""Noticing that the ledger was rewound: a backup was put back while mail had left.

The witness has then seen attempts that the ledger does not know. Those are written
back as uncertain, everything of the issue that seems to wait becomes uncertain too,
and the dispatch is held: evidence settles the readers, a publisher lets it go on.
"""

from collections.abc import Iterator
from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from newsletter.delivery.control import pause_by_machine
from newsletter.delivery.models import (
    Attempt,
    AttemptOutcome,
    Batch,
    BatchState,
    Dispatch,
)
from newsletter.delivery.outcomes import WITNESSED
from newsletter.delivery.witness import attempts_seen, span, testimony

UNSETTLED = (
    BatchState.READY,
    BatchState.CLAIMED,
    BatchState.SUBMITTING,
    BatchState.FAILED,
)


def catch_up_with_the_witness(dispatch: Dispatch, *, now: datetime) -> bool:
    """Write back what the witness saw and the ledger forgot; False when it forgot none.

    Raises:
        WitnessSilent: it cannot be asked now.
    """
    issue = dispatch.issue.uuid
    # The witness first: an attempt is written in the ledger before the witness sees it.
    seen = attempts_seen(issue)
    if seen <= Attempt.objects.filter(batch__dispatch__issue=dispatch.issue_id).count():
        return False
    last_seen = testimony(issue)
    with transaction.atomic():
        forgotten = list(_forgotten(dispatch, last_seen, now=now))
        if not forgotten:
            return False
        Attempt.objects.bulk_create(forgotten, batch_size=500)
        _hold(dispatch, now=now)
        _doubt(dispatch, frozenset(last_seen), now=now)
    return True


def _forgotten(
    dispatch: Dispatch, last_seen: dict[int, int], *, now: datetime
) -> Iterator[Attempt]:
    """Give the attempts that are missing, and count them on their batches."""
    known = Batch.objects.filter(dispatch__issue=dispatch.issue_id)
    for batch in known.only("pk", "number", "attempt_count").iterator():
        last = last_seen.get(batch.number, 0)
        if last <= batch.attempt_count:
            continue
        Batch.objects.filter(pk=batch.pk).update(attempt_count=last)
        for number in range(batch.attempt_count + 1, last + 1):
            yield _uncertain_attempt(batch, number, now=now)


def _uncertain_attempt(batch: Batch, number: int, *, now: datetime) -> Attempt:
    return Attempt(
        batch=batch,
        number=number,
        token=uuid4(),
        outcome=AttemptOutcome.AMBIGUOUS,
        started_at=now,
        ended_at=now,
        error=WITNESSED,
    )


def _hold(dispatch: Dispatch, *, now: datetime) -> None:
    reason = _(
        "A backup was put back after this issue had begun to leave. Who has it is "
        "being looked up; go on when that is done."
    )
    pause_by_machine(dispatch.pk, reason, now=now)


def _doubt(dispatch: Dispatch, numbers: frozenset[int], *, now: datetime) -> None:
    """Take for uncertain who seems to wait and may have it.

    Where the audience is still the one that began to leave, groups that the witness did
    not see have not left: readers change groups only after theirs was handed over. An
    audience that was frozen anew may be divided otherwise, so there everybody may.

    Args:
        numbers: of the batches that the witness saw.
    """
    seen = span(dispatch.issue.uuid)
    since = seen[0] if seen else now
    doubtful = Batch.objects.filter(dispatch=dispatch, state__in=UNSETTLED)
    if dispatch.started_at and dispatch.started_at <= since:
        doubtful = doubtful.filter(number__in=numbers)
    doubtful.update(
        state=BatchState.AMBIGUOUS,
        uncertain_since=since,
        provider=dispatch.provider,
        token=None,
        lease_until=None,
        submitted_at=now,
        not_before=now,
        last_error=WITNESSED,
    )


def was_rewound(batch: Batch) -> bool:
    """Tell whether anything of this batch's issue left before a backup was put back."""
    attempts = Attempt.objects.filter(batch__dispatch__issue=batch.dispatch.issue_id)
    return attempts.filter(error=WITNESSED).exists()
