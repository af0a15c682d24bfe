"""What asks for a person at this moment: only looking, nothing is told or changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Min, QuerySet, Sum
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from newsletter.audit.models import AuditEntry
from newsletter.delivery.models import (
    BatchState,
    Dispatch,
    DispatchState,
)
from newsletter.delivery.standstill import has_stood_still
from newsletter.mistakes.models import MistakeReport, MistakeReportState
from newsletter.publishing.calendar import local_time
from newsletter.reports.alert_models import AlertKind
from newsletter.reports.issue_models import Outcome, OutcomeCount
from newsletter.reports.issue_numbers import dispatches_of
from newsletter.reports.recent import tells_what_comes_back
from newsletter.reports.saying import grouped
from subscribers.models import MailingList

LATE, STILL = timedelta(minutes=5), timedelta(minutes=5)
SILENT, WAITING = timedelta(hours=1), timedelta(days=1)
# What left before is history; whoever looks finds it in its figures.
LOOKED_BACK = timedelta(days=14)
_TOLD = (Outcome.DELIVERED, Outcome.DEFERRED, Outcome.BOUNCED, Outcome.COMPLAINED)


@dataclass(frozen=True)
class Cause:
    """Something that asks for a person, as long as it is there."""

    kind: AlertKind
    about: str
    words: str
    page: str
    dispatch: Dispatch | None = None


def causes(now: datetime) -> Iterator[Cause]:
    """Yield everything that asks for a person now."""
    yield from _not_started(now)
    yield from _stalled(now)
    yield from _paused()
    yield from _unknown(now)
    yield from _silent(now)
    yield from _above_a_limit(now)
    yield from _mistakes(now)


def _of(kind: AlertKind, dispatch: Dispatch, words: str, page: str) -> Cause:
    return Cause(kind, f"dispatch {dispatch.pk}", words, page, dispatch)


def _progress_page(dispatch: Dispatch) -> str:
    return reverse("admin:newsletter_dispatch_change", args=[dispatch.pk])


def _with_issues() -> "QuerySet[Dispatch]":
    return Dispatch.objects.select_related("issue__mailing_list")


def _not_started(now: datetime) -> Iterator[Cause]:
    late = _with_issues().filter(state=DispatchState.SCHEDULED, due_at__lte=now - LATE)
    for dispatch in late:
        due = local_time(dispatch.due_at, dispatch.issue.mailing_list.zone)
        words = _("%(issue)s should have begun on %(when)s and has not.") % {
            "issue": dispatch.issue,
            "when": date_format(due, "l j F, H:i"),
        }
        page = reverse("admin:newsletter_issue_publish", args=[dispatch.issue_id])
        yield _of(AlertKind.NOT_STARTED, dispatch, words, page)


def _stalled(now: datetime) -> Iterator[Cause]:
    for dispatch in _with_issues().filter(state=DispatchState.SENDING):
        if has_stood_still(dispatch, since=now - STILL):
            words = _(
                "%(issue)s stands still: nothing has left for five minutes, though it "
                "is readers' turn."
            )
            words %= {"issue": dispatch.issue}
            yield _of(AlertKind.STALLED, dispatch, words, _progress_page(dispatch))


def _paused() -> Iterator[Cause]:
    for dispatch in _with_issues().filter(state=DispatchState.PAUSED):
        if _paused_itself(dispatch):
            words = _("%(issue)s was paused by itself. %(why)s") % {
                "issue": dispatch.issue,
                "why": dispatch.pause_reason,
            }
            yield _of(AlertKind.PAUSED, dispatch, words, _progress_page(dispatch))


def _paused_itself(dispatch: Dispatch) -> bool:
    last = AuditEntry.objects.about(dispatch).filter(act="paused")
    paused_by = last.order_by("-at", "-pk").values_list("actor_id", flat=True)[:1]
    return list(paused_by) == [None]


def _unknown(now: datetime) -> Iterator[Cause]:
    """Yield issues with uncertain readers, from what was counted: that is cheap."""
    counts = OutcomeCount.objects.filter(
        outcome=Outcome.UNKNOWN, dispatch__started_at__gt=now - LOOKED_BACK
    )
    uncertain = dict(counts.order_by().values_list("dispatch").annotate(Sum("readers")))
    for dispatch in _with_issues().filter(pk__in=uncertain):
        count = uncertain[dispatch.pk]
        words = ngettext(
            "%(issue)s: of %(count)s reader nobody knows whether it arrived.",
            "%(issue)s: of %(count)s readers nobody knows whether it arrived.",
            count,
        ) % {"issue": dispatch.issue, "count": grouped(count)}
        page = reverse(
            "admin:newsletter_dispatch_people", args=[dispatch.pk, "unknown"]
        )
        yield _of(AlertKind.UNKNOWN, dispatch, words, page)


# --- What the provider tells ---


def _silent(now: datetime) -> Iterator[Cause]:
    """Yield lists whose provider took an issue an hour ago and has told nothing.

    Of what left before we listened nothing will ever be told.
    """
    for mailing_list in MailingList.objects.order_by("pk"):
        dispatch = _last_taken(mailing_list, now - SILENT)
        if dispatch is None or not tells_what_comes_back(dispatch.provider):
            continue
        told = dispatch.outcome_counts.filter(outcome__in=_TOLD)
        if told.exists() or dispatch.news.exists():
            continue
        words = _(
            "The mail provider took %(issue)s more than an hour ago and has told "
            "nothing of it. Look whether its webhook still finds us."
        ) % {"issue": dispatch.issue}
        page = _progress_page(dispatch)
        about = f"list {mailing_list.pk}"
        yield Cause(AlertKind.SILENCE, about, words, page, dispatch)


def _last_taken(mailing_list: MailingList, before: datetime) -> Dispatch | None:
    """Return the last issue of these weeks of which something was taken by then."""
    lately = dispatches_of(mailing_list).filter(
        started_at__range=(before - LOOKED_BACK, before)
    )
    for dispatch in lately[:3]:
        done = dispatch.batches.filter(state=BatchState.DONE)
        first = done.aggregate(first=Min("resolved_at"))["first"]
        if first and first <= before:
            return dispatch
    return None


def _above_a_limit(now: datetime) -> Iterator[Cause]:
    """Yield issues that passed a limit when nothing was left to pause."""
    warned = _with_issues().filter(
        started_at__gt=now - LOOKED_BACK,
        state__in=(DispatchState.SENT, DispatchState.CANCELLED),
        issue_count__warning__gt="",
    )
    for dispatch in warned.select_related("issue_count"):
        words = _("%(issue)s: %(what)s") % {
            "issue": dispatch.issue,
            "what": dispatch.issue_count.warning,
        }
        page = reverse("admin:newsletter_dispatch_figures", args=[dispatch.pk])
        yield _of(AlertKind.LIMIT, dispatch, words, page)


# --- What readers tell ---


def _mistakes(now: datetime) -> Iterator[Cause]:
    waiting = MistakeReport.objects.filter(
        state=MistakeReportState.NEW, same_as=None, created_at__lte=now - WAITING
    )
    for report in waiting:
        yield Cause(
            AlertKind.MISTAKE,
            f"mistake report {report.pk}",
            _("A reader pointed at a mistake more than a day ago: nobody looked yet."),
            reverse("admin:newsletter_mistakereport_change", args=[report.pk]),
        )
