"""Saying when an issue leaves, and to how many, as people say it to each other."""

from datetime import datetime

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from newsletter.delivery.audience import last_time
from newsletter.issues.aiming import Aim, aim_in_words, aim_of
from newsletter.issues.models import Issue
from newsletter.publishing.calendar import local_time
from newsletter.publishing.sending_checks import audience_size
from subscribers.models import MailingList

# An issue that left a day late, or in readers' own morning, is still last week's.
DAYS_OF_LAST_WEEK = range(5, 10)
# Whether the last time was last week, and whether there are more, as many or fewer now.
_DIFFERENCES = {
    (True, 1): gettext_lazy("%(count)s more than last week"),
    (True, 0): gettext_lazy("as many as last week"),
    (True, -1): gettext_lazy("%(count)s fewer than last week"),
    (False, 1): gettext_lazy("%(count)s more than last time"),
    (False, 0): gettext_lazy("as many as last time"),
    (False, -1): gettext_lazy("%(count)s fewer than last time"),
}


def sentence(
    issue: Issue, *, now: datetime, due_local: datetime, aim: Aim | None = None
) -> str:
    """Return in one sentence when it leaves, to how many, and how that differs.

    Args:
        due_local: the time on the clock of the list.
        aim: for whom it is, as it was approved; None is as the issue says now.
    """
    aim = aim_of(issue) if aim is None else aim
    readers = audience_size(issue, on=due_local.date(), aim=aim)
    words = ngettext(
        "%(when)s to %(count)s subscriber",
        "%(when)s to %(count)s subscribers",
        readers,
    ) % {
        "when": in_words(due_local, issue.mailing_list, now=now),
        "count": formats.number_format(readers, force_grouping=True),
    }
    if for_whom := aim_in_words(aim):
        words = f"{words} ({for_whom})"
    difference = _beside_last_time(issue, aim, readers, due_local)
    return f"{words}, {difference}" if difference else words


def _beside_last_time(issue: Issue, aim: Aim, readers: int, due_local: datetime) -> str:
    """Return how many more or fewer it are than the time before; "" without one."""
    before = last_time(issue, aim)
    if before is None:
        return ""
    began = local_time(before.started_at, issue.mailing_list.zone)
    is_last_week = (due_local.date() - began.date()).days in DAYS_OF_LAST_WEEK
    more = readers - before.readers
    return _DIFFERENCES[is_last_week, (more > 0) - (more < 0)] % {
        "count": formats.number_format(abs(more), force_grouping=True)
    }


def in_words(due_local: datetime, mailing_list: MailingList, *, now: datetime) -> str:
    """Return day, hour and zone as people say them; the year if it is another."""
    this_year = local_time(now, mailing_list.zone).year
    day = formats.date_format(
        due_local, _("l F j") if due_local.year == this_year else _("l F j Y")
    )
    words = _("%(day)s at %(time)s, %(zone)s") % {
        "day": day,
        "time": due_local.strftime("%H:%M"),
        "zone": zone_in_words(mailing_list.time_zone),
    }
    return words[:1].upper() + words[1:]


def zone_in_words(time_zone: str) -> str:
    """Return what people call a time zone."""
    if time_zone == "Europe/Amsterdam":
        return _("Dutch time")
    return _("time in %(city)s") % {
        "city": time_zone.rpartition("/")[2].replace("_", " ")
    }
