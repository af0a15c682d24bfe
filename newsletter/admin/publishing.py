"""Getting an issue out: what is still wrong, the yes, the moment, taking it back."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _

from newsletter.admin.approving import MAY_APPROVE, approve_view
from newsletter.admin.comments import comment_act_view, comments_view, talk_view
from newsletter.admin.countdown import countdown, countdown_words
from newsletter.admin.desk_pages import (
    issue_for,
    issue_page,
    titled,
    user_of,
)
from newsletter.admin.findings import finding_urls, look_shown
from newsletter.admin.moments import (
    MAY_SCHEDULE,
    cancel_view,
    schedule_view,
    send_now_view,
)
from newsletter.admin.months_best import months_best_view
from newsletter.admin.proposals import proposal_view, reject_view
from newsletter.admin.subjects import MAY_CHANGE, subjects_view
from newsletter.admin.trials import trial_view, trials_of
from newsletter.delivery.models import Dispatch, DispatchState
from newsletter.delivery.months_best import is_months_best
from newsletter.issues.aiming import aim_in_words, aim_of
from newsletter.issues.models import Issue
from newsletter.issues.subject_tests import subjects_of
from newsletter.publishing.approval import latest_approval
from newsletter.publishing.deputies import in_whose_place, may
from newsletter.publishing.frozen_checks import BEHIND
from newsletter.publishing.models import Approval, Comment
from newsletter.publishing.proposals import proposal_of
from newsletter.publishing.readiness import preflight
from newsletter.publishing.saying import in_words, sentence
from newsletter.publishing.second_eyes import why_somebody_else

# So close to leaving, the page counts down and taking back stands first.
CLOSE = timedelta(hours=1)


# --- The page from which an issue leaves ---


def publish_view(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Show what is wrong, whether there is a yes, and when it leaves."""
    issue = issue_for(request, issue_id)
    now = timezone.now()
    findings = preflight(issue, now=now)
    dispatch = issue.dispatches.standing().first()
    approval = latest_approval(issue)
    needs_approval = issue.mailing_list.needs_approval
    user = user_of(request)
    return issue_page(
        request,
        "publish",
        issue,
        title=titled(_("Get %(issue)s ready"), issue),
        look=look_shown(findings, request, issue),
        approval=approval,
        lapsed=_lapsed(issue),
        needs_approval=needs_approval,
        is_behind=any(finding.code == BEHIND for finding in findings),
        may_leave=approval or not needs_approval,
        dispatch=dispatch,
        is_scheduled=bool(dispatch and dispatch.state == DispatchState.SCHEDULED),
        is_late=bool(dispatch and _is_late(dispatch, now)),
        when=_when(dispatch, issue, now),
        may_approve=may(user, MAY_APPROVE, now=now),
        why_not_approve=why_somebody_else(issue, by=user, now=now),
        in_place_of=in_whose_place(user, MAY_APPROVE, now=now),
        may_schedule=may(user, MAY_SCHEDULE, now=now),
        is_months_best=is_months_best(issue),
        aim=aim_in_words(aim_of(issue)),
        proposal=proposal_of(issue),
        open_comments=Comment.objects.of(issue).open(),
        **trials_of(issue),
        subjects=subjects_of(issue),
        may_try_subjects=user.has_perm(MAY_CHANGE),
        **_leaving(dispatch, now),
    )


def _leaving(dispatch: Dispatch | None, now: datetime) -> dict[str, Any]:
    """Return how long there is still to take it back; empty while that is long."""
    if dispatch is None or dispatch.state != DispatchState.SCHEDULED:
        return {}
    wait = dispatch.due_at - now
    if not timedelta(0) < wait <= CLOSE:
        return {}
    return {"left": countdown(wait), "countdown_words": countdown_words()}


def _is_late(dispatch: Dispatch, now: datetime) -> bool:
    return dispatch.state == DispatchState.SCHEDULED and dispatch.start_before <= now


def _lapsed(issue: Issue) -> Approval | None:
    """Return an earlier yes that a change made lapse."""
    earlier = Approval.objects.filter(rendition__issue=issue).order_by("-pk")
    return earlier.exclude(for_version=issue.version).first()


def _when(dispatch: Dispatch | None, issue: Issue, now: datetime) -> str:
    if dispatch is None:
        return ""
    due_local = datetime.fromisoformat(dispatch.due_local)
    if dispatch.state == DispatchState.SCHEDULED:
        return sentence(issue, now=now, due_local=due_local, aim=dispatch.rendition.aim)
    return in_words(due_local, issue.mailing_list, now=now)


_VIEWS: tuple[tuple[str, str, Callable[..., HttpResponse]], ...] = (
    ("", "publish", publish_view),
    ("akkoord/", "approve", approve_view),
    ("inplannen/", "schedule", schedule_view),
    ("nu-versturen/", "send_now", send_now_view),
    ("annuleren/", "cancel", cancel_view),
    ("proefmail/", "trial", trial_view),
    ("opmerkingen/", "comments", comments_view),
    ("gesprek/", "talk", talk_view),
    ("voorstel/", "proposal", proposal_view),
    ("voorstel/afwijzen/", "reject", reject_view),
    ("onderwerpen/", "subjects", subjects_view),
    ("beste-van-de-maand/", "months_best", months_best_view),
)


def publishing_urls() -> list[URLPattern]:
    """Return the addresses of these pages, for behind ``admin/…/dispatch/``."""
    on_a_comment = path(
        "editie/<int:issue_id>/opmerkingen/<int:comment_id>/<slug:act>/",
        admin.site.admin_view(comment_act_view),
        name="newsletter_issue_comment",
    )
    return [
        path(
            f"editie/<int:issue_id>/{tail}",
            admin.site.admin_view(view),
            name=f"newsletter_issue_{name}",
        )
        for tail, name, view in _VIEWS
    ] + [on_a_comment, *finding_urls()]
