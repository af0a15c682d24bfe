"""Settling a batch of which we cannot tell whether the provider took it.

Evidence is asked only after a quarantine: a request that was under way may still be
accepted, and a search that runs ahead of it would prove too little.
"""

import logging
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet

from newsletter.delivery.evidence import NoEvidence, taken_of
from newsletter.delivery.models import (
    AttemptOutcome,
    Batch,
    BatchState,
    Delivery,
    DeliveryException,
)
from newsletter.delivery.providers import Evidence, provider_named
from newsletter.delivery.rewinding import was_rewound
from newsletter.delivery.settling import finish_if_settled
from newsletter.delivery.splitting import split_off

logger = logging.getLogger(__name__)

ASK_AGAIN_AFTER = timedelta(seconds=30)
# After a day without an answer a person is the better judge.
GIVE_UP_AFTER = timedelta(days=1)


def reconcile(batch_id: int, *, now: datetime) -> bool:
    """Settle one uncertain batch by evidence; return whether it is settled now."""
    token = uuid4()
    won = (
        Batch.objects.reconcilable(now)
        .filter(pk=batch_id)
        .update(
            state=BatchState.RECONCILING,
            token=token,
            lease_until=now + timedelta(seconds=settings.LEASE_SECONDS),
        )
    )
    if not won:
        return False
    batch = Batch.objects.select_related(
        "dispatch__issue", "rendition__issue__mailing_list"
    ).get(pk=batch_id)
    waiting = frozenset(
        Delivery.objects.filter(batch=batch, exception="").values_list("pk", flat=True)
    )
    if _was_answered_too_late(batch):
        return _settle(batch, waiting, waiting, by="response", now=now)
    spared = _spared_since_a_restore(batch)
    try:
        taken = taken_of(batch, waiting | spared, now=now)
    except NoEvidence as silence:
        return _ask_again_later(batch, str(silence), now=now)
    if taken is None:
        return _leave_unknown(batch, "nobody can tell", now=now)
    if not _is_asked_again(batch):
        waiting |= _had_it_after_all(taken & spared)
        taken |= _told_of(batch)
    if taken < waiting and _may_lag(batch, now=now):
        return _ask_again_later(batch, "not all are found yet", now=now)
    return _settle(batch, waiting, taken, by="search", now=now)


def _spared_since_a_restore(batch: Batch) -> frozenset[int]:
    """Return who left, as it seemed, before a mail that a restored backup forgot."""
    if not was_rewound(batch):
        return frozenset()
    skipped = Delivery.objects.filter(batch=batch, exception=DeliveryException.SKIPPED)
    return frozenset(skipped.values_list("pk", flat=True))


def _had_it_after_all(found: frozenset[int]) -> frozenset[int]:
    """Take back that these were skipped: the provider has accepted their mail."""
    if found:
        Delivery.objects.filter(pk__in=found).update(exception="", reason="")
    return found


def _told_of(batch: Batch) -> frozenset[int]:
    """Return whom the provider told of by itself: it must have taken them."""
    told = Delivery.objects.filter(batch=batch, exception="").exclude(event="")
    return frozenset(told.values_list("pk", flat=True))


def _searches(batch: Batch) -> bool:
    return provider_named(batch.provider).evidence == Evidence.SEARCH


def _is_asked_again(batch: Batch) -> bool:
    """Tell whether the whole request is made once more; whoever is left out of it
    makes it another one.
    """
    return provider_named(batch.provider).evidence == Evidence.KEY


def _may_lag(batch: Batch, *, now: datetime) -> bool:
    """Tell whether a search may still miss what the provider has accepted."""
    lag = timedelta(seconds=settings.SEARCH_LAG_SECONDS)
    return _searches(batch) and now - (batch.submitted_at or now) < lag


def _was_answered_too_late(batch: Batch) -> bool:
    """Tell whether a worker that had lost the batch heard "accepted" all the same."""
    last = batch.attempts.order_by("-number").first()
    return last is not None and last.outcome == AttemptOutcome.ACCEPTED


def _held(batch: Batch) -> "QuerySet[Batch]":
    return Batch.objects.filter(
        pk=batch.pk, state=BatchState.RECONCILING, token=batch.token
    )


def _settle(
    batch: Batch,
    waiting: frozenset[int],
    taken: frozenset[int],
    *,
    by: str,
    now: datetime,
) -> bool:
    rest = waiting - taken
    with transaction.atomic():
        if not taken and rest:
            # Proven not taken at all: the same group leaves once more.
            settled = _held(batch).update(
                state=BatchState.READY,
                not_before=now,
                token=None,
                lease_until=None,
                enqueued_at=None,
            )
            return bool(settled)
        if not _held(batch).update(
            state=BatchState.DONE,
            resolved_at=now,
            resolved_by=by,
            lease_until=None,
            size=F("size") - len(rest),
        ):
            return False
        if rest:
            _part_with(batch, rest, now=now)
    finish_if_settled(batch.dispatch_id, now=now)
    return True


