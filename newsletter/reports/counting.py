"""Counting who came and went, from the record of consent: all of it, once a night.

A few questions over whole tables take seconds at a million readers; the page that
shows them is asked by people who wait.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import (
    Count,
    DateField,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce, TruncMonth, TruncWeek

from newsletter.reports.models import Cohort, GrowthCount, GrowthWeek
from subscribers import lapsing
from subscribers.models import (
    Consent,
    ConsentAct,
    MailingList,
    Subscription,
    SubscriptionState,
    Suppression,
    SuppressionReason,
)
from subscribers.staying import quiet_readers

HOLDS = timedelta(hours=20)
# Half a year of Sundays.
QUIET_MONTHS = 6
# At night, when nobody else asks much of the database.
NIGHT = range(2, 6)

# What each act of a reader counts as.
ACTS: dict[str, tuple[str, ...]] = {
    ConsentAct.REQUESTED: ("subscribed",),
    ConsentAct.CONFIRMED: ("confirmed",),
    ConsentAct.IMPORTED: ("subscribed", "confirmed"),
    ConsentAct.RECORDED: ("subscribed", "confirmed"),
    ConsentAct.WITHDRAWN: ("left",),
}
_BOUNCED = (SuppressionReason.HARD_BOUNCE, SuppressionReason.SOFT_BOUNCES)
# Week and source.
_Place = tuple[date, str]


def count_what_is_due(now: datetime) -> None:
    """Count each list at night, and one that was never counted at once."""
    counted = GrowthCount.objects.filter(mailing_list=OuterRef("pk"))
    fresh = counted.filter(counted_at__gt=now - HOLDS)
    for mailing_list in MailingList.objects.filter(~Exists(fresh)).order_by("pk"):
        is_night = now.astimezone(mailing_list.zone).hour in NIGHT
        is_new = not GrowthCount.objects.of(mailing_list).exists()
        if is_night or is_new:
            count_growth(mailing_list, now=now)


@transaction.atomic
def count_growth(mailing_list: MailingList, *, now: datetime) -> None:
    """Count a list anew, in the place of what was counted before."""
    # First: two clocks that count at once wait for each other here.
    readers = Subscription.objects.reading(mailing_list).count()
    quiet = quiet_readers(mailing_list, QUIET_MONTHS, now=now).count()
    GrowthCount.objects.update_or_create(
        mailing_list=mailing_list,
        defaults={"counted_at": now, "readers": readers, "quiet": quiet},
    )
    GrowthWeek.objects.filter(mailing_list=mailing_list).delete()
    GrowthWeek.objects.bulk_create(_weeks(mailing_list), batch_size=1000)
    Cohort.objects.filter(mailing_list=mailing_list).delete()
    Cohort.objects.bulk_create(_cohorts(mailing_list), batch_size=1000)


# --- By week and source ---


def _weeks(mailing_list: MailingList) -> Iterator[GrowthWeek]:
    told: defaultdict[_Place, Counter[str]] = defaultdict(Counter)
    for week, source, act, people in _acts(mailing_list):
        for what in ACTS[act]:
            told[week, source or ""][what] += people
    for week, source, people in _by_week(_forgotten(mailing_list), mailing_list):
        told[week, source]["left"] += people
    for week, source, people in _by_week(_bounced(mailing_list), mailing_list):
        told[week, source]["bounced"] += people
    for (week, source), counts in told.items():
        yield GrowthWeek(mailing_list=mailing_list, week=week, source=source, **counts)


def _acts(mailing_list: MailingList) -> "QuerySet[Any, Any]":
    """Return how many people did what, by week and the source of their place.

    Who never read did not leave: they had left elsewhere and were taken in as such. Nor
    did who had left before, asked to come back and did not.
    """
    own_place = FilteredRelation(
        "subscriber__subscriptions",
        condition=Q(subscriber__subscriptions__mailing_list=mailing_list),
    )
    acts = Consent.objects.filter(mailing_list=mailing_list, act__in=ACTS)
    has_left = Q(act=ConsentAct.WITHDRAWN)
    nobody_left = has_left & (
        Q(place__confirmed_at__isnull=True) | Q(channel=lapsing.CHANNEL)
    )
    by_week: QuerySet[Any, Any] = (
        acts.annotate(place=own_place, week=_week_of("at", mailing_list))
        .filter(~nobody_left)
        .order_by()
        .values_list("week", "place__source", "act")
        .annotate(Count("subscriber", distinct=True))
    )
    return by_week


def _forgotten(mailing_list: MailingList) -> "QuerySet[Any, Any]":
    """Return the readers who were forgotten: that is recorded for no list."""
    places = Subscription.objects.filter(
        mailing_list=mailing_list,
        unsubscribed_through="erased",
        confirmed_at__isnull=False,
    )
    forgotten: QuerySet[Any, Any] = places.annotate(at=F("unsubscribed_at"))
    return forgotten


def _bounced(mailing_list: MailingList) -> "QuerySet[Any, Any]":
    blocks = Suppression.objects.filter(reason__in=_BOUNCED)
    places = Subscription.objects.filter(
        mailing_list=mailing_list,
        confirmed_at__isnull=False,
        subscriber__address_hash__in=blocks.values("address_hash"),
    )
    bounced: QuerySet[Any, Any] = places.annotate(at=_came_back_at())
    return bounced


def _came_back_at() -> Subquery:
    blocks = Suppression.objects.filter(
        address_hash=OuterRef("subscriber__address_hash"), reason__in=_BOUNCED
    )
    return Subquery(blocks.order_by("at").values("at")[:1])


def _by_week(
    places: "QuerySet[Any, Any]", mailing_list: MailingList
) -> "QuerySet[Any, Any]":
    by_week: QuerySet[Any, Any] = (
        places.annotate(week=_week_of("at", mailing_list))
        .order_by()
        .values_list("week", "source")
        .annotate(Count("pk"))
    )
    return by_week


def _week_of(field: str, mailing_list: MailingList) -> TruncWeek:
    return TruncWeek(field, tzinfo=mailing_list.zone, output_field=DateField())


# --- By month of joining ---


def _cohorts(mailing_list: MailingList) -> Iterator[Cohort]:
    told: Counter[tuple[date, int | None]] = Counter()
    for joined, ended, people in _joined_and_ended(mailing_list):
        told[joined, _months_between(joined, ended)] += people
    for (joined, months), people in told.items():
        yield Cohort(
            mailing_list=mailing_list, joined=joined, months=months, readers=people
        )


def _joined_and_ended(mailing_list: MailingList) -> "QuerySet[Any, Any]":
    zone = mailing_list.zone
    place_is_taken = ~Q(state=SubscriptionState.PENDING)
    return (
        Subscription.objects.filter(
            place_is_taken, mailing_list=mailing_list, confirmed_at__isnull=False
        )
        .annotate(
            joined=TruncMonth("confirmed_at", tzinfo=zone, output_field=DateField()),
            ended=TruncMonth(
                Coalesce("unsubscribed_at", _came_back_at()),
                tzinfo=zone,
                output_field=DateField(),
            ),
        )
        .order_by()
        .values_list("joined", "ended")
        .annotate(Count("pk"))
    )


def _months_between(joined: date, ended: date | None) -> int | None:
    """Return after how many months; somebody who came back joined last of all.

    >>> _months_between(date(2026, 11, 1), date(2027, 1, 1))
    2
    """
    if ended is None:
        return None
    return max(0, 12 * (ended.year - joined.year) + ended.month - joined.month)
