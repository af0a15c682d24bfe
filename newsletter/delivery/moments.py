"""Moments in UTC of the times people read on their clocks.

Twice a year an hour is missing or comes twice, and on a Sunday too.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

SECOND = timedelta(seconds=1)


def moment_of(local: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment in UTC of a time on the clock in a zone.

    An hour that comes twice means its first time; an hour that is skipped means
    the first moment after the skip.
    """
    first = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == local.replace(fold=0):
        return first
    before = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    return _change_between(before, first, zone)


def _change_between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the first second that has the offset of ``after``."""
    old = before.astimezone(zone).utcoffset()
    while after - before > SECOND:
        middle = before + (after - before) / 2
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)
