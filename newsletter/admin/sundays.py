"""The coming Sundays on the front page, and the presses on them."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, re_path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from reversion import add_to_revision, create_revision, set_user

from newsletter.admin.beginning import begin_with, is_pressed
from newsletter.issues.models import Issue
from newsletter.publishing.calendar import local_time
from newsletter.publishing.planning import (
    LONGEST_REASON,
    CannotPlan,
    move_issue,
    skip_sunday,
    take_sunday,
    unskip_sunday,
)
from newsletter.publishing.sundays import Sunday, SundayState, without_a_day
from subscribers.models import MailingList

MAY_BEGIN = "newsletter.add_issue"
MAY_PLAN = "newsletter.change_issue"
# Of these there is a page that tells how far it is.
LEFT = (
    SundayState.LEAVING,
    SundayState.PAUSED,
    SundayState.SENT,
    SundayState.STOPPED,
)


# --- What is shown ---


def calendar(
    request: HttpRequest,
    mailing_list: MailingList,
    sundays: list[Sunday],
    *,
    now: datetime,
) -> dict[str, Any]:
    """Return the coming Sundays as the front page shows them."""
    return {
        "rows": [_row(sunday, mailing_list, now=now) for sunday in sundays],
        "free_days": [sunday.day for sunday in sundays if sunday.is_free],
        "without_a_day": without_a_day(mailing_list, now=now),
        "may_begin": request.user.has_perm(MAY_BEGIN),
        "may_plan": request.user.has_perm(MAY_PLAN),
        "longest_reason": LONGEST_REASON,
    }


def _row(sunday: Sunday, mailing_list: MailingList, *, now: datetime) -> dict[str, Any]:
    due_local = local_time(sunday.due_at, mailing_list.zone)
    is_scheduled = sunday.state == SundayState.SCHEDULED
    return {
        "sunday": sunday,
        "anchor": anchor_of(sunday.day),
        "word": sunday.state.label,
        "address": _address(sunday),
        "leaves": due_local if is_scheduled else None,
        "is_late": sunday.is_movable and sunday.due_at <= now,
    }


def anchor_of(day: date) -> str:
    """Return where on the front page a day stands."""
    return f"zondag-{day.isoformat()}"


def _address(sunday: Sunday) -> str:
    """Return the page on which a day goes on."""
    if sunday.issue is None:
        return ""
    if sunday.dispatch and sunday.state in LEFT:
        return reverse("admin:newsletter_dispatch_change", args=[sunday.dispatch.pk])
    if sunday.dispatch:
        return reverse("admin:newsletter_issue_publish", args=[sunday.issue.pk])
    return reverse("admin:newsletter_issue_change", args=[sunday.issue.pk])


# --- Presses ---


@require_POST
def sunday_view(request: HttpRequest, slug: str, day: str, act: str) -> HttpResponse:
    """Take a day, skip it, or let it be there again."""
    permission, do = _ACTS[act]
    by = _allowed(request, permission)
    mailing_list = get_object_or_404(MailingList, slug=slug)
    chosen = _day(day)
    try:
        return do(request, mailing_list, chosen, by)
    except CannotPlan as refusal:
        messages.error(request, str(refusal))
    return _back(mailing_list, chosen)


@require_POST
def move_view(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Give an issue that has not left another day."""
    by = _allowed(request, MAY_PLAN)
    issue = get_object_or_404(Issue.objects.select_related("mailing_list"), pk=issue_id)
    day = _day(request.POST.get("day", ""))
    try:
        was_approved = move_issue(issue, day, by=by, now=timezone.now())
    except CannotPlan as refusal:
        messages.error(request, str(refusal))
        return _back(issue.mailing_list, issue.publication_date or day)
    moved = _("%(issue)s now stands on %(day)s.")
    lapsed = _("%(issue)s now stands on %(day)s. It has to be approved again.")
    messages.success(
        request, (lapsed if was_approved else moved) % _words(day, issue=issue)
    )
    return _back(issue.mailing_list, day)


def _take(
    request: HttpRequest, mailing_list: MailingList, day: date, by: User
) -> HttpResponse:
    with transaction.atomic(), create_revision():
        issue = take_sunday(mailing_list, day, by=by, now=timezone.now())
        if is_pressed(request):
            begin_with(request, issue, now=timezone.now())
        set_user(by)
        add_to_revision(issue)
    messages.success(
        request,
        _("%(issue)s is yours to fill, for %(day)s.") % _words(day, issue=issue),
    )
    return redirect("admin:newsletter_issue_change", issue.pk)


def _skip(
    request: HttpRequest, mailing_list: MailingList, day: date, by: User
) -> HttpResponse:
    reason = request.POST.get("reason", "")
    skip_sunday(mailing_list, day, reason=reason, by=by, now=timezone.now())
    messages.success(
        request, _("No issue on %(day)s. Nobody is reminded of it.") % _words(day)
    )
    return _back(mailing_list, day)


def _unskip(
    request: HttpRequest, mailing_list: MailingList, day: date, by: User
) -> HttpResponse:
    unskip_sunday(mailing_list, day, by=by, now=timezone.now())
    messages.success(
        request, _("There can be an issue on %(day)s again.") % _words(day)
    )
    return _back(mailing_list, day)


_Press = Callable[[HttpRequest, MailingList, date, User], HttpResponse]
_ACTS: dict[str, tuple[str, _Press]] = {
    "beginnen": (MAY_BEGIN, _take),
    "overslaan": (MAY_PLAN, _skip),
    "toch-niet-overslaan": (MAY_PLAN, _unskip),
}


def _allowed(request: HttpRequest, permission: str) -> User:
    if not isinstance(request.user, User) or not request.user.has_perm(permission):
        raise PermissionDenied
    return request.user


def _day(words: str) -> date:
    try:
        return date.fromisoformat(words)
    except ValueError as error:
        raise Http404("no day") from error


def _words(day: date, **more: Any) -> dict[str, Any]:
    return {"day": date_format(day, _("l F j")), **more}


def _back(mailing_list: MailingList, day: date) -> HttpResponse:
    front_page = reverse("admin:index")
    return redirect(f"{front_page}?lijst={mailing_list.slug}#{anchor_of(day)}")


def sunday_urls(site: AdminSite) -> list[URLPattern]:
    """Return the addresses of these presses."""
    return [
        path(
            "zondagen/verplaatsen/<int:issue_id>/",
            site.admin_view(move_view),
            name="sunday_move",
        ),
        re_path(
            rf"^zondagen/(?P<slug>[-\w]+)/(?P<day>[\d-]+)/(?P<act>{'|'.join(_ACTS)})/$",
            site.admin_view(sunday_view),
            name="sunday",
        ),
    ]
