"""This Sunday: the front page of the desk."""

from datetime import datetime
from typing import Any, Protocol

from django.http import HttpRequest

from newsletter.admin.attention import calls
from newsletter.admin.beginning import PRESSED, beginnings
from newsletter.admin.countdown import countdown, countdown_words
from newsletter.admin.deputies import deputyships_of_today
from newsletter.admin.findings import shown
from newsletter.admin.list_choice import lists_and_chosen
from newsletter.admin.recent import account_in_words, difference_in_words, recent
from newsletter.admin.reserve import reserve_offer
from newsletter.admin.sundays import calendar
from newsletter.delivery.models import Dispatch, DispatchState
from newsletter.delivery.progress import progress
from newsletter.issues.blocks import blocks_of
from newsletter.issues.models import Issue
from newsletter.mistakes import trays
from newsletter.mistakes.models import MistakeReport, MistakeReportState, ReaderMail
from newsletter.publishing.approval import latest_approval
from newsletter.publishing.calendar import local_time
from newsletter.publishing.findings import Severity
from newsletter.publishing.readiness import preflight
from newsletter.publishing.sundays import (
    Sunday,
    SundayState,
    coming_sundays,
    next_sunday,
    regular_days,
)
from newsletter.reports.recent import last_audience, recent_accounts
from subscribers.models import MailingList, Subscription, SubscriptionState

# As many columns as a small plot can show side by side.
RECENT = 8
SHOWN_FINDINGS = 6
SHOWN_ROWS = 5


class Tile(Protocol):
    """One part of the front page."""

    def __call__(
        self, request: HttpRequest, mailing_list: MailingList, *, now: datetime
    ) -> dict[str, Any]:
        """Return what it shows."""


def this_sunday(request: HttpRequest, *, now: datetime) -> dict[str, Any]:
    """Return what the front page shows: to everybody the tiles of their own work."""
    lists, mailing_list = lists_and_chosen(request)
    page: dict[str, Any] = {"mailing_list": mailing_list, "lists": lists}
    if mailing_list is None:
        return page
    tiles: dict[str, Any] = {}
    for permissions, tile in TILES:
        if any(request.user.has_perm(permission) for permission in permissions):
            tiles |= tile(request, mailing_list, now=now)
    return {**page, **tiles, "has_tiles": any(tiles.values())}


# --- Tiles ---


def _sunday_tile(
    request: HttpRequest, mailing_list: MailingList, *, now: datetime
) -> dict[str, Any]:
    """Show the next Sunday and those after it."""
    sundays = coming_sundays(mailing_list, now=now)
    coming = next_sunday(sundays)
    return {
        "shows_issues": True,
        "coming": _coming(request, coming, mailing_list, now=now) if coming else None,
        "calendar": calendar(request, mailing_list, sundays, now=now),
        "countdown_words": countdown_words(),
        **reserve_offer(request, mailing_list, now=now),
        "deputyships": deputyships_of_today(now),
    }


def _attention_tile(
    request: HttpRequest, mailing_list: MailingList, *, now: datetime
) -> dict[str, Any]:
    """Show what asks for a person, what is on its way, and what left before."""
    may_see = request.user.has_perm("newsletter.view_dispatch")
    accounts = recent_accounts(mailing_list, now=now, count=RECENT) if may_see else []
    found: dict[str, Any] = {"calls": calls(request, mailing_list, accounts, now=now)}
    if may_see:
        found["shows_dispatches"] = True
        found["recent"] = recent(accounts, mailing_list)
        found["moving"] = _moving(mailing_list)
    return found


def _mail_tile(
    request: HttpRequest, mailing_list: MailingList, *, now: datetime
) -> dict[str, Any]:
    waiting = ReaderMail.objects.filter(trays.tray(trays.NEW, request.user))
    reports = MistakeReport.objects.filter(state=MistakeReportState.NEW)
    return {
        "shows_mail": True,
        "waiting_mail": waiting.order_by(trays.URGENCY, "-received_at")[:SHOWN_ROWS],
        "waiting_mail_count": waiting.count(),
        "new_mistake_count": reports.count(),
    }


