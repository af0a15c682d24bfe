"""Days and hours as people say them, in the zone of a list."""

from datetime import datetime
from zoneinfo import ZoneInfo

from newsletter.issues.models import Issue
from newsletter.issues.numbering import last_day_gone, next_free_day
from subscribers.models import MailingList


def local_time(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return the time on the clock in a zone, without its zone."""
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


def planned_time(issue: Issue) -> datetime | None:
    """Return when an issue is meant to leave by the clock of its list.

    None for a reserve issue, which has no day yet.
    """
    if issue.publication_date is None:
        return None
    return datetime.combine(issue.publication_date, issue.mailing_list.send_time)


def next_free_times(
    mailing_list: MailingList, *, now: datetime, count: int = 6
) -> list[datetime]:
    """Return the coming times of a list on days that have no issue yet."""
    times: list[datetime] = []
    day = last_day_gone(mailing_list, now=now)
    for _time in range(count):
        day = next_free_day(mailing_list, after=day)
        times.append(datetime.combine(day, mailing_list.send_time))
    return times
