"""Counting what became of the readers of each dispatch, anew from its rows.

Never a sum that is added to: whatever comes twice, late or is taken back, the next
count is right. A count is kept only while no other was kept since it began, and what
is told while it runs stays marked, so that it is counted once more.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, StrIndex, Substr, TruncMinute

from newsletter.delivery.brakes import Limits, figures_of, what_went_wrong
from newsletter.delivery.models import (
    BatchState,
    Delivery,
    DeliveryException,
    Dispatch,
    DispatchState,
)
from newsletter.events.models import NewsOfDispatch
from newsletter.reports.issue_models import (
    IssueCount,
    MomentCount,
    Outcome,
    OutcomeCount,
)

MOVING = (DispatchState.SENDING, DispatchState.PAUSED)
# A large audience takes seconds to count: it is counted less often.
COUNT_EVERY, COUNT_PAUSED_EVERY = timedelta(minutes=1), timedelta(minutes=5)
READERS_PER_SECOND = 5_000
# After that it is counted every night for a month: readers move and are forgotten.
FRESH_FOR, FOLLOWED_FOR = timedelta(days=1), timedelta(days=30)
# What was being handed over when an issue was stopped is settled within a day.
SETTLES_WITHIN = timedelta(days=2)
# So many marks are taken away in one statement: a database takes no list of any length.
MARKS_AT_ONCE = 1_000
# The curve is drawn by the minute while most of it happens.
BY_THE_MINUTE = timedelta(hours=3)
# The largest domains have a line of their own; one of a few readers would name them.
DOMAINS, LEAST_AT_A_DOMAIN = 20, 5

_Group = tuple[str, str, str]


# --- What is due ---


def count_issues(*, clock: Callable[[], datetime], within: timedelta) -> int:
    """Count the dispatches that are due, the newest first; return how many.

    Args:
        within: none is begun after this time; a later run does the rest.
    """
    began, counted = clock(), 0
    for dispatch in issues_to_count(began):
        if clock() - began >= within:
            break
        counted += count_issue(dispatch, now=clock())
    return counted


def issues_to_count(now: datetime) -> list[Dispatch]:
    """Return the dispatches of which something may have changed since their count."""
    news = NewsOfDispatch.objects.filter(dispatch=OuterRef("pk"))
    waiting = OutcomeCount.objects.filter(
        dispatch=OuterRef("pk"), outcome=Outcome.WAITING
    )
    begun = Dispatch.objects.filter(
        Q(issue_count=None)
        | Q(state__in=MOVING)
        | Q(finished_at__gte=F("issue_count__counted_at"))
        | Q(Exists(news))
        | Q(
            Exists(waiting),
            state=DispatchState.CANCELLED,
            finished_at__gt=now - SETTLES_WITHIN,
        )
        | Q(
            started_at__gt=now - FOLLOWED_FOR,
            issue_count__counted_at__lte=now - FRESH_FOR,
        ),
        started_at__isnull=False,
    )
    newest_first = begun.select_related("issue_count", "issue__mailing_list").order_by(
        "-started_at"
    )
    return [dispatch for dispatch in newest_first if _has_waited(dispatch, now)]


def _has_waited(dispatch: Dispatch, now: datetime) -> bool:
    count = _count_of(dispatch)
    if count is None or (
        dispatch.finished_at and dispatch.finished_at >= count.counted_at
    ):
        return True
    is_paused = dispatch.state == DispatchState.PAUSED
    pause = (COUNT_PAUSED_EVERY if is_paused else COUNT_EVERY) + timedelta(
        seconds=dispatch.audience_count // READERS_PER_SECOND
    )
    return count.counted_at <= now - pause


def _count_of(dispatch: Dispatch) -> IssueCount | None:
    return getattr(dispatch, "issue_count", None)


# --- Counting one ---


def count_issue(dispatch: Dispatch, *, now: datetime) -> bool:
    """Count one dispatch; return whether it was kept: nobody else did it meanwhile."""
    before = IssueCount.objects.filter(dispatch=dispatch).first()
    # First: what is told from here on is marked anew.
    heard = list(
        NewsOfDispatch.objects.filter(dispatch=dispatch).values_list("pk", flat=True)
    )
    outcomes = list(_outcomes(dispatch))
    moments = list(_moments(dispatch))
    warning = _warning(dispatch)
    with transaction.atomic():
        if not _is_ours(dispatch, before, warning=warning, now=now):
            return False
        for start in range(0, len(heard), MARKS_AT_ONCE):
            some = heard[start : start + MARKS_AT_ONCE]
            NewsOfDispatch.objects.filter(pk__in=some).delete()
        OutcomeCount.objects.filter(dispatch=dispatch).delete()
        OutcomeCount.objects.bulk_create(outcomes, batch_size=500)
        MomentCount.objects.filter(dispatch=dispatch).delete()
        MomentCount.objects.bulk_create(moments, batch_size=500)
    return True


def _is_ours(
    dispatch: Dispatch, before: IssueCount | None, *, warning: str, now: datetime
) -> bool:
    if before is None:
        _row, is_new = IssueCount.objects.get_or_create(
            dispatch=dispatch, defaults={"counted_at": now, "warning": warning}
        )
        return is_new
    unchanged = IssueCount.objects.filter(pk=before.pk, counted_at=before.counted_at)
    return bool(unchanged.update(counted_at=now, warning=warning))


def _warning(dispatch: Dispatch) -> str:
    """Say which limit of the list was passed, also long after it left."""
    mailing_list = dispatch.issue.mailing_list
    figures = figures_of(dispatch, dispatch.batches.all())
    if figures.left < mailing_list.pause_limits_from:
        return ""
    return what_went_wrong(figures, Limits.of(mailing_list, figures.left))[:300]


# --- By outcome and domain ---


def outcome_of(exception: str, state: str | None, event: str) -> str:
    """Return the one outcome of a reader: what differs, else what was told, else done.

    >>> outcome_of("", "done", "bounced"), outcome_of("skipped", "done", "")
    ('bounced', 'skipped')
    """
    if exception:
        return exception
    if state == BatchState.DONE:
        return event or Outcome.ACCEPTED
    return Outcome.UNKNOWN if state == BatchState.UNKNOWN else Outcome.WAITING


def outcomes_from_rows(dispatch: Dispatch) -> Counter[_Group]:
    """Count everyone by domain, outcome and why they were skipped."""
    key = Coalesce("subscriber__address_key", Value(""))
    why = Case(
        When(exception=DeliveryException.SKIPPED, then=F("reason")), default=Value("")
    )
    rows = (
        dispatch.deliveries.order_by()
        .annotate(domain=Substr(key, StrIndex(key, Value("@")) + 1), why=why)
        .values_list("domain", "exception", "batch__state", "event", "why")
        .annotate(Count("pk"))
    )
    counted = Counter[_Group]()
    for domain, exception, state, event, reason, readers in rows.iterator():
        counted[domain, outcome_of(exception, state, event), reason] += readers
    return counted


def _outcomes(dispatch: Dispatch) -> Iterator[OutcomeCount]:
    counted = outcomes_from_rows(dispatch)
    by_domain = Counter[str]()
    for (domain, _outcome, _reason), readers in counted.items():
        by_domain[domain] += readers
    shown = {
        domain
        for domain, readers in by_domain.most_common(DOMAINS)
        if readers >= LEAST_AT_A_DOMAIN
    }
    told = Counter[_Group]()
    for (domain, outcome, reason), readers in counted.items():
        told[domain if domain in shown else "", outcome, reason] += readers
    for (domain, outcome, reason), readers in told.items():
        yield OutcomeCount(
            dispatch=dispatch,
            domain=domain,
            outcome=outcome,
            reason=reason,
            readers=readers,
        )


# --- By minute ---


def _moments(dispatch: Dispatch) -> Iterator[MomentCount]:
    told = Counter[tuple[str, datetime | None]]()
    for outcome, at, readers in (*_taken(dispatch), *_told(dispatch)):
        told[outcome, _rounded(at, dispatch)] += readers
    for (outcome, at), readers in told.items():
        # Between two questions readers move: no minute has fewer than nobody.
        if readers > 0:
            yield MomentCount(
                dispatch=dispatch, outcome=outcome, at=at, readers=readers
            )


def _rounded(at: datetime | None, dispatch: Dispatch) -> datetime | None:
    if at and dispatch.started_at and at > dispatch.started_at + BY_THE_MINUTE:
        return at.replace(minute=0)
    return at


def _taken(dispatch: Dispatch) -> Iterator[tuple[str, datetime | None, int]]:
    """Yield for how many the mail was taken, from the groups and the few exceptions."""
    done = dispatch.batches.filter(state=BatchState.DONE).order_by()
    sizes: QuerySet[Any, Any] = done.values_list(TruncMinute("resolved_at")).annotate(
        Sum("size")
    )
    for at, readers in sizes:
        yield Outcome.ACCEPTED, at, readers
    others = Delivery.objects.exclude(exception="").filter(
        dispatch=dispatch, batch__state=BatchState.DONE
    )
    differ: QuerySet[Any, Any] = (
        others.order_by()
        .values_list(TruncMinute("batch__resolved_at"))
        .annotate(Count("pk"))
    )
    for at, readers in differ:
        yield Outcome.ACCEPTED, at, -readers


def _told(dispatch: Dispatch) -> Iterator[tuple[str, datetime | None, int]]:
    events = dispatch.deliveries.exclude(event="").filter(
        exception="", batch__state=BatchState.DONE
    )
    rows: QuerySet[Any, Any] = (
        events.order_by()
        .values_list("event", TruncMinute("event_at"))
        .annotate(Count("pk"))
    )
    yield from rows
