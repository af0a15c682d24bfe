"""The reserve on the front page: what waits, and one press to use it."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from newsletter.admin.desk_pages import issue_for, user_of
from newsletter.admin.moments import MAY_SCHEDULE
from newsletter.publishing.approval import latest_approval
from newsletter.publishing.deputies import may
from newsletter.publishing.reserve import (
    CannotUseReserve,
    reserves,
    sunday_without,
    use_reserve,
)
from subscribers.models import MailingList


def reserve_offer(
    request: HttpRequest, mailing_list: MailingList, *, now: datetime
) -> dict[str, Any]:
    """Return which reserve may go on the Sunday that would stay without, if any."""
    waiting = list(reserves(mailing_list))
    sunday = sunday_without(mailing_list, now=now) if waiting else None
    if sunday is None:
        return {"reserves": waiting}
    return {
        "reserves": waiting,
        "reserve_offer": {
            "issue": waiting[0],
            "approval": latest_approval(waiting[0]),
            "sunday": sunday,
            "may_use": may(user_of(request), MAY_SCHEDULE, now=now),
        },
    }


@require_POST
def use_reserve_view(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Let the reserve leave on the Sunday that would stay without."""
    reserve = issue_for(request, issue_id, MAY_SCHEDULE)
    try:
        dispatch = use_reserve(reserve, by=user_of(request), now=timezone.now())
    except CannotUseReserve as refusal:
        messages.error(request, str(refusal))
        return redirect("admin:index")
    day = datetime.fromisoformat(dispatch.due_local).date()
    messages.success(
        request,
        _("%(issue)s is scheduled for %(day)s.")
        % {"issue": reserve, "day": date_format(day, _("l F j"))},
    )
    return redirect("admin:newsletter_issue_publish", reserve.pk)


def reserve_urls(site: AdminSite) -> list[URLPattern]:
    """Return the address of this press."""
    return [
        path(
            "zondagen/reserve/<int:issue_id>/",
            site.admin_view(use_reserve_view),
            name="use_reserve",
        )
    ]
