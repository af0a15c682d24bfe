"""Days and times as lists of readers write them."""

import re
from datetime import UTC, datetime, timedelta

_ISO = re.compile(r"^\d{4}-\d{2}-\d{2}")
_DUTCH = re.compile(
    r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?"
)
_SERIAL = re.compile(r"^\d{5}(?:\.\d+)?$")
# Day 0 of Excel, which takes 1900 for a leap year.
_EXCEL_BEGAN = datetime(1899, 12, 30, tzinfo=UTC)
# Nobody agreed to a newsletter before there were any.
_FIRST = datetime(1990, 1, 1, tzinfo=UTC)


def moment_of(typed: str, *, now: datetime) -> datetime | None:
    """Return the moment a cell tells; None for none, or one that cannot be.

    ``03-04-2026`` is the third of April; where the second number is no month, the
    first is. Without a zone it is UTC, as the programs write it.
    """
    text = typed.strip()
    try:
        moment = _read(text)
    except (ValueError, OverflowError):
        return None
    return moment if moment and _FIRST <= moment <= now else None


def _read(text: str) -> datetime | None:
    if _ISO.match(text):
        # "2024-05-01 10:00:00 UTC" and the like; what follows the seconds is dropped.
        told = text.removesuffix(" UTC").removesuffix(" +0000 UTC")
        try:
            moment = datetime.fromisoformat(told)
        except ValueError:
            moment = datetime.fromisoformat(told[:19].strip())
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if found := _DUTCH.match(text):
        first, second, year, hour, minute, seconds = found.groups(default="0")
        day, month = int(first), int(second)
        if month > 12:
            day, month = month, day
        clock = (int(hour), int(minute), int(seconds))
        return datetime(int(year), month, day, *clock, tzinfo=UTC)
    if _SERIAL.match(text):
        return _EXCEL_BEGAN + timedelta(days=float(text))
    return None
