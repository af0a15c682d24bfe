"""What was typed and not saved yet: keeping it, offering it back, going on with it."""

from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.admin.options import ModelAdmin
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.http import (
    HttpRequest,
    HttpResponse,
    JsonResponse,
    QueryDict,
)
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from newsletter.admin.changes_told import Told, told
from newsletter.admin.typed import as_form, typed_text
from newsletter.issues.comparing import compare
from newsletter.issues.drafts import discard, finish, go_on, keep
from newsletter.issues.merging import Merge, seen, seen_from_json
from newsletter.issues.models import Draft, Issue
from newsletter.issues.texts import IssueText

# What belongs to one request, or to the mail beside the form.
NOT_KEPT = ("csrfmiddlewaretoken", "preview_reader")
LATEST_TURN = 2**60
OFFERED = 3


def editor(request: HttpRequest) -> AbstractBaseUser:
    """Return who is at work; the admin lets nobody else in."""
    if not isinstance(request.user, AbstractBaseUser):
        raise PermissionDenied
    return request.user


def page_of(data: QueryDict, name: str = "page") -> UUID | None:
    """Return the name of the page that a form was typed on."""
    try:
        return UUID(data.get(name, ""))
    except ValueError:
        return None


def turn_of(data: QueryDict) -> int:
    """Return how often that page was kept before."""
    told = data.get("turn", "")
    return int(told) if told.isdecimal() and len(told) < 19 else 0


# --- Keeping ---


def keep_view(admin: ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the posted form as it stands; nothing of it is looked at or saved."""
    issue = Issue.objects.filter(pk=pk).first()
    if issue is None or not admin.has_change_permission(request, issue):
        return JsonResponse({"error": _("This issue is not here.")}, status=403)
    if request.method != "POST":
        return JsonResponse({"error": _("Post the form.")}, status=405)
    page = page_of(request.POST)
    if page is None:
        return JsonResponse({"error": _("Post the form.")}, status=400)
    if keep_form(issue, request, request.POST, turn=turn_of(request.POST)):
        return JsonResponse({"kept": True})
    # That page was saved, and somebody came back to it: what is typed there is new.
    return JsonResponse({"kept": False, "page": uuid4()})


def keep_form(
    issue: Issue, request: HttpRequest, data: QueryDict, *, turn: int
) -> bool:
    """Keep a form of the person at work; False if its page is saved or has no name."""
    page = page_of(data)
    kept = data.copy()
    for name in NOT_KEPT:
        kept.pop(name, None)
    return page is not None and keep(
        issue,
        by=editor(request),
        page=page,
        turn=min(turn, LATEST_TURN),
        form=kept.urlencode(),
        now=timezone.now(),
    )


def finish_draft(issue: Issue, request: HttpRequest) -> None:
    """Let go of what was kept of the page that is saved now."""
    if page := page_of(request.POST):
        finish(issue, by=editor(request), page=page, now=timezone.now())


def discard_view(
    admin: ModelAdmin, request: HttpRequest, pk: int, page: UUID
) -> HttpResponse:
    """Throw away what was kept of a page."""
    issue = _posted_about(admin, request, pk)
    discard(issue, by=editor(request), page=page)
    messages.success(request, _("Thrown away. The issue is as it was saved."))
    return redirect("admin:newsletter_issue_change", pk)


def go_on_view(
    admin: ModelAdmin, request: HttpRequest, pk: int, page: UUID
) -> HttpResponse:
    """Open the issue as it was left."""
    issue = _posted_about(admin, request, pk)
    address = reverse("admin:newsletter_issue_change", args=[pk])
    if anew := go_on(issue, by=editor(request), page=page):
        return redirect(f"{address}?concept={anew}")
    return redirect(address)


def _posted_about(admin: ModelAdmin, request: HttpRequest, pk: int) -> Issue:
    issue = get_object_or_404(Issue, pk=pk)
    if request.method != "POST" or not admin.has_change_permission(request, issue):
        raise PermissionDenied
    return issue


# --- Offering it back ---


@dataclass(frozen=True)
class Offer:
    """What somebody had not finished.

    Attributes:
        is_behind: the issue was saved since by somebody else, or in another window.
    """

    page: UUID
    kept_at: datetime
    changes: list[Told]
    is_behind: bool


def offers(
    admin: ModelAdmin, request: HttpRequest, issue: Issue, saved: IssueText
) -> list[Offer]:
    """Return what may be gone on with; what says nothing new is let go of."""
    found = []
    for draft in Draft.objects.unfinished(issue, editor(request))[:OFFERED]:
        merge, data = merge_of(admin, request, issue, draft, saved)
        if changes := told(compare(saved, merge.together({}))):
            is_behind = data.get("seen_version") != str(issue.version)
            found.append(Offer(draft.page, draft.kept_at, changes, is_behind))
        else:
            discard(issue, by=editor(request), page=draft.page)
    return found


def merge_of(
    admin: ModelAdmin,
    request: HttpRequest,
    issue: Issue,
    draft: Draft,
    saved: IssueText,
) -> tuple[Merge, QueryDict]:
    """Return how a draft goes together with what is saved, and the form it was."""
    data = QueryDict(draft.form, mutable=True)
    # It may have been moved to a new page since it was typed.
    data["page"], data["turn"] = str(draft.page), str(draft.turn)
    mine = typed_text(admin, request, copy(issue), data)
    return Merge(seen_from_json(data.get("seen", "")), mine, saved), data


# --- Going on with it ---


@dataclass(frozen=True)
class Restored:
    """A form as it was left, over what is saved now."""

    page: UUID
    turn: int
    kept_at: datetime
    data: QueryDict


def restored(draft: Draft, merge: Merge, issue: Issue) -> Restored:
    """Return the form in which somebody goes on."""
    data = as_form(merge.together({}), over=merge.theirs)
    data["seen_version"] = str(issue.version)
    return Restored(draft.page, draft.turn, draft.kept_at, data)


def asked_for(request: HttpRequest, issue: Issue) -> Draft | None:
    """Return the draft that the address names, if there still is one."""
    page = page_of(request.GET, "concept")
    mine = Draft.objects.unfinished(issue, editor(request))
    return mine.filter(page=page).first() if page else None


def page_fields(
    request: HttpRequest, saved: IssueText, back: Restored | None
) -> dict[str, Any]:
    """Return what the page sends back: its name, its turn, what it was made from."""
    data = request.POST
    return {
        "page": page_of(data) or (back.page if back else uuid4()),
        "turn": turn_of(data) or (back.turn if back else 0),
        "seen": data.get("seen") or seen(saved).as_json(),
    }
