"""Getting an issue out: what is still wrong, the yes, the moment, taking it back."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from newsletter.delivery.models import Dispatch, DispatchState
from newsletter.issues.models import Issue
from newsletter.publishing.approval import CannotApprove, approve, latest_approval
from newsletter.publishing.calendar import planned_time
from newsletter.publishing.frozen_checks import BEHIND
from newsletter.publishing.models import Approval
from newsletter.publishing.readiness import Finding, preflight, stops
from newsletter.publishing.scheduling import (
    CannotSchedule,
    TimeHasPassed,
    cancel_moment,
    in_words,
    is_past,
    schedule,
    send_now,
    sentence,
    why_not,
)

MAY_LOOK = "newsletter.view_issue"
MAY_APPROVE = "newsletter.add_approval"
MAY_SCHEDULE = "newsletter.add_dispatch"


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def _issue(request: HttpRequest, issue_id: int, permission: str) -> Issue:
    if not request.user.has_perms((MAY_LOOK, permission)):
        raise PermissionDenied
    return get_object_or_404(Issue.objects.select_related("mailing_list"), pk=issue_id)


def _page(
    request: HttpRequest, template: str, issue: Issue, status: int = 200, **context: Any
) -> TemplateResponse:
    return TemplateResponse(
        request,
        f"admin/newsletter/issue/{template}.html",
        {
            **admin.site.each_context(request),
            "opts": Issue._meta,
            "issue": issue,
            "issue_url": _change_url(issue),
            **context,
        },
        status=status,
    )


def _titled(words: str, issue: Issue) -> str:
    title = words % {"issue": str(issue).lower()}
    return title[:1].upper() + title[1:]


def _change_url(row: models.Model) -> str:
    """Return the page on which a row is changed; "" where there is none."""
    try:
        return reverse(
            f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk]
        )
    except NoReverseMatch:
        return ""


# --- The page from which an issue leaves ---


def publish_view(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Show what is wrong, whether there is a yes, and when it leaves."""
    issue = _issue(request, issue_id, MAY_LOOK)
    now = timezone.now()
    findings = preflight(issue, now=now)
    dispatch = issue.dispatches.standing().first()
    approval = latest_approval(issue)
    needs_approval = issue.mailing_list.needs_approval
    return _page(
        request,
        "publish",
        issue,
        title=_titled(_("Get %(issue)s ready"), issue),
        findings=[shown(finding, request) for finding in findings],
        stop_count=len(stops(findings)),
        approval=approval,
        lapsed=_lapsed(issue),
        needs_approval=needs_approval,
        is_behind=any(finding.code == BEHIND for finding in findings),
        may_leave=approval or not needs_approval,
        dispatch=dispatch,
        is_scheduled=bool(dispatch and dispatch.state == DispatchState.SCHEDULED),
        is_late=bool(dispatch and _is_late(dispatch, now)),
        when=_when(dispatch, issue, now),
        may_approve=request.user.has_perm(MAY_APPROVE),
        may_schedule=request.user.has_perm(MAY_SCHEDULE),
    )


def _is_late(dispatch: Dispatch, now: datetime) -> bool:
    return dispatch.state == DispatchState.SCHEDULED and dispatch.start_before <= now


def _lapsed(issue: Issue) -> Approval | None:
    """Return an earlier yes that a change made lapse."""
    earlier = Approval.objects.filter(rendition__issue=issue).order_by("-pk")
    return earlier.exclude(rendition__issue_version=issue.version).first()


def _when(dispatch: Dispatch | None, issue: Issue, now: datetime) -> str:
    if dispatch is None:
        return ""
    due_local = datetime.fromisoformat(dispatch.due_local)
    if dispatch.state == DispatchState.SCHEDULED:
        return sentence(issue, now=now, due_local=due_local)
    return in_words(due_local, issue.mailing_list, now=now)


def shown(finding: Finding, request: HttpRequest) -> dict[str, str]:
    """Add the link to the place where it is put right, if one may go there."""
    row = finding.about
    may_see = request.user.has_perm(f"{row._meta.app_label}.change_{_name(row)}")
    address = _change_url(row) if may_see else ""
    anchor = f"#{finding.field}" if finding.field else ""
    return {
        "severity": str(finding.severity),
        "label": finding.severity.label,
        "message": finding.message,
        "address": f"{address}{anchor}" if address else "",
    }


def _name(row: models.Model) -> str:
    return str(row._meta.model_name)


# --- The yes ---


