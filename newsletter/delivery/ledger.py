"""The invariants of the ledger: what must be true whatever crashed."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from newsletter.delivery.models import (
    OPEN_BATCH_STATES,
    Attempt,
    AttemptOutcome,
    Batch,
    BatchState,
    Delivery,
    Dispatch,
    DispatchState,
)
from newsletter.delivery.outcomes import WITNESSED
from newsletter.delivery.preparation import NEVER_LEFT
from newsletter.delivery.progress import progress
from newsletter.delivery.witness import WitnessSilent, testimony
from subscribers.models import Subscriber, SubscriptionState

Rule = Callable[["QuerySet[Dispatch]", datetime], Iterator[str]]


def broken_invariants(
    *, now: datetime, dispatches: "QuerySet[Dispatch] | None" = None
) -> list[str]:
    """Return a sentence for every row that breaks a rule; empty when all is well."""
    chosen = Dispatch.objects.all() if dispatches is None else dispatches
    return [sentence for rule in _RULES for sentence in rule(chosen, now)]


def _everyone_is_accounted_for(
    dispatches: "QuerySet[Dispatch]", now: datetime
) -> Iterator[str]:
    for dispatch in dispatches.exclude(started_at=None):
        rows = dispatch.deliveries.count()
        if rows != dispatch.audience_count:
            yield (
                f"dispatch {dispatch.pk}: {rows} deliveries for an audience of "
                f"{dispatch.audience_count}"
            )
        if not (counted := progress(dispatch)).balances:
            yield f"dispatch {dispatch.pk}: the parts do not add up: {counted}"


def _sent_means_settled(
    dispatches: "QuerySet[Dispatch]", now: datetime
) -> Iterator[str]:
    open_batches = Batch.objects.filter(
        dispatch__in=dispatches.filter(state=DispatchState.SENT),
        state__in=(*OPEN_BATCH_STATES, BatchState.FAILED),
    )
    for batch in open_batches:
        yield f"dispatch {batch.dispatch_id} is sent, but batch {batch.number} is open"


def _no_lease_is_long_over(
    dispatches: "QuerySet[Dispatch]", now: datetime
) -> Iterator[str]:
    long_ago = (
        now - timedelta(seconds=settings.LEASE_SECONDS) - 2 * settings.SWEEP_EVERY
    )
    for batch in Batch.objects.filter(
        dispatch__in=dispatches,
        state=BatchState.SUBMITTING,
        lease_until__lt=long_ago,
    ):
        yield f"batch {batch.pk} is being handed over since {batch.submitted_at}"


def _accepted_batches_have_an_attempt(
    dispatches: "QuerySet[Dispatch]", now: datetime
) -> Iterator[str]:
    for batch in Batch.objects.filter(
        dispatch__in=dispatches, state=BatchState.DONE, resolved_by="response"
    ).exclude(attempts__outcome__isnull=False):
        yield f"batch {batch.pk} is accepted without an attempt"


def _attempts_are_counted(
    dispatches: "QuerySet[Dispatch]", now: datetime
) -> Iterator[str]:
    counted = (
        Attempt.objects.filter(batch=OuterRef("pk"))
        .order_by()
        .values("batch")
        .annotate(n=Count("pk"))
        .values("n")
    )
    for batch in (
        Batch.objects.filter(dispatch__in=dispatches)
        .annotate(rows=Coalesce(Subquery(counted), 0))
        .exclude(rows=F("attempt_count"))
    ):
        yield f"batch {batch.pk}: {rows_of(batch)} attempts of {batch.attempt_count}"


def _attempts_do_not_overlap(
    dispatches: "QuerySet[Dispatch]", now: datetime
) -> Iterator[str]:
    """A second attempt may begin only after the first was proven not taken."""
    earlier: dict[int, Attempt] = {}
    attempts = Attempt.objects.filter(batch__dispatch__in=dispatches)
    for attempt in attempts.order_by("batch_id", "number").iterator():
        before = earlier.get(attempt.batch_id)
        if before and before.outcome == AttemptOutcome.ACCEPTED:
            yield f"batch {attempt.batch_id} left again after it was accepted"
        earlier[attempt.batch_id] = attempt


def _batches_hold_their_size(
    dispatches: "QuerySet[Dispatch]", now: datetime
) -> Iterator[str]:
    counted = (
        Delivery.objects.filter(batch=OuterRef("pk"))
        .order_by()
        .values("batch")
        .annotate(n=Count("pk"))
        .values("n")
    )
    for batch in (
        Batch.objects.filter(dispatch__in=dispatches)
        .annotate(rows=Coalesce(Subquery(counted), 0))
        .exclude(rows=F("size"))
    ):
        yield f"batch {batch.pk}: {rows_of(batch)} readers, said {batch.size}"


def _nobody_is_mailed_after_leaving(
    dispatches: "QuerySet[Dispatch]", now: datetime
) -> Iterator[str]:
    """Whoever left before their batch was handed over is skipped.

    A task's time is allowed for: from asking who left until the last of a group. Of
    what left before a backup was put back the ledger does not know the moment.
    """
    asked = timedelta(seconds=settings.TASK_SECONDS)
    unknown_moment = Q(batch__last_error=WITNESSED) | Q(
        batch__attempts__error=WITNESSED
    )
    for delivery in Delivery.objects.exclude(unknown_moment).filter(
        dispatch__in=dispatches,
        exception="",
        batch__state=BatchState.DONE,
        batch__submitted_at__isnull=False,
        subscriber__subscriptions__mailing_list=F("dispatch__issue__mailing_list"),
        subscriber__subscriptions__state=SubscriptionState.UNSUBSCRIBED,
        subscriber__subscriptions__unsubscribed_at__lt=F("batch__submitted_at") - asked,
    ):
        yield f"delivery {delivery.pk} was mailed after its reader had left"


def _deliveries_stand_in_their_dispatch(
    dispatches: "QuerySet[Dispatch]", now: datetime
) -> Iterator[str]:
    for delivery in Delivery.objects.filter(dispatch__in=dispatches).exclude(
        batch__dispatch=F("dispatch")
    ):
        yield f"delivery {delivery.pk} stands in no batch of its dispatch"
    reader = Subscriber.objects.filter(pk=OuterRef("subscriber_id"))
    for delivery in Delivery.objects.filter(~Exists(reader), dispatch__in=dispatches):
        yield f"delivery {delivery.pk} is of a subscriber who is not there"


def _nobody_gets_an_issue_twice(
    dispatches: "QuerySet[Dispatch]", now: datetime
) -> Iterator[str]:
    """Over all dispatches of an issue, also one that was stopped."""
    twice = (
        Delivery.objects.filter(dispatch__issue__dispatches__in=dispatches)
        .exclude(exception__in=NEVER_LEFT, event="")
        .order_by()
        .values("dispatch__issue", "subscriber")
        .annotate(n=Count("dispatch", distinct=True))
        .filter(n__gt=1)
    )
    for row in twice:
        yield (
            f"subscriber {row['subscriber']} is in {row['n']} dispatches of issue "
            f"{row['dispatch__issue']}"
        )


def _no_attempt_is_seen_that_the_ledger_lacks(
    dispatches: "QuerySet[Dispatch]", now: datetime
) -> Iterator[str]:
    """The witness sees an attempt after it was written here: it never knows more."""
    for dispatch in dispatches.exclude(started_at=None).select_related("issue"):
        try:
            seen = testimony(dispatch.issue.uuid)
        except WitnessSilent as silence:
            yield f"dispatch {dispatch.pk}: the witness does not answer ({silence})"
            continue
        for number, count in dispatch.batches.values_list("number", "attempt_count"):
            if seen.get(number, 0) > count:
                yield (
                    f"dispatch {dispatch.pk}: batch {number} was handed over "
                    f"{seen[number]} times, the ledger knows {count}"
                )


def _what_was_accepted_is_said_so(
    dispatches: "QuerySet[Dispatch]", now: datetime
) -> Iterator[str]:
    """An accepted group waits for nothing and is not spared."""
    for attempt in Attempt.objects.filter(
        batch__dispatch__in=dispatches,
        outcome=AttemptOutcome.ACCEPTED,
        batch__state__in=(BatchState.READY, BatchState.FAILED, BatchState.CANCELLED),
    ):
        yield (
            f"batch {attempt.batch_id} was accepted at attempt {attempt.number}, "
            "but does not say so"
        )


def rows_of(batch: Batch) -> int:
    """Return what the query counted beside the batch."""
    return int(getattr(batch, "rows"))  # noqa: B009 (an annotation, unknown to types)


_RULES: tuple[Rule, ...] = (
    _everyone_is_accounted_for,
    _sent_means_settled,
    _no_lease_is_long_over,
    _accepted_batches_have_an_attempt,
    _attempts_are_counted,
    _attempts_do_not_overlap,
    _batches_hold_their_size,
    _deliveries_stand_in_their_dispatch,
    _nobody_is_mailed_after_leaving,
    _nobody_gets_an_issue_twice,
    _no_attempt_is_seen_that_the_ledger_lacks,
    _what_was_accepted_is_said_so,
)
