"""Whether what was counted of an issue is what its rows say."""

from collections import Counter
from collections.abc import Iterator

from django.db.models import F, QuerySet, Sum

from newsletter.delivery.models import Dispatch, DispatchState
from newsletter.reports.counting_issues import outcomes_from_rows
from newsletter.reports.issue_models import TAKEN, MomentCount, Outcome, OutcomeCount

# Taken once, then told of: each adds up to what is counted without the time.
_WITH_TIME = (
    Outcome.DELIVERED,
    Outcome.DEFERRED,
    Outcome.BOUNCED,
    Outcome.COMPLAINED,
)


def counts_unlike_their_rows(dispatches: "QuerySet[Dispatch]") -> list[str]:
    """Return a sentence for every count that does not add up; empty when all do."""
    counted = dispatches.filter(issue_count__isnull=False)
    return [sentence for one in counted for sentence in _broken(one)]


def _broken(dispatch: Dispatch) -> Iterator[str]:
    stored = _stored(dispatch)
    if stored.total() != dispatch.audience_count:
        yield (
            f"dispatch {dispatch.pk}: {stored.total()} readers are counted, for an "
            f"audience of {dispatch.audience_count}"
        )
    if not _is_settled(dispatch):
        return
    if stored != (rows := _from_rows(dispatch)):
        yield (
            f"dispatch {dispatch.pk}: counted {dict(stored)}, the rows say {dict(rows)}"
        )
    if (timed := _timed(dispatch)) != (expected := _expected_timed(stored)):
        yield (
            f"dispatch {dispatch.pk}: by the minute {dict(timed)}, all together "
            f"{dict(expected)}"
        )


def _is_settled(dispatch: Dispatch) -> bool:
    """Tell whether nothing happened since it was counted; else it is counted again."""
    settled = Dispatch.objects.filter(
        pk=dispatch.pk,
        state=DispatchState.SENT,
        finished_at__lt=F("issue_count__counted_at"),
        news=None,
    )
    return settled.exists()


def _stored(dispatch: Dispatch) -> Counter[str]:
    rows = (
        OutcomeCount.objects.filter(dispatch=dispatch)
        .values_list("outcome")
        .annotate(Sum("readers"))
    )
    return Counter(dict(rows))


def _from_rows(dispatch: Dispatch) -> Counter[str]:
    counted = Counter[str]()
    for (_domain, outcome, _reason), readers in outcomes_from_rows(dispatch).items():
        counted[str(outcome)] += readers
    return counted


def _timed(dispatch: Dispatch) -> Counter[str]:
    rows = (
        MomentCount.objects.filter(dispatch=dispatch)
        .values_list("outcome")
        .annotate(Sum("readers"))
    )
    return Counter(dict(rows))


def _expected_timed(stored: Counter[str]) -> Counter[str]:
    expected = Counter({str(outcome): stored[outcome] for outcome in _WITH_TIME})
    expected[Outcome.ACCEPTED] = sum(stored[outcome] for outcome in TAKEN)
    return +expected