def _readers_tile(
    request: HttpRequest, mailing_list: MailingList, *, now: datetime
) -> dict[str, Any]:
    """Show how many would get the next issue, beside who got the last one."""
    # By then some pauses are over.
    [day] = regular_days(mailing_list, now=now, weeks=1)
    theirs = Subscription.objects.filter(mailing_list=mailing_list)
    readers = theirs.mailable(day).of_every_issue().count()
    before = last_audience(mailing_list)
    return {
        "shows_readers": True,
        "readers": readers,
        "readers_difference": before and difference_in_words(readers, before),
    }


def _subscribers_tile(
    request: HttpRequest, mailing_list: MailingList, *, now: datetime
) -> dict[str, Any]:
    """Show who came last, and who asked to come and has not confirmed yet."""
    theirs = mailing_list.subscriptions.select_related("subscriber")
    asked = theirs.filter(state=SubscriptionState.PENDING).order_by("-created_at")
    came = theirs.filter(state=SubscriptionState.CONFIRMED).order_by("-confirmed_at")
    return {
        "shows_subscribers": True,
        "newest": came[:SHOWN_ROWS],
        "requests": asked[:SHOWN_ROWS],
        "request_count": asked.count(),
    }


# Which tiles are for whom: any one of the permissions will do.
TILES: tuple[tuple[tuple[str, ...], Tile], ...] = (
    (("newsletter.view_issue",), _sunday_tile),
    (
        (
            "newsletter.view_dispatch",
            "newsletter.view_alert",
            "newsletter.view_outgoingmail",
            "subscribers.view_privacyrequest",
        ),
        _attention_tile,
    ),
    (("newsletter.view_readermail",), _mail_tile),
    (("newsletter.view_issue", "subscribers.view_subscriber"), _readers_tile),
    (("subscribers.view_subscriber",), _subscribers_tile),
)


# --- The next Sunday ---


def _coming(
    request: HttpRequest, sunday: Sunday, mailing_list: MailingList, *, now: datetime
) -> dict[str, Any]:
    """Return the next Sunday with how long it still is, and what is still missing."""
    return {
        "sunday": sunday,
        "issue": sunday.issue,
        "leaves": local_time(sunday.due_at, mailing_list.zone),
        "left": countdown(sunday.due_at - now),
        **(
            _checklist(request, sunday, sunday.issue, now=now)
            if sunday.issue
            else {**beginnings(mailing_list), "pressed": PRESSED}
        ),
    }


def _checklist(
    request: HttpRequest, sunday: Sunday, issue: Issue, *, now: datetime
) -> dict[str, Any]:
    findings = [one for one in preflight(issue, now=now) if one.waiver is None]
    pressing = [one for one in findings if one.severity != Severity.HINT]
    advice = [one for one in findings if one.severity == Severity.HINT]
    return {
        "findings": [shown(one, request) for one in pressing[:SHOWN_FINDINGS]],
        "more_findings": max(0, len(pressing) - SHOWN_FINDINGS),
        "advice": [shown(one, request) for one in advice],
        "block_count": 0 if pressing else len(blocks_of(issue)),
        "approval": latest_approval(issue),
        "is_scheduled": sunday.state == SundayState.SCHEDULED,
        "is_missed": sunday.state == SundayState.MISSED,
    }


def _moving(mailing_list: MailingList) -> dict[str, Any] | None:
    dispatch = (
        Dispatch.objects.filter(
            issue__mailing_list=mailing_list, state=DispatchState.SENDING
        )
        .select_related("issue")
        .first()
    )
    if dispatch is None:
        return None
    account = progress(dispatch)
    return {
        "dispatch": dispatch,
        "words": account_in_words(dispatch, account),
        "progress": account,
    }
