"""This Sunday: the front page of the desk."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from newsletter.delivery.models import Dispatch, DispatchState
from newsletter.delivery.moments import moment_of
from newsletter.delivery.progress import progress
from newsletter.issues.models import Issue
from newsletter.mistakes.models import ReaderMail, ReaderMailState
from newsletter.publishing.approval import latest_approval
from newsletter.publishing.calendar import planned_time
from newsletter.publishing.findings import Severity
from newsletter.publishing.readiness import content_findings
from subscribers.models import MailingList, Subscription

RECENT = 4
SHOWN_FINDINGS = 6


def this_sunday(request: HttpRequest, *, now: datetime) -> dict[str, Any]:
    """Return what the front page shows to whoever is logged in."""
    mailing_list = MailingList.objects.order_by("pk").first()
    if mailing_list is None or not request.user.has_perm("newsletter.view_issue"):
        return {"mailing_list": mailing_list}
    return {
        "mailing_list": mailing_list,
        "coming": _coming(mailing_list, now=now),
        "readers": _readers(mailing_list, now=now),
        "recent": [_account(dispatch) for dispatch in _recent(mailing_list)],
        "moving": _moving(mailing_list),
        "missed": Dispatch.objects.filter(issue__mailing_list=mailing_list)
        .missed(now)
        .select_related("issue")
        .first(),
        "waiting_mail": ReaderMail.objects.filter(state=ReaderMailState.NEW)[:5],
        "waiting_mail_count": ReaderMail.objects.filter(
            state=ReaderMailState.NEW
        ).count(),
        "may_begin": request.user.has_perm("newsletter.add_issue"),
    }


def _coming(mailing_list: MailingList, *, now: datetime) -> dict[str, Any] | None:
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
        finding
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
