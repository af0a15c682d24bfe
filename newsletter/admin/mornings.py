"""When readers in each time zone have their turn, where each gets it in the morning."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext_lazy

from newsletter.delivery.models import Dispatch
from newsletter.delivery.months_best import readers_of
from newsletter.delivery.waves import moments_in
from subscribers.models import MailingList

SHOWN_PLACES = 4
# Counting all readers takes a second for a million of them; the page looks every two.
REMEMBERED = timedelta(hours=1)
REMEMBERED_BEFORE = timedelta(minutes=1)
# Where Dutch readers live and whose name differs in Dutch.
PLACES = {
    "Berlin": gettext_lazy("Berlin"),
    "Brussels": gettext_lazy("Brussels"),
    "Copenhagen": gettext_lazy("Copenhagen"),
    "Curacao": gettext_lazy("Curaçao"),
    "Lisbon": gettext_lazy("Lisbon"),
    "London": gettext_lazy("London"),
    "Luxembourg": gettext_lazy("Luxembourg"),
    "Paris": gettext_lazy("Paris"),
    "Prague": gettext_lazy("Prague"),
    "Rome": gettext_lazy("Rome"),
    "Vienna": gettext_lazy("Vienna"),
    "Warsaw": gettext_lazy("Warsaw"),
    "Zurich": gettext_lazy("Zurich"),
}


@dataclass(frozen=True)
class Morning:
    """Readers whose morning begins at the same moment.

    Attributes:
        starts_at: on the clock of the list.
        places: the first few, most readers first.
        more: how many places are not named.
    """

    starts_at: datetime
    places: str
    more: int
    readers: int
    has_begun: bool


def mornings_of(dispatch: Dispatch, *, now: datetime) -> list[Morning]:
    """Return the mornings of a dispatch; none where all get it at one moment."""
    mailing_list = dispatch.issue.mailing_list
    if not mailing_list.own_morning:
        return []
    counts = _readers_by_zone(dispatch)
    due = datetime.fromisoformat(dispatch.due_local)
    by_moment: defaultdict[datetime, dict[str, int]] = defaultdict(dict)
    for zone, moment in moments_in(counts, mailing_list, due).items():
        by_moment[moment][zone] = counts[zone]
    return [
        _morning(moment, zones, mailing_list, now=now)
        for moment, zones in sorted(by_moment.items())
    ]


def _morning(
    moment: datetime, zones: dict[str, int], mailing_list: MailingList, *, now: datetime
) -> Morning:
    readers_of: defaultdict[str, int] = defaultdict(int)
    for zone, readers in zones.items():
        readers_of[place_of(zone or mailing_list.time_zone)] += readers
    places = sorted(readers_of, key=lambda place: (-readers_of[place], place))
    return Morning(
        starts_at=timezone.localtime(moment, mailing_list.zone),
        places=", ".join(places[:SHOWN_PLACES]),
        more=max(0, len(places) - SHOWN_PLACES),
        readers=sum(zones.values()),
        has_begun=moment <= now,
    )


def place_of(zone: str) -> str:
    """Return the city a time zone is named after, in the reader's language."""
    city = zone.rpartition("/")[2].replace("_", " ")
    return str(PLACES.get(city, city))


def _readers_by_zone(dispatch: Dispatch) -> dict[str, int]:
    """Count readers by time zone; once it began they are frozen."""
    began = dispatch.started_at is not None
    key = f"mornings-{dispatch.pk}-{dispatch.due_local}-{dispatch.audience_count}"
    remembered = REMEMBERED if began else REMEMBERED_BEFORE
    counts: dict[str, int] | None = cache.get(key)
    if counts is None:
        counts = _counted(dispatch) if began else _expected(dispatch)
        cache.set(key, counts, remembered.total_seconds())
    return counts


def _counted(dispatch: Dispatch) -> dict[str, int]:
    zones = dispatch.deliveries.order_by().values_list("subscriber__time_zone")
    return dict(zones.annotate(Count("pk")))


def _expected(dispatch: Dispatch) -> dict[str, int]:
    day = datetime.fromisoformat(dispatch.due_local).date()
    readers = readers_of(dispatch.issue, day, aim=dispatch.rendition.aim)
    zones = readers.order_by().values_list("subscriber__time_zone")
    return dict(zones.annotate(Count("pk")))
