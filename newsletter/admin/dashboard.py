"""This Sunday: the front page of the desk."""

from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db.models import QuerySet
from django.http import HttpRequest

from newsletter.admin.publishing import shown
from newsletter.delivery.models import Dispatch, DispatchState
from newsletter.delivery.moments import moment_of
from newsletter.delivery.progress import progress
from newsletter.issues.models import Issue
from newsletter.mistakes.models import ReaderMail, ReaderMailState
from newsletter.publishing.approval import latest_approval
from newsletter.publishing.calendar import planned_time
from newsletter.publishing.findings import Severity
from newsletter.publishing.readiness import content_findings
from subscribers.models import MailingList, Subscription, SubscriptionState

RECENT = 4
SHOWN_FINDINGS = 6
SHOWN_ROWS = 5


class Tile(Protocol):
    """One part of the front page."""

    def __call__(
        self, request: HttpRequest, mailing_list: MailingList, *, now: datetime
    ) -> dict[str, Any]:
        """Return what it shows."""


def this_sunday(request: HttpRequest, *, now: datetime) -> dict[str, Any]:
    """Return what the front page shows: to everybody the tiles of their own work."""
    mailing_list = MailingList.objects.order_by("pk").first()
    page: dict[str, Any] = {"mailing_list": mailing_list}
    if mailing_list is None:
        return page
    for permissions, tile in TILES:
        if any(request.user.has_perm(permission) for permission in permissions):
            page |= tile(request, mailing_list, now=now)
    page["has_tiles"] = len(page) > 1
    return page


def _issue_tile(
    request: HttpRequest, mailing_list: MailingList, *, now: datetime
) -> dict[str, Any]:
    missed = Dispatch.objects.filter(issue__mailing_list=mailing_list).missed(now)
    return {
        "shows_issues": True,
        "coming": _coming(request, mailing_list, now=now),
        "missed": missed.select_related("issue").first(),
    }


def _dispatch_tile(
    request: HttpRequest, mailing_list: MailingList, *, now: datetime
) -> dict[str, Any]:
    return {
        "shows_dispatches": True,
        "recent": [_account(dispatch) for dispatch in _recent(mailing_list)],
        "moving": _moving(mailing_list),
    }


def _mail_tile(
    request: HttpRequest, mailing_list: MailingList, *, now: datetime
) -> dict[str, Any]:
    waiting = ReaderMail.objects.filter(state=ReaderMailState.NEW)
    return {
        "shows_mail": True,
        "waiting_mail": waiting[:SHOWN_ROWS],
        "waiting_mail_count": waiting.count(),
    }


def _readers_tile(
    request: HttpRequest, mailing_list: MailingList, *, now: datetime
) -> dict[str, Any]:
    return {"shows_readers": True, "readers": _readers(mailing_list, now=now)}


def _subscribers_tile(
    request: HttpRequest, mailing_list: MailingList, *, now: datetime
) -> dict[str, Any]:
    """Show who came last, and who asked to come and has not confirmed yet."""
    theirs = mailing_list.subscriptions.select_related("subscriber")
    asked = theirs.filter(state=SubscriptionState.PENDING).order_by("-created_at")
    came = theirs.filter(state=SubscriptionState.CONFIRMED).order_by("-confirmed_at")
    return {
        "shows_subscribers": True,
        "newest": came[:SHOWN_ROWS],
        "requests": asked[:SHOWN_ROWS],
        "request_count": asked.count(),
    }


# Which tiles are for whom: any one of the permissions will do.
TILES: tuple[tuple[tuple[str, ...], Tile], ...] = (
    (("newsletter.view_issue",), _issue_tile),
    (("newsletter.view_dispatch",), _dispatch_tile),
    (("newsletter.view_readermail",), _mail_tile),
    (("newsletter.view_issue", "subscribers.view_subscriber"), _readers_tile),
    (("subscribers.view_subscriber",), _subscribers_tile),
)


def _coming(
    request: HttpRequest, mailing_list: MailingList, *, now: datetime
) -> dict[str, Any] | None:
    """Return the next issue that has not left, with what is still missing."""
    today = now.astimezone(mailing_list.zone).date()
    issue = (
        Issue.objects.of(mailing_list)
        .filter(publication_date__gte=today)
        .exclude(dispatches__started_at__isnull=False)
        .order_by("publication_date")
        .first()
    )
    if issue is None:
        return None
    findings = [
        shown(finding, request)
        for finding in content_findings(issue)
        if finding.severity != Severity.HINT
    ]
    due_local = planned_time(issue)
    due_at = moment_of(due_local, mailing_list.zone) if due_local else None
    return {
        "issue": issue,
        "due_at": due_at,
        "left": _left(due_at - now) if due_at else None,
        "findings": findings[:SHOWN_FINDINGS],
        "more_findings": max(0, len(findings) - SHOWN_FINDINGS),
        "approval": latest_approval(issue),
        "dispatch": issue.dispatches.standing().first(),
    }


def _left(wait: timedelta) -> dict[str, int] | None:
    """Return days and hours until an issue leaves; None once it is past."""
    if wait <= timedelta(0):
        return None
    return {"days": wait.days, "hours": wait.seconds // 3600}


def _readers(mailing_list: MailingList, *, now: datetime) -> int:
    today = now.astimezone(mailing_list.zone).date()
    return (
        Subscription.objects.filter(mailing_list=mailing_list).mailable(today).count()
    )


def _recent(mailing_list: MailingList) -> "QuerySet[Dispatch]":
    return (
        Dispatch.objects.started()
        .filter(issue__mailing_list=mailing_list)
        .select_related("issue", "rendition")
        .defer("rendition__html", "rendition__text")
        .order_by("-started_at")[:RECENT]
    )


def _moving(mailing_list: MailingList) -> Dispatch | None:
    return Dispatch.objects.filter(
        issue__mailing_list=mailing_list,
        state__in=(DispatchState.SENDING, DispatchState.PAUSED),
    ).first()


def _account(dispatch: Dispatch) -> dict[str, Any]:
    return {"dispatch": dispatch, "progress": progress(dispatch)}