def _part_with(batch: Batch, rest: frozenset[int], *, now: datetime) -> None:
    """Give those who were not found a batch of their own.

    A search that finds some of one request and not the others is no proof against the
    others: a person decides. Our own mailbox knows each of them.
    """
    if provider_named(batch.provider).finds_each:
        split_off(batch, rest, state=BatchState.READY, not_before=now)
        return
    split_off(
        batch,
        rest,
        state=BatchState.UNKNOWN,
        not_before=now,
        resolved_at=now,
        resolved_by="nobody",
        last_error="not found among the others",
    )
    Delivery.objects.filter(pk__in=rest).update(exception=DeliveryException.UNKNOWN)


def _leave_unknown(batch: Batch, why: str, *, now: datetime) -> bool:
    """Leave readers to a person, but for those of whom an event came since."""
    with transaction.atomic():
        if not _held(batch).update(
            state=BatchState.UNKNOWN,
            last_error=why[:300],
            resolved_at=now,
            resolved_by="nobody",
            lease_until=None,
        ):
            return False
        waiting = Delivery.objects.filter(batch=batch, exception="")
        told = list(waiting.exclude(event="").values_list("pk", flat=True))
        waiting.filter(event="").update(exception=DeliveryException.UNKNOWN)
        if told:
            _leave(batch, len(told))
            _settle_as_told(batch, told, now=now)
    finish_if_settled(batch.dispatch_id, now=now)
    return True


def unsettled(delivery_ids: Collection[int]) -> list[int]:
    """Return those of whom an event may still tell something new: see below."""
    thought_not = (DeliveryException.UNKNOWN, DeliveryException.CANCELLED)
    waits = Q(exception="", batch__state__in=(BatchState.READY, BatchState.FAILED))
    theirs = Delivery.objects.filter(pk__in=delivery_ids)
    return list(
        theirs.filter(Q(exception__in=thought_not) | waits)
        .order_by("pk")
        .values_list("pk", flat=True)
    )


def believe_event(delivery_id: int, *, now: datetime) -> bool:
    """Settle one reader of whom the provider told something, whatever we had thought.

    Who seemed uncertain, spared by a stop, or still waiting has the mail after all.
    Call it inside a transaction. Returns whether anything was settled.
    """
    batch = Batch.objects.select_related("dispatch__issue", "rendition").get(
        deliveries=delivery_id
    )
    thought = Delivery.objects.filter(pk=delivery_id, batch=batch)
    if thought.filter(
        exception__in=(DeliveryException.UNKNOWN, DeliveryException.CANCELLED)
    ).update(exception=""):
        _leave(batch, 1)
    elif not (
        thought.filter(exception="").exists()
        # Whoever would claim the batch waits for this row, and then finds one less.
        and _leave(batch, 1, states=(BatchState.READY, BatchState.FAILED))
    ):
        return False
    _settle_as_told(batch, [delivery_id], now=now)
    return True


def _leave(
    batch: Batch, count: int, *, states: Collection[str] = BatchState.values
) -> bool:
    """Take readers off a batch's size, where it is in one of these states."""
    return bool(
        Batch.objects.filter(pk=batch.pk, state__in=states).update(
            size=F("size") - count
        )
    )


def _settle_as_told(batch: Batch, deliveries: list[int], *, now: datetime) -> None:
    """Move readers to the dispatch's batch of those whom events proved accepted."""
    told = {"state": BatchState.DONE, "resolved_by": "event"}
    before = batch.dispatch.batches.filter(**told).first()
    if before is None:
        split_off(batch, deliveries, resolved_at=now, not_before=now, **told)
    else:
        Delivery.objects.filter(pk__in=deliveries).update(batch=before)
        Batch.objects.filter(pk=before.pk).update(size=F("size") + len(deliveries))


def _ask_again_later(batch: Batch, why: str, *, now: datetime) -> bool:
    asked_since = batch.submitted_at or batch.not_before
    if now - asked_since > GIVE_UP_AFTER:
        return _leave_unknown(batch, why, now=now)
    logger.warning("batch %s: no evidence yet (%s)", batch.pk, why)
    _held(batch).update(
        state=BatchState.AMBIGUOUS,
        not_before=now + ASK_AGAIN_AFTER,
        last_error=why[:300],
        lease_until=None,
    )
    return False
