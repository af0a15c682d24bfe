"""How the list grows: who came and went by week and way in, and who stayed."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from django.contrib import admin
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from newsletter.admin.list_choice import lists_and_chosen
from newsletter.publishing.calendar import local_time
from newsletter.reports.growth import (
    MONTHS,
    Stayed,
    Week,
    retention_of,
    sources_of,
    together,
    total,
    weeks_of,
)
from newsletter.reports.models import GrowthCount
from newsletter.reports.plots import curve, up_and_down
from newsletter.reports.saying import grouped
from subscribers.models import MailingList, SignUpSource

MAY_SEE = ("newsletter.view_dispatch", "subscribers.view_subscriber")
PERIODS = (13, 26, 52)
WIDTH, HEIGHT = 960, 220
SHOWN_SOURCES = 30
# Percent at which the plot of who stayed may end below; what stays is worth seeing.
FLOORS = (90, 75, 50, 0)
# As they stand with subscriptions that began without a way in of ours.
KNOWN_SOURCES = {
    "": gettext_lazy("not known"),
    "import": gettext_lazy("taken in from elsewhere"),
}


@require_safe
def growth_view(request: HttpRequest) -> HttpResponse:
    """Show how one list grows."""
    if not any(request.user.has_perm(one) for one in MAY_SEE):
        raise PermissionDenied
    lists, mailing_list = lists_and_chosen(request)
    context = {
        **admin.site.each_context(request),
        "title": _("Growth"),
        "lists": lists,
        "mailing_list": mailing_list,
        **(_growth(request, mailing_list) if mailing_list else {}),
    }
    return TemplateResponse(request, "admin/growth.html", context)


def _growth(request: HttpRequest, mailing_list: MailingList) -> dict[str, Any]:
    counted = GrowthCount.objects.of(mailing_list).first()
    if counted is None:
        return {}
    today = local_time(timezone.now(), mailing_list.zone).date()
    count = _period(request.GET.get("weken", ""))
    source = request.GET.get("bron")
    sources = sources_of(mailing_list, count=count, today=today)
    if source not in [one.name for one in sources]:
        source = None
    weeks = weeks_of(mailing_list, count=count, today=today, source=source)
    names = _names_of_sources(mailing_list)
    return {
        "counted_at": local_time(counted.counted_at, mailing_list.zone),
        "readers": counted.readers,
        "periods": PERIODS,
        "period": count,
        "source": source,
        "source_name": None if source is None else _called(source, names),
        "sources": [
            {**asdict(one), "called": _called(one.name, names), "name": one.name}
            for one in sources[:SHOWN_SOURCES]
        ],
        "more_sources": max(0, len(sources) - SHOWN_SOURCES),
        "weeks": weeks,
        "sum": total(weeks),
        "plot": _plot(weeks),
        **_stayed(retention_of(mailing_list, today=today)),
    }


def _period(asked: str) -> int:
    return next((one for one in PERIODS if str(one) == asked), PERIODS[1])


# --- The ways in ---


def _names_of_sources(mailing_list: MailingList) -> dict[str, str]:
    ways_in = SignUpSource.objects.filter(mailing_list=mailing_list)
    names = {str(key): str(words) for key, words in KNOWN_SOURCES.items()}
    for one in ways_in:
        names[one.slug] = one.name
        names[one.name_by_code] = _("%(name)s, by the code") % {"name": one.name}
    return names


def _called(source: str, names: dict[str, str]) -> str:
    return names.get(source, source)


# --- Who came and went ---


def _plot(weeks: Sequence[Week]) -> dict[str, Any]:
    pairs = [(week.confirmed, week.gone) for week in weeks]
    line, stacks = up_and_down(pairs, width=WIDTH, height=HEIGHT)
    sums = total(weeks)
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "line": line,
        "stacks": [
            {"stack": stack, "words": _week_in_words(week)}
            for stack, week in zip(stacks, weeks, strict=True)
        ],
        "is_empty": not any(up or down for up, down in pairs),
        "description": _(
            "Week by week: %(confirmed)s came and %(gone)s went in all. The numbers "
            "are in the table below."
        )
        % {"confirmed": grouped(sums.confirmed), "gone": grouped(sums.gone)},
        "first": weeks[0].monday,
        "last": weeks[-1].monday,
    }


def _week_in_words(week: Week) -> str:
    return _("Week of %(day)s: %(confirmed)s came, %(gone)s went") % {
        "day": date_format(week.monday, "j F Y"),
        "confirmed": grouped(week.confirmed),
        "gone": grouped(week.gone),
    }


# --- Who stayed ---


def _stayed(months: Sequence[Stayed]) -> dict[str, Any]:
    told = [one for one in months if one.shares]
    if not told:
        return {"stayed": [], "curves": []}
    least = min(min(one.shares) for one in told)
    floor = next(one for one in FLOORS if one <= least)
    return {
        "stayed": [
            {"month": one.month, "joined": one.joined, "shares": _cells(one)}
            for one in told
        ],
        "ages": range(MONTHS),
        "curves": [
            {"points": _points(one.shares, floor), "words": _curve_in_words(one)}
            for one in told
        ],
        "together": _points(together(told), floor),
        "floor": floor,
        "width": WIDTH,
        "height": HEIGHT,
    }


def _points(shares: Sequence[float], floor: int) -> str:
    points = curve(
        shares, width=WIDTH, height=HEIGHT, places=MONTHS, lowest=floor, highest=100
    )
    # A line of one point is not drawn; of two in the same place it is a dot.
    return points if len(shares) > 1 else f"{points} {points}"


def _cells(one: Stayed) -> list[str]:
    """Return the shares as they are read; nothing for months that are not over."""
    shares = [number_format(share, decimal_pos=1) for share in one.shares]
    return shares + [""] * (MONTHS - len(shares))


def _curve_in_words(one: Stayed) -> str:
    return _("Joined in %(month)s: %(share)s%% still there") % {
        "month": _month(one.month),
        "share": number_format(one.shares[-1], decimal_pos=1),
    }


def _month(month: date) -> str:
    return date_format(month, "F Y")


def growth_urls(site: AdminSite) -> list[URLPattern]:
    """Return the address of this page."""
    return [path("groei/", site.admin_view(growth_view), name="growth")]
