"""The week in five sentences, and whether it is mailed to oneself on Mondays."""

from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from newsletter.admin.desk_pages import user_of
from newsletter.reports.growth import monday_of
from newsletter.reports.models import NoWeeklySummary
from newsletter.reports.weekly import summarise
from subscribers.models import MailingList

MAY_SEE = "newsletter.view_dispatch"


@require_http_methods(["GET", "HEAD", "POST"])
def weekly_summary_view(request: HttpRequest) -> HttpResponse:
    """Show the last week of each list; a colleague switches the mail on or off."""
    user = user_of(request)
    if not user.has_perm(MAY_SEE):
        raise PermissionDenied
    if request.method == "POST":
        if "off" in request.POST:
            NoWeeklySummary.objects.get_or_create(user=user)
            messages.success(request, _("You get no mail about the week any more."))
        else:
            NoWeeklySummary.objects.filter(user=user).delete()
            messages.success(request, _("You get the week by mail on Mondays."))
        return redirect("admin:weekly_summary")
    return TemplateResponse(
        request,
        "admin/weekly_summary.html",
        {
            **admin.site.each_context(request),
            "title": _("The week in five sentences"),
            "weeks": [_week(one) for one in MailingList.objects.order_by("pk")],
            "wants_it": not NoWeeklySummary.objects.filter(user=user).exists(),
            "address": user.email,
        },
    )


def _week(mailing_list: MailingList) -> dict[str, Any]:
    now = timezone.now()
    today = now.astimezone(mailing_list.zone).date()
    monday = monday_of(today) - timedelta(days=7)
    return {
        "mailing_list": mailing_list,
        "last_day": monday + timedelta(days=6),
        "summary": summarise(mailing_list, monday, now=now),
    }


def weekly_summary_urls(site: AdminSite) -> list[URLPattern]:
    """Return the address of this page."""
    view = site.admin_view(weekly_summary_view)
    return [path("weekbericht/", view, name="weekly_summary")]
