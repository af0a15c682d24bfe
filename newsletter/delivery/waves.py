"""In which order readers get an issue: in one wave, or each in their own morning."""

import zoneinfo
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, IntegerField, QuerySet, Value, When
from django.db.models.expressions import Combinable

from newsletter.delivery.models import Dispatch
from newsletter.delivery.moments import moment_of
from subscribers.models import MailingList, Subscription

# The wave before it are the first few, who show whether all goes well.
FIRST_OF_THE_OTHERS = 1

Readers = QuerySet[Subscription, Any]


@dataclass(frozen=True)
class Wave:
    """Readers whose turn begins at the same moment.

    Attributes:
        zones: as readers gave them; "" are those who gave none.
    """

    number: int
    starts_at: datetime
    readers: int
    zones: tuple[str, ...] = ()


def waves_of(readers: Readers, dispatch: Dispatch) -> list[Wave]:
    """Return the waves of these readers, in the order of their moments."""
    mailing_list = dispatch.issue.mailing_list
    if not mailing_list.own_morning:
        return [Wave(FIRST_OF_THE_OTHERS, dispatch.due_at, readers.count())]
    due = datetime.fromisoformat(dispatch.due_local)
    counts = dict(
        readers.order_by().values_list("subscriber__time_zone").annotate(Count("pk"))
    )
    by_moment: defaultdict[datetime, list[str]] = defaultdict(list)
    for zone, moment in moments_in(counts, mailing_list, due).items():
        by_moment[moment].append(zone)
    return [
        Wave(number, moment, sum(counts[zone] for zone in zones), tuple(sorted(zones)))
        for number, (moment, zones) in enumerate(
            sorted(by_moment.items()), start=FIRST_OF_THE_OTHERS
        )
    ]


def wave_of_reader(waves: Sequence[Wave]) -> Combinable:
    """Return, in the words of the database, the number of a subscription's wave.

    Zones that appeared since the waves were made count as the first of them.
    """
    whens = [
        When(subscriber__time_zone__in=wave.zones, then=Value(wave.number))
        for wave in waves
        if wave.zones
    ]
    others = Value(waves[0].number if waves else FIRST_OF_THE_OTHERS)
    return Case(*whens, default=others, output_field=IntegerField())


def earliest_wave(mailing_list: MailingList, due: datetime) -> datetime:
    """Return when the first readers of a list get what it sends at this time.

    Never later than the list's own moment, from which its lateness is counted.

    Args:
        due: when the list sends, on its own clock, without zone.
    """
    own_moment = moment_of(due, mailing_list.zone)
    if not mailing_list.own_morning:
        return own_moment
    zones = (
        Subscription.objects.filter(mailing_list=mailing_list)
        .mailable(due.date())
        .order_by()
        .values_list("subscriber__time_zone", flat=True)
        .distinct()
    )
    return min([own_moment, *moments_in(zones, mailing_list, due).values()])


def moments_in(
    zones: Iterable[str], mailing_list: MailingList, due: datetime
) -> dict[str, datetime]:
    """Return when the same time comes on the clocks of these zones."""
    return {zone: moment_of(due, _zone(zone, mailing_list)) for zone in zones}


def _zone(name: str, mailing_list: MailingList) -> zoneinfo.ZoneInfo:
    """Return a reader's zone; the list's where it is not given or not known here."""
    try:
        return zoneinfo.ZoneInfo(name) if name else mailing_list.zone
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return mailing_list.zone
