"""How a list is: reach, what comes back, who is quiet, and where mailboxes are."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from newsletter.admin.figures import (
    SMALL_HEIGHT,
    SMALL_WIDTH,
    measures_of,
)
from newsletter.admin.list_choice import lists_and_chosen
from newsletter.publishing.calendar import local_time
from newsletter.reports.list_health import Health, health_of
from newsletter.reports.plots import columns
from newsletter.reports.saying import grouped, in_a_hundred
from subscribers.models import MailingList

MAY_SEE = "newsletter.view_dispatch"
WIDTH, HEIGHT = 960, 160


@require_safe
def list_health_view(request: HttpRequest) -> HttpResponse:
    """Show how one list is."""
    if not request.user.has_perm(MAY_SEE):
        raise PermissionDenied
    lists, mailing_list = lists_and_chosen(request)
    context = {
        **admin.site.each_context(request),
        "title": _("Reach and health"),
        "lists": lists,
        "mailing_list": mailing_list,
        **(_health(mailing_list) if mailing_list else {}),
    }
    return TemplateResponse(request, "admin/list_health.html", context)


def _health(mailing_list: MailingList) -> dict[str, Any]:
    health = health_of(mailing_list, now=timezone.now())
    if not health.issues:
        return {}
    return {
        "health": health,
        "reach": in_a_hundred(health.reach),
        "signs": list(_signs(health, mailing_list)),
        "plot": _plot(health),
        "issues": list(_rows(health, mailing_list)),
        "domains": health.domains,
    }


# --- What it comes to ---


def _signs(health: Health, mailing_list: MailingList) -> Iterator[dict[str, Any]]:
    """Yield each sign of health with what it means."""
    measures = measures_of(health.issues)
    yield {
        "name": _("Came back or refused"),
        "value": in_a_hundred(health.bounced, 2),
        "meaning": _against(health.bounced, mailing_list.pause_above_permanent),
        **measures["bounced"],
    }
    yield {
        "name": _("Reported as spam"),
        "value": in_a_hundred(health.complained, 2),
        "meaning": _against(health.complained, mailing_list.pause_above_complaints),
        **measures["complained"],
    }
    yield {
        "name": _("Unsubscribed after an issue"),
        "value": in_a_hundred(health.left, 2),
        "meaning": _("Whoever leaves by the link is better than who reports spam."),
        **measures["left"],
    }
    yield {
        "name": _("Quiet for half a year"),
        "value": in_a_hundred(health.share_quiet),
        "meaning": _quiet(health),
    }


def _against(share: float | None, limit: float) -> str:
    if share is None:
        return _("The mail provider does not tell.")
    words = (
        _("All is well: an issue is paused above %(limit)s %%.")
        if share <= limit
        else _("Too much: an issue is paused above %(limit)s %%.")
    )
    return words % {"limit": number_format(limit)}


def _quiet(health: Health) -> str:
    if health.quiet is None:
        return _("Counted at night.")
    return ngettext(
        "%(count)s reader lets nothing be heard. That is no proof: whoever reads in "
        "peace is as quiet.",
        "%(count)s readers let nothing be heard. That is no proof: whoever reads in "
        "peace is as quiet.",
        health.quiet,
    ) % {"count": grouped(health.quiet)}


# --- Issue by issue ---


def _plot(health: Health) -> dict[str, Any]:
    reached = [one.reached for one in health.issues]
    words = (f"{one.dispatch.issue}: {grouped(one.reached)}" for one in health.issues)
    return {
        "columns": columns(reached, width=WIDTH, height=HEIGHT, gap=12),
        "width": WIDTH,
        "height": HEIGHT,
        "small_width": SMALL_WIDTH,
        "small_height": SMALL_HEIGHT,
        "description": ", ".join(words),
    }


def _rows(health: Health, mailing_list: MailingList) -> Iterator[dict[str, Any]]:
    for one in reversed(health.issues):
        started = one.dispatch.started_at
        yield {
            "numbers": one,
            "when": started and local_time(started, mailing_list.zone),
            "share": in_a_hundred(
                100 * one.reached / one.audience if one.audience else None
            ),
        }


def list_health_urls(site: AdminSite) -> list[URLPattern]:
    """Return the address of this page."""
    view = site.admin_view(list_health_view)
    return [path("bereik/", view, name="list_health")]
