"""Asking before an issue goes to many more, or many fewer, than last time."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max
from django.utils import formats
from django.utils.translation import gettext as _

from newsletter.delivery.models import Dispatch
from newsletter.issues.aiming import Aim, aim_of
from newsletter.issues.models import Issue

# A list that is still growing says nothing yet.
KNOWN_FROM = 50
LARGEST_CHANGE = 0.3


@dataclass(frozen=True)
class LastTime:
    """To how many the issue before went, and when that began."""

    readers: int
    started_at: datetime


def last_time(issue: Issue, aim: Aim | None = None) -> LastTime | None:
    """Return how many got the last issue that left before; None when none did.

    One for a topic or a segment is held against the last one for the same. An issue
    that was stopped and goes to the rest is not compared: its publisher knows.

    Args:
        aim: for whom it is, as it was approved; None is as the issue says now.
    """
    started = Dispatch.objects.filter(
        issue__mailing_list=issue.mailing_list_id, started_at__isnull=False
    )
    if started.filter(issue=issue, audience_count__gt=0).exists():
        return None
    others = started.exclude(issue=issue).aimed(aim_of(issue) if aim is None else aim)
    last = others.order_by("-started_at").first()
    if last is None or last.started_at is None:
        return None
    of_that_issue = started.filter(issue=last.issue_id)
    most = of_that_issue.aggregate(most=Max("audience_count"))["most"]
    return LastTime(most, last.started_at)


def question_about(dispatch: Dispatch, readers: int) -> str | None:
    """Return what to ask before so many readers get an issue; None when it is usual."""
    expected = dispatch.expected_readers
    if expected is not None and _is_near(readers, expected):
        return None
    if surprise := surprise_at(dispatch.issue, readers, dispatch.rendition.aim):
        return f"{surprise} {_('Is that right? Then go on; otherwise stop.')}"
    return None


def surprise_at(issue: Issue, readers: int, aim: Aim | None = None) -> str | None:
    """Say how many there were last time when that differs much; None when not."""
    before = last_time(issue, aim)
    if before is None or not is_surprising(readers, before.readers):
        return None
    return _("There are %(readers)s readers, last time there were %(before)s.") % {
        "readers": formats.number_format(readers, force_grouping=True),
        "before": formats.number_format(before.readers, force_grouping=True),
    }


def is_surprising(readers: int, before: int) -> bool:
    """Tell whether an audience differs by more than 30 % from the one before.

    >>> is_surprising(70, 100), is_surprising(69, 100), is_surprising(131, 100)
    (False, True, True)
    """
    return before >= KNOWN_FROM and not _is_near(readers, before)


def _is_near(readers: int, before: int) -> bool:
    return abs(readers - before) <= LARGEST_CHANGE * before
