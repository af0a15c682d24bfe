"""The verdict, from what the provider accepted: by identity, never by counts alone."""

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from newsletter.delivery.ledger import broken_invariants
from newsletter.delivery.models import (
    OPEN_BATCH_STATES,
    Batch,
    BatchState,
    Delivery,
    Dispatch,
)
from newsletter.delivery.progress import OUTCOMES
from newsletter.reports.checking import counts_unlike_their_rows
from newsletter.reports.counting_issues import count_issue

# From asking who left until the last byte of a request: what is let pass.
LEAVING_SECONDS = 8.0
# A mailbox that is busy is tried again after half an hour; nobody waits for that here.
A_WHILE = timedelta(minutes=10)


@dataclass
class Verdict:
    """Names of what went wrong; all empty is what we want."""

    deliveries: int = 0
    accepted: int = 0
    unknown: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    duplicated: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    after_leaving: list[str] = field(default_factory=list)
    contradicted: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    stuck: str = ""

    @property
    def ok(self) -> bool:
        """Whether nothing went wrong."""
        return not (
            self.duplicated
            or self.missing
            or self.strangers
            or self.after_leaving
            or self.contradicted
            or self.broken
            or self.stuck
        )


def read_log(log: Path) -> list[dict[str, Any]]:
    """Return what was accepted, line by line."""
    return [json.loads(line) for line in log.read_text().splitlines()]


def judge(
    accepted: list[tuple[str, float]],
    *,
    left: dict[str, float],
    others_may_be_unknown: bool,
) -> Verdict:
    """Compare who was accepted with what the ledger says of everyone.

    Args:
        accepted: uuid of the reader and the moment, as the provider logged it.
        left: uuid and moment of whoever left or was blocked meanwhile.
    """
    verdict = Verdict()
    times = Counter(reader for reader, _at in accepted)
    ledger = _ledger()
    verdict.deliveries, verdict.accepted = len(ledger), len(times)
    verdict.outcomes = dict(Counter(ledger.values()))
    verdict.unknown = verdict.outcomes.get("unknown", 0)
    verdict.duplicated = sorted(reader for reader, count in times.items() if count > 1)
    verdict.strangers = sorted(set(times) - set(ledger))
    postponed = _postponed()
    verdict.missing = sorted(
        reader
        for reader, outcome in ledger.items()
        if outcome in ("accepted", "waiting")
        and reader not in times
        and reader not in postponed
    )
    verdict.contradicted = sorted(
        f"{reader} {outcome}"
        for reader, outcome in ledger.items()
        if (outcome in ("skipped", "cancelled", "rejected") or reader in postponed)
        and reader in times
    )
    verdict.after_leaving = sorted(
        reader
        for reader, at in accepted
        if reader in left and at > left[reader] + LEAVING_SECONDS
    )
    verdict.stuck = _stuck()
    verdict.broken = [*broken_invariants(now=timezone.now()), *_wrongly_counted()][:20]
    if verdict.unknown and not others_may_be_unknown:
        verdict.missing.append(f"{verdict.unknown} unknown")
    return verdict


def _ledger() -> dict[str, str]:
    """Return the outcome of each reader in the audience."""
    found: dict[str, str] = {}
    for name, condition in OUTCOMES.items():
        rows = Delivery.objects.filter(condition)
        for uuid in rows.values_list("subscriber__uuid", flat=True):
            found[uuid.hex] = name
    return found


def has_begun() -> bool:
    """Tell whether the audience is frozen; before, nothing is open either."""
    return not Dispatch.objects.filter(started_at=None).exists()


def open_batches() -> "QuerySet[Batch]":
    """Return what should be settled yet; a busy mailbox may be tried later."""
    unsettled = Batch.objects.filter(state__in=(*OPEN_BATCH_STATES, BatchState.FAILED))
    return unsettled.exclude(_in_a_while())


def _in_a_while() -> Q:
    return Q(state=BatchState.READY, not_before__gt=timezone.now() + A_WHILE)


def _postponed() -> set[str]:
    """Return whose mailbox asked to come back later, and who waits for that."""
    batches = Batch.objects.filter(_in_a_while())
    readers = Delivery.objects.filter(exception="", batch__in=batches)
    uuids = readers.values_list("subscriber__uuid", flat=True)
    return {uuid.hex for uuid in uuids}


def _stuck() -> str:
    dispatch = Dispatch.objects.get()
    if has_begun() and not open_batches().exists():
        return ""
    states = Counter(Batch.objects.values_list("state", flat=True))
    return f"{dispatch.state} {dispatch.pause_reason} {dict(states)}".strip()


def _wrongly_counted() -> list[str]:
    """Return what is wrong with the numbers of the issues, counted at last."""
    everything = Dispatch.objects.exclude(started_at=None)
    for dispatch in everything.select_related("issue__mailing_list"):
        count_issue(dispatch, now=timezone.now())
    return counts_unlike_their_rows(everything)
