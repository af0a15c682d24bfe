"""The numbers of an issue: everyone accounted for, when it came, what was pressed."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

from django.contrib.admin import AdminSite
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from newsletter.admin.dispatch_pages import dispatch_page, find_dispatch
from newsletter.delivery.models import Dispatch
from newsletter.delivery.progress import reason_in_words
from newsletter.issues.aiming import aim_in_words
from newsletter.publishing.calendar import local_time
from newsletter.reports.issue_models import Outcome
from newsletter.reports.issue_numbers import (
    Numbers,
    domains_of,
    mean,
    numbers_with_those_before,
)
from newsletter.reports.leaving_curve import Curve, curve_of
from newsletter.reports.plots import columns, rising
from newsletter.reports.pressed import articles_among, days_of_article, links_of
from newsletter.reports.saying import grouped, in_a_hundred, rounded

WIDTH, HEIGHT = 960, 200
SMALL_WIDTH, SMALL_HEIGHT = 160, 44
# What is drawn, in the order in which it comes to pass.
LINES = (Outcome.ACCEPTED, Outcome.DELIVERED)

# Every outcome in the words of the desk, with what it means; in the order of the page.
OUTCOMES: dict[str, tuple[Any, Any]] = {
    Outcome.DELIVERED: (
        gettext_lazy("Delivered"),
        gettext_lazy("Their mailbox took it."),
    ),
    Outcome.ACCEPTED: (
        gettext_lazy("Accepted"),
        gettext_lazy("The mail provider took it and has told nothing since."),
    ),
    Outcome.DEFERRED: (
        gettext_lazy("Delayed"),
        gettext_lazy("Their mailbox asked to wait; the mail provider tries again."),
    ),
    Outcome.BOUNCED: (
        gettext_lazy("Came back"),
        gettext_lazy("Their mailbox is full, or does not exist any more."),
    ),
    Outcome.COMPLAINED: (
        gettext_lazy("Reported as spam"),
        gettext_lazy("They had it, and get no more mail from us."),
    ),
    Outcome.REJECTED: (
        gettext_lazy("Refused"),
        gettext_lazy("The mail provider refused the mail for these readers."),
    ),
    Outcome.UNKNOWN: (
        gettext_lazy("Uncertain"),
        gettext_lazy("Nobody can tell whether these readers have it."),
    ),
    Outcome.SKIPPED: (gettext_lazy("Skipped"), ""),
    Outcome.CANCELLED: (
        gettext_lazy("Not sent"),
        gettext_lazy("Their turn had not come when the issue was stopped."),
    ),
    Outcome.WAITING: (
        gettext_lazy("Still to come"),
        gettext_lazy("It is not their turn yet."),
    ),
}


@require_safe
def figures_view(request: HttpRequest, dispatch_id: int) -> HttpResponse:
    """Show the numbers of one issue beside those of the ten before it."""
    dispatch = find_dispatch(request, dispatch_id)
    if dispatch.started_at is None:
        raise Http404
    numbers, before = numbers_with_those_before(dispatch, now=timezone.now())
    zone = dispatch.issue.mailing_list.zone
    links = links_of(dispatch.issue)
    return dispatch_page(
        request,
        "figures",
        dispatch,
        title=_("Figures of issue %(number)d") % {"number": dispatch.issue.number},
        started=local_time(dispatch.started_at, zone),
        aim=aim_in_words(dispatch.rendition.aim),
        counted=numbers.counted_at and local_time(numbers.counted_at, zone),
        numbers=numbers,
        reached=reached_in_words(numbers),
        outcomes=list(_outcomes(numbers)),
        together=(together := numbers.outcomes.total()),
        together_share=in_a_hundred(100 * together / max(numbers.audience, 1), 0),
        curve=_curve(dispatch, curve_of(dispatch)),
        articles=(articles := articles_among(dispatch.issue, links)),
        favourite=_favourite(dispatch, numbers, articles[0] if articles else None),
        links=links,
        domains=domains_of([dispatch]),
        measures=_measures(numbers, before),
        beside=[*before[::-1], numbers],
    )


# --- Everyone, exactly once ---


def reached_in_words(numbers: Numbers) -> str:
    """Say in one sentence whom it reached, and no more than is known."""
    words = (
        ngettext(
            "Delivered to %(count)s of %(all)s reader",
            "Delivered to %(count)s of %(all)s readers",
            numbers.audience,
        )
        if numbers.is_told
        else ngettext(
            "Accepted for %(count)s of %(all)s reader",
            "Accepted for %(count)s of %(all)s readers",
            numbers.audience,
        )
    )
    return words % {"count": grouped(numbers.reached), "all": grouped(numbers.audience)}


def _outcomes(numbers: Numbers) -> Iterator[dict[str, Any]]:
    for outcome, (name, meaning) in OUTCOMES.items():
        readers = numbers.outcomes[outcome]
        if not readers:
            continue
        yield {
            "outcome": str(outcome),
            "name": name,
            "meaning": _why_skipped(numbers) if outcome == Outcome.SKIPPED else meaning,
            "readers": readers,
            "width": max(1000 * readers // max(numbers.audience, 1), 8),
            "share": in_a_hundred(100 * readers / max(numbers.audience, 1)),
        }


def _why_skipped(numbers: Numbers) -> str:
    return " · ".join(
        f"{grouped(readers)} {reason_in_words(reason) or _('not known')}"
        for reason, readers in numbers.skipped.most_common()
    )


# --- When it came ---


def _curve(dispatch: Dispatch, curve: Curve | None) -> dict[str, Any] | None:
    if curve is None:
        return None
    hours = curve.span // timedelta(hours=1)
    zone = dispatch.issue.mailing_list.zone
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "most": curve.most,
        "lines": [
            {"outcome": str(one), "name": OUTCOMES[one][0], "points": points}
            for one in LINES
            if (points := _points(curve, one))
        ],
        "span": ngettext("%(hours)d hour", "%(hours)d hours", hours) % {"hours": hours},
        "heading": ngettext("The first hour", "The first %(hours)d hours", hours)
        % {"hours": hours},
        "rows": [
            {"since": local_time(row.since, zone), "row": row} for row in curve.rows
        ],
    }


def _points(curve: Curve, outcome: str) -> str:
    seconds = [
        (after.total_seconds(), readers)
        for after, readers in curve.steps.get(outcome, ())
    ]
    return rising(
        seconds,
        width=WIDTH,
        height=HEIGHT,
        span=curve.span.total_seconds(),
        most=curve.most,
    )


# --- What was pressed ---


def _favourite(
    dispatch: Dispatch, numbers: Numbers, first: Any
) -> dict[str, Any] | None:
    """Tell of the article that was pressed most, unless nothing was."""
    if first is None or not first.people:
        return None
    days = days_of_article(dispatch.issue, first.article_id)
    return {
        "title": first.words,
        "presses": first.people,
        "in_a_hundred": rounded(
            (numbers.pressed or 0) * first.people / max(numbers.presses, 1), 1
        ),
        "of_all": in_a_hundred(100 * first.people / max(numbers.presses, 1), 0),
        "days": days,
        "columns": columns(
            [presses for _day, presses in days],
            width=SMALL_WIDTH,
            height=SMALL_HEIGHT,
        ),
        "width": SMALL_WIDTH,
        "height": SMALL_HEIGHT,
    }


# --- Beside the ten before ---


def _measures(numbers: Numbers, before: Sequence[Numbers]) -> list[dict[str, Any]]:
    """Return each measure of this issue with its mean over the ten before."""
    return list(measures_of((*before[::-1], numbers)).values())


def measures_of(row: Sequence[Numbers]) -> dict[str, dict[str, Any]]:
    """Return each measure of issues, the oldest first, as a plot and in words."""
    return {
        key: _measure(name, [of(one) for one in row], decimals)
        for key, (name, of, decimals) in MEASURES.items()
    }


# Name, value of one issue, and how many decimals it is told in; none: no share.
MEASURES: dict[str, tuple[Any, Callable[[Numbers], float | None], int]] = {
    "delivered": (
        gettext_lazy("Delivered"),
        lambda one: one.share(one.reached) if one.is_told else None,
        1,
    ),
    "bounced": (
        gettext_lazy("Came back"),
        lambda one: one.share_of(Outcome.BOUNCED),
        1,
    ),
    "complained": (
        gettext_lazy("Reported as spam"),
        lambda one: one.share_of(Outcome.COMPLAINED),
        2,
    ),
    "left": (gettext_lazy("Unsubscribed"), lambda one: one.share(one.left), 2),
    "pressed": (
        gettext_lazy("Presses for a hundred readers"),
        lambda one: one.pressed,
        0,
    ),
}


def _measure(name: Any, values: list[float | None], decimals: int) -> dict[str, Any]:
    shown = [
        # Columns are whole numbers: thousandths of a per cent are fine enough.
        None if value is None else round(value * 1000)
        for value in values
    ]
    is_share = decimals > 0
    told = [
        in_a_hundred(value, decimals) if is_share else rounded(value, 1)
        for value in values
    ]
    usual = mean(values[:-1])
    return {
        "measure": name,
        "now": told[-1],
        "mean": in_a_hundred(usual, decimals) if is_share else rounded(usual, 1),
        "values": told,
        "columns": columns(shown, width=SMALL_WIDTH, height=SMALL_HEIGHT),
        "width": SMALL_WIDTH,
        "height": SMALL_HEIGHT,
    }


def figures_urls(site: AdminSite) -> list[URLPattern]:
    """Return the address of this page."""
    return [
        path(
            "<int:dispatch_id>/cijfers/",
            site.admin_view(figures_view),
            name="newsletter_dispatch_figures",
        )
    ]
