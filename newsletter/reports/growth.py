"""How a list grows: who came and went week by week, and who of each month stayed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet, Sum

from newsletter.reports.models import Cohort, GrowthWeek
from subscribers.models import MailingList

MONTHS = 12
WHAT = ("subscribed", "confirmed", "left", "bounced")


@dataclass(frozen=True)
class Week:
    """One week, from its Monday on; ``net`` is by how many readers the list grew."""

    monday: date
    subscribed: int = 0
    confirmed: int = 0
    left: int = 0
    bounced: int = 0

    @property
    def gone(self) -> int:
        """Who went, by whatever way."""
        return self.left + self.bounced

    @property
    def net(self) -> int:
        """By how many readers the list grew."""
        return self.confirmed - self.gone


@dataclass(frozen=True)
class Source:
    """What came by one way in, over all of the weeks that are looked at."""

    name: str
    subscribed: int
    confirmed: int
    left: int
    bounced: int


@dataclass(frozen=True)
class Stayed:
    """Readers who joined in one month.

    Attributes:
        month: its first day.
        joined: how many there were.
        shares: of them, in percent, still there at the end of that month, of the next
            and so on, for as long as those months are over.
    """

    month: date
    joined: int
    shares: tuple[float, ...]


def monday_of(day: date) -> date:
    """Return the Monday of the week of a day."""
    return day - timedelta(days=day.weekday())


def weeks_of(
    mailing_list: MailingList, *, count: int, today: date, source: str | None = None
) -> list[Week]:
    """Return the last weeks, the oldest first, this one included.

    Args:
        today: the day in the zone of the list.
        source: only what came by this way; None is by whatever way.
    """
    counted = _counted(mailing_list, count, today)
    if source is not None:
        counted = counted.filter(source=source)
    told = {week: sums for week, *sums in _summed(counted, "week")}
    first = _first_monday(count, today)
    mondays = [first + timedelta(weeks=place) for place in range(count)]
    return [Week(monday, *told.get(monday, ())) for monday in mondays]


def sources_of(mailing_list: MailingList, *, count: int, today: date) -> list[Source]:
    """Return what each way in brought over the last weeks, the busiest first."""
    counted = _counted(mailing_list, count, today)
    sources = [Source(*row) for row in _summed(counted, "source")]
    return sorted(sources, key=lambda one: (-one.confirmed, -one.subscribed, one.name))


def _summed(counted: "QuerySet[GrowthWeek]", by: str) -> "QuerySet[Any, Any]":
    sums = [Sum(one) for one in WHAT]
    return counted.order_by().values_list(by).annotate(*sums)


def _counted(
    mailing_list: MailingList, count: int, today: date
) -> "QuerySet[GrowthWeek]":
    since = _first_monday(count, today)
    return GrowthWeek.objects.filter(mailing_list=mailing_list, week__gte=since)


def _first_monday(count: int, today: date) -> date:
    return monday_of(today) - timedelta(weeks=count - 1)


def retention_of(mailing_list: MailingList, *, today: date) -> list[Stayed]:
    """Return who of each of the last twelve months stayed, the oldest first.

    A month is told when it is over: until then too few seem to have left.
    """
    this_month = today.replace(day=1)
    since = _months_later(this_month, -MONTHS)
    rows = Cohort.objects.filter(
        Q(joined__gte=since, joined__lt=this_month), mailing_list=mailing_list
    )
    by_month: dict[date, Counter[int | None]] = {}
    for joined, months, readers in rows.values_list("joined", "months", "readers"):
        by_month.setdefault(joined, Counter())[months] += readers
    return [
        Stayed(month, left.total(), _shares(month, left, this_month))
        for month, left in sorted(by_month.items())
    ]


def _shares(
    month: date, left: Counter[int | None], this_month: date
) -> tuple[float, ...]:
    there, shares = left.total(), []
    for age in range(MONTHS):
        if _months_later(month, age) >= this_month:
            break
        there -= left[age]
        shares.append(100 * there / left.total())
    return tuple(shares)


def together(months: Sequence[Stayed]) -> tuple[float, ...]:
    """Return the shares of all of these months as one, of those told so far."""
    shares = []
    for age in range(max((len(one.shares) for one in months), default=0)):
        told = [one for one in months if len(one.shares) > age]
        there = sum(one.joined * one.shares[age] for one in told)
        shares.append(there / sum(one.joined for one in told))
    return tuple(shares)


def _months_later(month: date, count: int) -> date:
    """Return the first day of a month so many later.

    >>> _months_later(date(2026, 11, 1), 3), _months_later(date(2026, 1, 1), -1)
    (datetime.date(2027, 2, 1), datetime.date(2025, 12, 1))
    """
    months = 12 * month.year + month.month - 1 + count
    return date(months // 12, months % 12 + 1, 1)


def total(weeks: Sequence[Week]) -> Week:
    """Return all of these weeks as one, from the first Monday on."""
    sums = {one: sum(getattr(week, one) for week in weeks) for one in WHAT}
    return Week(weeks[0].monday, **sums)
