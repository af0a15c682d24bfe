"""The coming Sundays of a list, each with what stands on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db.models import F
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from newsletter.delivery.models import Dispatch, DispatchState
from newsletter.delivery.moments import moment_of
from newsletter.issues.models import Issue, SkippedSunday
from newsletter.issues.numbering import WEEK, last_day_gone, next_day
from newsletter.publishing.calendar import local_time
from newsletter.publishing.models import Approval
from newsletter.publishing.planning import movable
from subscribers.models import MailingList

WEEKS = 8
# Older drafts are found among the issues.
SHOWN_WITHOUT_A_DAY = 5


class SundayState(StrEnum):
    """What stands on a day."""

    EMPTY = "empty"
    SKIPPED = "skipped"
    DRAFT = "draft"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    MISSED = "missed"
    LEAVING = "leaving"
    PAUSED = "paused"
    SENT = "sent"
    STOPPED = "stopped"

    @property
    def label(self) -> str:
        """The word for it on the screen."""
        return str(_LABELS[self])


_LABELS = {
    SundayState.EMPTY: _("free"),
    SundayState.SKIPPED: _("skipped"),
    SundayState.DRAFT: _("draft"),
    SundayState.APPROVED: pgettext_lazy("an issue", "approved"),
    SundayState.SCHEDULED: _("scheduled"),
    SundayState.MISSED: _("missed its moment"),
    SundayState.LEAVING: _("on its way"),
    SundayState.PAUSED: _("paused"),
    SundayState.SENT: _("sent"),
    SundayState.STOPPED: _("stopped"),
}
_OF_DISPATCH = {
    DispatchState.SCHEDULED: SundayState.SCHEDULED,
    DispatchState.SENDING: SundayState.LEAVING,
    DispatchState.PAUSED: SundayState.PAUSED,
    DispatchState.SENT: SundayState.SENT,
    DispatchState.CANCELLED: SundayState.STOPPED,
}
# Of these nothing has left, so that there is still something to do.
AHEAD = frozenset(
    {
        SundayState.EMPTY,
        SundayState.DRAFT,
        SundayState.APPROVED,
        SundayState.SCHEDULED,
        SundayState.MISSED,
    }
)
MOVABLE = frozenset({SundayState.DRAFT, SundayState.APPROVED})


@dataclass(frozen=True)
class Sunday:
    """One day of a list.

    Attributes:
        due_at: when its issue leaves, or would.
        reason: why it is skipped.
    """

    day: date
    state: SundayState
    due_at: datetime
    issue: Issue | None = None
    dispatch: Dispatch | None = None
    reason: str = ""

    @property
    def is_free(self) -> bool:
        """Whether an issue may be put here."""
        return self.state == SundayState.EMPTY

    @property
    def is_movable(self) -> bool:
        """Whether its issue may be put elsewhere."""
        return self.state in MOVABLE


def coming_sundays(
    mailing_list: MailingList, *, now: datetime, weeks: int = WEEKS
) -> list[Sunday]:
    """Return what stands on the coming days of a list, in order.

    An issue of another day than usual has its place between them, and so has today's
    once it has left.
    """
    today = local_time(now, mailing_list.zone).date()
    regular = regular_days(mailing_list, now=now, weeks=weeks)
    issues = _issues(mailing_list, today, regular[-1])
    skipped = _reasons(mailing_list, regular)
    approved = _approved(issues)
    days = sorted({*regular, *issues})
    return [
        _without_issue(mailing_list, day, skipped)
        if day not in issues
        else sunday_of(
            issues[day], mailing_list, is_approved=issues[day].pk in approved, now=now
        )
        for day in days
    ]


def regular_days(mailing_list: MailingList, *, now: datetime, weeks: int) -> list[date]:
    """Return the coming publication days of a list whose hour has not gone by."""
    first = next_day(mailing_list, after=last_day_gone(mailing_list, now=now))
    return [first + week * WEEK for week in range(weeks)]


def next_sunday(sundays: list[Sunday]) -> Sunday | None:
    """Return the first of these days on which there is still something to do."""
    return next((sunday for sunday in sundays if sunday.state in AHEAD), None)


def without_a_day(mailing_list: MailingList, *, now: datetime) -> list[Issue]:
    """Return the drafts that wait for a day, or whose day went by."""
    today = local_time(now, mailing_list.zone).date()
    drafts = movable(Issue.objects.of(mailing_list))
    waiting = drafts.exclude(publication_date__gte=today)
    return list(waiting[:SHOWN_WITHOUT_A_DAY])


def sunday_of(
    issue: Issue, mailing_list: MailingList, *, is_approved: bool, now: datetime
) -> Sunday:
    """Return how an issue stands on its day."""
    assert issue.publication_date is not None  # noqa: S101 (it was found by its day)
    dispatch = _told(issue)
    due_at = (
        dispatch.due_at if dispatch else _moment(mailing_list, issue.publication_date)
    )
    return Sunday(
        day=issue.publication_date,
        state=_state(dispatch, is_approved=is_approved, now=now),
        due_at=due_at,
        issue=issue,
        dispatch=dispatch,
    )


def _state(
    dispatch: Dispatch | None, *, is_approved: bool, now: datetime
) -> SundayState:
    if dispatch is None:
        return SundayState.APPROVED if is_approved else SundayState.DRAFT
    state = _OF_DISPATCH[DispatchState(dispatch.state)]
    if state == SundayState.SCHEDULED and dispatch.start_before <= now:
        return SundayState.MISSED
    return state


def _told(issue: Issue) -> Dispatch | None:
    """Return the dispatch that counts: a moment that was taken back does not."""
    told = (
        one
        for one in issue.dispatches.all()
        if one.state != DispatchState.CANCELLED or one.started_at
    )
    return next(told, None)


def _without_issue(
    mailing_list: MailingList, day: date, skipped: Mapping[date, str]
) -> Sunday:
    state = SundayState.SKIPPED if day in skipped else SundayState.EMPTY
    return Sunday(day, state, _moment(mailing_list, day), reason=skipped.get(day, ""))


def _moment(mailing_list: MailingList, day: date) -> datetime:
    return moment_of(datetime.combine(day, mailing_list.send_time), mailing_list.zone)


def _issues(mailing_list: MailingList, first: date, last: date) -> dict[date, Issue]:
    issues = (
        Issue.objects.of(mailing_list)
        .between(first, last)
        .select_related("mailing_list")
        .prefetch_related("dispatches")
    )
    return {issue.publication_date: issue for issue in issues if issue.publication_date}


def _reasons(mailing_list: MailingList, days: list[date]) -> dict[date, str]:
    skipped = SkippedSunday.objects.of(mailing_list).filter(day__in=days)
    return dict(skipped.values_list("day", "reason"))


def _approved(issues: Mapping[date, Issue]) -> set[int]:
    """Return which of them have a yes to what they say now."""
    yes = Approval.objects.filter(
        rendition__issue__in=issues.values(),
        for_version=F("rendition__issue__version"),
    )
    return set(yes.values_list("rendition__issue", flat=True))