@require_POST
def approve_view(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Say yes to what the person had before them."""
    issue = _issue(request, issue_id, MAY_APPROVE)
    seen = request.POST.get("version", "")
    try:
        approve(
            issue,
            by=_user(request),
            now=timezone.now(),
            seen_version=int(seen) if seen.isdecimal() else None,
        )
    except CannotApprove as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("You approved this issue as it is now."))
    return redirect("admin:newsletter_issue_publish", issue.pk)


# --- The moment ---


class MomentForm(forms.Form):
    """The time on the clock of the list at which an issue leaves."""

    day = forms.DateField(
        label=gettext_lazy("day"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    time = forms.TimeField(
        label=gettext_lazy("time"), widget=forms.TimeInput({"type": "time"}, "%H:%M")
    )

    @property
    def due_local(self) -> datetime:
        """Day and time together."""
        return datetime.combine(self.cleaned_data["day"], self.cleaned_data["time"])


@require_http_methods(["GET", "HEAD", "POST"])
def schedule_view(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Say in one sentence what will happen; do so after a press."""
    issue = _issue(request, issue_id, MAY_SCHEDULE)
    now = timezone.now()
    form = _moment_form(request, issue)
    due_local = form.due_local if form.is_valid() else None
    if request.method == "POST" and due_local:
        return _scheduled(request, issue, due_local, now)
    refusal = why_not(issue, now=now, due_local=due_local)
    return _page(
        request,
        "schedule",
        issue,
        status=400 if request.method == "POST" else 200,
        title=_titled(_("Schedule %(issue)s"), issue),
        form=form,
        due_local=due_local,
        sentence=sentence(issue, now=now, due_local=due_local) if due_local else "",
        moment=in_words(due_local, issue.mailing_list, now=now) if due_local else "",
        refusal=refusal,
        is_past=bool(due_local and is_past(issue, due_local, now=now)),
    )


def _moment_form(request: HttpRequest, issue: Issue) -> MomentForm:
    if request.method == "POST":
        return MomentForm(request.POST)
    planned = planned_time(issue)
    if "day" not in request.GET and planned:
        return MomentForm({"day": planned.date(), "time": planned.time()})
    return MomentForm(request.GET if "day" in request.GET else None)


def _scheduled(
    request: HttpRequest, issue: Issue, due_local: datetime, now: datetime
) -> HttpResponse:
    def act() -> str:
        schedule(issue, by=_user(request), now=now, due_local=due_local)
        return _("Scheduled: %(sentence)s.") % {
            "sentence": sentence(issue, now=now, due_local=due_local)
        }

    return _act(request, issue, act)


@require_http_methods(["GET", "HEAD", "POST"])
def send_now_view(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Let an issue leave in five minutes, after a press."""
    issue = _issue(request, issue_id, MAY_SCHEDULE)
    now = timezone.now()
    if request.method == "POST":

        def act() -> str:
            send_now(issue, by=_user(request), now=now)
            return _("It leaves in five minutes. Until then you can take it back.")

        return _act(request, issue, act)
    local = now.astimezone(issue.mailing_list.zone).replace(tzinfo=None)
    return _page(
        request,
        "send_now",
        issue,
        title=_titled(_("Send %(issue)s now"), issue),
        sentence=sentence(issue, now=now, due_local=local),
        refusal=why_not(issue, now=now),
    )


@require_POST
def cancel_view(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Take the moment back."""
    issue = _issue(request, issue_id, MAY_SCHEDULE)

    def act() -> str:
        cancel_moment(issue, by=_user(request), now=timezone.now())
        return _("Cancelled: this issue does not leave. The approval stays.")

    return _act(request, issue, act)


def _act(request: HttpRequest, issue: Issue, act: Callable[[], str]) -> HttpResponse:
    """Do it, and tell what came of it on the page of the issue."""
    try:
        messages.success(request, act())
    except TimeHasPassed as past:
        messages.error(request, str(past))
        return redirect("admin:newsletter_issue_send_now", issue.pk)
    except CannotSchedule as refusal:
        messages.error(request, str(refusal))
    return redirect("admin:newsletter_issue_publish", issue.pk)


_VIEWS: tuple[tuple[str, str, Callable[..., HttpResponse]], ...] = (
    ("", "publish", publish_view),
    ("akkoord/", "approve", approve_view),
    ("inplannen/", "schedule", schedule_view),
    ("nu-versturen/", "send_now", send_now_view),
    ("annuleren/", "cancel", cancel_view),
)


def publishing_urls() -> list[URLPattern]:
    """Return the addresses of these pages, for behind ``admin/…/dispatch/``."""
    return [
        path(
            f"editie/<int:issue_id>/{tail}",
            admin.site.admin_view(view),
            name=f"newsletter_issue_{name}",
        )
        for tail, name, view in _VIEWS
    ]
