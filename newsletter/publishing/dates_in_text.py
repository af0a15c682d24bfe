"""Dates in Dutch prose that cannot be, are misspelt, or have gone by."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from difflib import get_close_matches

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.publishing.findings import Check

DATES = Check(
    "dates", gettext_lazy("Days and dates in the text exist and are to come.")
)

_DAYS = ["maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"]
_MONTHS = [
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
]
_SHORT = [
    "jan",
    "feb",
    "mrt",
    "apr",
    "mei",
    "jun",
    "jul",
    "aug",
    "sep",
    "okt",
    "nov",
    "dec",
]
_SHORT_DAYS = ["ma", "di", "wo", "do", "vr", "za", "zo"]
_DATE = re.compile(
    # "Tot en met vrijdag 27 november" is over the day after.
    r"(?P<until>\b(?:tot(?:\s+en\s+met)?|t/m|uiterlijk|vóór)\s+(?:op\s+)?)?"
    rf"(?:\b(?P<weekday>{'|'.join(_DAYS + _SHORT_DAYS)})\b\.?\s+)?"
    rf"\b(?P<day>\d{{1,2}})\s+(?P<month>{'|'.join(_MONTHS + _SHORT)})\b\.?"
    r"(?:\s+(?P<year>(?:19|20)\d\d)\b)?",
    re.IGNORECASE,
)
_LIKE_A_DATE = re.compile(r"\b([a-zé]{5,})\s+\d{1,2}\s+([a-zé]{3,})\b", re.IGNORECASE)
# So much of a word is that of another that one of them is a slip of the pen.
ALIKE = 0.8
# A date further back is told as history; a nearer one was probably an appointment.
LATELY = timedelta(days=45)


def trouble_with_dates(text: str, published: date) -> Iterator[str]:
    """Say what is wrong with the dates in a text.

    Args:
        published: the day readers get it; a date without a year is the one nearest
            to it.
    """
    for found in _DATE.finditer(text):
        if message := _trouble(found, published):
            yield message
    for found in _LIKE_A_DATE.finditer(text):
        if meant := _misspelt(found[1].lower(), found[2].lower()):
            yield _("“%(words)s” is misspelt: do you mean “%(meant)s”?") % {
                "words": " ".join(found[0].split()),
                "meant": meant,
            }


def _misspelt(weekday: str, month: str) -> str:
    """Return which day or month was meant, beside one that is spelt well."""
    if weekday in _DAYS and month not in _MONTHS + _SHORT:
        return next(iter(get_close_matches(month, _MONTHS, 1, ALIKE)), "")
    if month in _MONTHS and not weekday.startswith(tuple(_DAYS)):
        return next(iter(get_close_matches(weekday, _DAYS, 1, ALIKE)), "")
    return ""


def _trouble(found: re.Match[str], published: date) -> str:
    date_alone = found[0].removeprefix(found["until"] or "")
    words = " ".join(date_alone.split()).removesuffix(".")
    meant = _meant(found, published)
    if meant is None:
        return _("“%(words)s” does not exist.") % {"words": words}
    weekday = (found["weekday"] or "").lower()
    if weekday and weekday[:2] != _SHORT_DAYS[meant.weekday()]:
        return _("“%(words)s” does not exist: that day is a %(weekday)s.") % {
            "words": words,
            "weekday": formats.date_format(meant, "l"),
        }
    if (weekday or found["until"]) and published - LATELY < meant < published:
        return _("“%(words)s” has gone by when readers get this.") % {"words": words}
    return ""


def _meant(found: re.Match[str], published: date) -> date | None:
    name = found["month"].lower()
    month = (_MONTHS.index(name) if name in _MONTHS else _SHORT.index(name)) + 1
    if found["year"]:
        return _day(int(found["year"]), month, int(found["day"]))
    years = (published.year, published.year + 1, published.year - 1)
    days = [_day(year, month, int(found["day"])) for year in years]
    return min(
        (day for day in days if day),
        key=lambda day: abs(day - published),
        default=None,
    )


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
