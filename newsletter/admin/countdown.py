"""How long there still is, in two units; the page's script counts on from there."""

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

SECONDS = {"day": 86_400, "hour": 3_600, "minute": 60, "second": 1}


def countdown(wait: timedelta) -> str:
    """Return how long it still is, such as “2 days and 11 hours to go”; "" once past.

    >>> countdown(timedelta(days=-1))
    ''
    """
    words = countdown_words()
    parts = _parts(int(wait.total_seconds()))
    said = [words[unit][amount != 1] % amount for unit, amount in parts]
    if not said:
        return ""
    if len(said) == 1:
        return words["one"][0].replace("%1", said[0])
    return words["two"][0].replace("%1", said[0]).replace("%2", said[1])


def countdown_words() -> dict[str, list[str]]:
    """Return the words for one and for more of each unit, and how they are joined."""
    return {
        "day": [ngettext("%d day", "%d days", count) for count in (1, 2)],
        "hour": [ngettext("%d hour", "%d hours", count) for count in (1, 2)],
        "minute": [ngettext("%d minute", "%d minutes", count) for count in (1, 2)],
        "second": [ngettext("%d second", "%d seconds", count) for count in (1, 2)],
        "one": [_("%1 to go")],
        "two": [_("%1 and %2 to go")],
    }


def _parts(seconds: int) -> list[tuple[str, int]]:
    """Return the two largest units; seconds only count in the last hour."""
    if seconds <= 0:
        return []
    units = list(SECONDS.items())
    largest = next(i for i, (_unit, size) in enumerate(units) if seconds >= size)
    parts = []
    for unit, size in units[largest : largest + 2]:
        amount, seconds = divmod(seconds, size)
        parts.append((unit, amount))
    return [(unit, amount) for unit, amount in parts if amount]
