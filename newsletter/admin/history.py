"""The history of an issue: who changed what, when, and putting it back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.admin.options import ModelAdmin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from reversion.models import Version

from newsletter.admin.changes_told import Told, in_short, told
from newsletter.admin.presence import called
from newsletter.issues.comparing import compare
from newsletter.issues.models import Issue
from newsletter.issues.texts import IssueText, text_of, text_of_revision
from newsletter.publishing.restoring import PLANNED, CannotRestore, restore

PER_PAGE = 20


@dataclass(frozen=True)
class Moment:
    """One time that the issue was saved.

    Attributes:
        changes: what it changed, in one line; "" if nothing.
        words: why it was saved, if that was said.
        is_first: nothing is known of before.
    """

    pk: int
    at: datetime
    who: str
    changes: str
    words: str
    is_first: bool
    is_now: bool


def history_page(admin: ModelAdmin, request: HttpRequest, pk: str) -> HttpResponse:
    """List who saved the issue, when, and what that changed."""
    issue = _issue(admin, request, pk)
    page = Paginator(_versions(issue), PER_PAGE).get_page(request.GET.get("p"))
    now = text_of(issue)
    moments, later = [], None
    for version in page:
        text = text_of_revision(version.revision)
        if later and text:
            moments.append(_moment(*later, text, now))
        later = (version, text) if text else later
    if later:
        before = _before(issue, later[0])
        moments.append(_moment(*later, before, now))
    return _page(
        admin, request, issue, "history", title=_("History"), page=page, moments=moments
    )


def _moment(
    version: Any, text: IssueText, before: IssueText | None, now: IssueText
) -> Moment:
    revision = version.revision
    return Moment(
        version.pk,
        revision.date_created,
        called(revision.user),
        in_short(told(compare(before, text))) if before else "",
        revision.comment,
        before is None,
        text == now,
    )


def _versions(issue: Issue) -> Any:
    versions = Version.objects.get_for_object(issue).order_by("-pk")
    return versions.select_related("revision", "revision__user")


def _before(issue: Issue, version: Any) -> IssueText | None:
    earlier = _versions(issue).filter(pk__lt=version.pk).first()
    return text_of_revision(earlier.revision) if earlier else None


# --- One of them ---


def revision_page(
    admin: ModelAdmin, request: HttpRequest, pk: str, version_id: str
) -> HttpResponse:
    """Show what one saving changed and what is other now; put it back by a press."""
    issue = _issue(admin, request, pk)
    version = get_object_or_404(_versions(issue), pk=version_id)
    text = text_of_revision(version.revision)
    if text is None:
        return redirect("admin:newsletter_issue_history", issue.pk)
    if request.method == "POST":
        return _restored(admin, request, issue, text)
    before = _before(issue, version)
    return _page(
        admin,
        request,
        issue,
        "revision",
        title=_("An earlier text"),
        at=version.revision.date_created,
        who=called(version.revision.user),
        then=told(compare(before, text)) if before else None,
        since=_since(issue, text),
        may_restore=admin.has_change_permission(request, issue),
    )


def _since(issue: Issue, text: IssueText) -> list[Told]:
    """Return what putting it back would change; what is planned stays."""
    now = text_of(issue)
    planned = {name: now.fields[name] for name in PLANNED}
    return told(compare(now, IssueText({**text.fields, **planned}, text.blocks)))


def _restored(
    admin: ModelAdmin, request: HttpRequest, issue: Issue, text: IssueText
) -> HttpResponse:
    seen, user = request.POST.get("version", ""), request.user
    if not admin.has_change_permission(request, issue) or not isinstance(user, User):
        raise PermissionDenied
    try:
        lost = restore(
            issue,
            text,
            by=user,
            now=timezone.now(),
            seen_version=int(seen) if seen.isdecimal() and len(seen) < 10 else 0,
            only=request.POST.get("only", ""),
        )
    except CannotRestore as refusal:
        messages.error(request, str(refusal))
        return redirect(request.path)
    messages.success(
        request,
        _("Put back, as a new version. An approval of the text before it lapsed."),
    )
    if lost:
        what = ", ".join(lost)
        told_lost = _("Not put back, what it shows is gone: %(what)s.")
        messages.warning(request, told_lost % {"what": what})
    return redirect("admin:newsletter_issue_change", issue.pk)


def _issue(admin: ModelAdmin, request: HttpRequest, pk: str) -> Issue:
    issue = get_object_or_404(Issue, pk=pk if pk.isdecimal() else 0)
    if not admin.has_view_or_change_permission(request, issue):
        raise PermissionDenied
    return issue


def _page(
    admin: ModelAdmin, request: HttpRequest, issue: Issue, template: str, **context: Any
) -> HttpResponse:
    return TemplateResponse(
        request,
        f"admin/newsletter/issue/{template}.html",
        {
            **admin.admin_site.each_context(request),
            "opts": Issue._meta,
            "issue": issue,
            "issue_url": reverse("admin:newsletter_issue_change", args=[issue.pk]),
            **context,
        },
    )
