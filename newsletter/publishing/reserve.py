"""A reserve: an approved issue without a day, for a Sunday that would stay without.

Whoever approves it says yes to its text on whichever day it gets. Only that day is
added to what was approved; anything else that differs needs a yes of its own.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from newsletter.audit.recording import record_act
from newsletter.delivery.models import Dispatch
from newsletter.issues.blocks import blocks_of
from newsletter.issues.models import Issue
from newsletter.issues.numbering import hold_days, next_free_day
from newsletter.markup import CannotRender
from newsletter.publishing.approval import approve_with_its_day, latest_approval
from newsletter.publishing.dates_in_text import trouble_with_dates
from newsletter.publishing.frozen_checks import is_behind
from newsletter.publishing.models import Approval
from newsletter.publishing.places import name_of, words_of
from newsletter.publishing.planning import CannotPlan, movable, move_issue
from newsletter.publishing.reminders import QUIET, Reminder, reminder_moment
from newsletter.publishing.scheduling import CannotSchedule, schedule
from newsletter.publishing.sundays import Sunday, SundayState, coming_sundays
from newsletter.rendering.email import render
from subscribers.models import MailingList

# On such a day nothing leaves unless somebody does something.
OPEN = (SundayState.EMPTY, SundayState.DRAFT)
# Until so long before, the clock waits for who is still at work on the issue.
LAST_CALL = timedelta(hours=1)


class CannotUseReserve(Exception):
    """Why the reserve does not go on this Sunday, and what to do about it."""


# --- Questions ---


def reserves(mailing_list: MailingList) -> "QuerySet[Issue]":
    """Return the approved issues of a list that wait for a day, the oldest first."""
    approved = Approval.objects.filter(
        rendition__issue=OuterRef("pk"), for_version=OuterRef("version")
    )
    waiting = movable(Issue.objects.filter(mailing_list=mailing_list))
    return (
        waiting.filter(Exists(approved), publication_date=None)
        .select_related("mailing_list")
        .order_by("number")
    )


def sunday_without(mailing_list: MailingList, *, now: datetime) -> Sunday | None:
    """Return the coming Sunday if it should have been approved by now and is not."""
    sunday = coming_sundays(mailing_list, now=now, weeks=1)[-1]
    since = reminder_moment(Reminder.UNREADY, mailing_list, sunday.day)
    is_late = since <= now < sunday.due_at
    return sunday if is_late and sunday.state in OPEN else None


def is_worked_on(sunday: Sunday, *, now: datetime) -> bool:
    """Tell whether somebody may still make it; not in the last hour."""
    if sunday.issue is None or sunday.due_at - now <= LAST_CALL:
        return False
    return now - QUIET < sunday.issue.updated_at


# --- The act ---


def use_reserve(reserve: Issue, *, by: User | None, now: datetime) -> Dispatch:
    """Give a reserve the Sunday that would stay without, and its moment; exactly once.

    What was begun for that day moves to the next free one.

    Args:
        by: who pressed; None is the clock.

    Raises:
        CannotUseReserve: the Sunday has its issue, or the reserve is not in order.
    """
    try:
        with transaction.atomic():
            # Whoever comes second waits here, and then finds the Sunday taken.
            hold_days(reserve.mailing_list)
            return _use(reserve, by=by, now=now)
    except (CannotSchedule, CannotPlan, CannotRender) as trouble:
        raise CannotUseReserve(str(trouble)) from trouble
    except IntegrityError as trouble:
        raise CannotUseReserve(
            _("Somebody else changed this Sunday in the same moment. Look again.")
        ) from trouble


def _use(reserve: Issue, *, by: User | None, now: datetime) -> Dispatch:
    sunday = sunday_without(reserve.mailing_list, now=now)
    if sunday is None:
        raise CannotUseReserve(
            _("That Sunday does not need the reserve: it has its issue, or its hour.")
        )
    issue = reserves(reserve.mailing_list).filter(pk=reserve.pk).first()
    approval = latest_approval(issue) if issue else None
    if issue is None or approval is None:
        raise CannotUseReserve(
            _("This issue is no approved reserve any more. Look at it again.")
        )
    _refuse_unless_in_order(issue, approval, sunday)
    if sunday.issue:
        later = next_free_day(issue.mailing_list, after=sunday.day)
        move_issue(sunday.issue, later, by=by, now=now)
    move_issue(issue, sunday.day, by=by, now=now)
    approve_with_its_day(issue, approval, now=now)
    dispatch = schedule(issue, by=by, now=now)
    record_act("reserve used", issue, by=by, now=now, day=sunday.day.isoformat())
    return dispatch


def _refuse_unless_in_order(issue: Issue, approval: Approval, sunday: Sunday) -> None:
    if is_behind(approval.rendition, issue, render(issue)):
        raise CannotUseReserve(
            _(
                "Something in %(issue)s was changed since it was approved, such as an "
                "article. Approve it again first."
            )
            % {"issue": issue}
        )
    if trouble := next(_dates_that_do_not_fit(issue, sunday), None):
        raise CannotUseReserve(
            _("%(trouble)s Change that, and approve it again.") % {"trouble": trouble}
        )


def _dates_that_do_not_fit(issue: Issue, sunday: Sunday) -> Iterator[str]:
    """Say which dates in the text cannot stand under the day it would get."""
    for place, block in enumerate(blocks_of(issue), 1):
        for trouble in trouble_with_dates(words_of(block), sunday.day):
            yield f"{name_of(place, block)}: {trouble}"
