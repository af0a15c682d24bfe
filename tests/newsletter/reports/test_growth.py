"""Counting who came, went and stayed, from the record of consent."""

from datetime import UTC, date, datetime, timedelta

import pytest

from newsletter.reports.counting import count_growth, count_what_is_due
from newsletter.reports.growth import (
    Stayed,
    Week,
    retention_of,
    sources_of,
    together,
    total,
    weeks_of,
)
from newsletter.reports.models import GrowthCount, GrowthWeek
from subscribers.models import (
    Consent,
    ConsentAct,
    Subscription,
    SubscriptionState,
    SuppressionReason,
)
from subscribers.privacy import erase
from subscribers.suppression import suppress
from tests.factories import MailingListFactory, SubscriptionFactory

TODAY = date(2026, 11, 27)
MONDAY = date(2026, 11, 23)
# Wednesday of that week, and of the week before.
THIS_WEEK = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
LAST_WEEK = THIS_WEEK - timedelta(weeks=1)
BY_US = {
    "by_name": "Els",
    "origin": "a card at the fair",
    "wording": "Elke zondag",
    "given_on": TODAY,
}


def a_reader(
    mailing_list,
    *,
    at,
    source="",
    acts=(ConsentAct.REQUESTED,),
    channel="",
    **fields,
):
    """Somebody with a record of what they did, all at one moment."""
    place = SubscriptionFactory(
        mailing_list=mailing_list, source=source, confirmed_at=at, **fields
    )
    Consent.objects.bulk_create(
        Consent(
            subscriber=place.subscriber,
            mailing_list=mailing_list,
            act=act,
            at=at,
            channel=channel,
            **(BY_US if act == ConsentAct.RECORDED else {}),
        )
        for act in acts
    )
    return place


def counted(mailing_list, now, *, count=2, source=None):
    count_growth(mailing_list, now=now)
    return weeks_of(mailing_list, count=count, today=TODAY, source=source)


BOTH = (ConsentAct.REQUESTED, ConsentAct.CONFIRMED)


# --- Week by week ---


def test_who_asked_confirmed_and_left_in_which_week(mailing_list, now):
    a_reader(mailing_list, at=LAST_WEEK, acts=BOTH)
    a_reader(mailing_list, at=THIS_WEEK, acts=BOTH)
    a_reader(mailing_list, at=THIS_WEEK)
    a_reader(mailing_list, at=THIS_WEEK, acts=(ConsentAct.WITHDRAWN,))
    assert counted(mailing_list, now) == [
        Week(MONDAY - timedelta(weeks=1), subscribed=1, confirmed=1),
        Week(MONDAY, subscribed=2, confirmed=1, left=1),
    ]


def test_who_asks_three_times_asked_once(mailing_list, now):
    a_reader(mailing_list, at=THIS_WEEK, acts=(ConsentAct.REQUESTED,) * 3)
    assert counted(mailing_list, now)[-1].subscribed == 1


def test_who_was_taken_in_from_elsewhere_came_as_well(mailing_list, now):
    a_reader(mailing_list, at=THIS_WEEK, acts=(ConsentAct.IMPORTED,))
    a_reader(mailing_list, at=THIS_WEEK, acts=(ConsentAct.RECORDED,))
    week = counted(mailing_list, now)[-1]
    assert (week.subscribed, week.confirmed) == (2, 2)


def test_who_was_taken_in_as_having_left_or_did_not_come_back_did_not_leave(
    mailing_list, now
):
    left = (ConsentAct.WITHDRAWN,)
    elsewhere = a_reader(mailing_list, at=THIS_WEEK, acts=left)
    Subscription.objects.filter(pk=elsewhere.pk).update(
        state=SubscriptionState.UNSUBSCRIBED, unsubscribed_at=now, confirmed_at=None
    )
    a_reader(mailing_list, at=LAST_WEEK, acts=left)
    a_reader(mailing_list, at=THIS_WEEK, acts=left, channel="not confirmed in time")
    weeks = counted(mailing_list, now)
    assert [week.left for week in weeks] == [1, 0]


def test_a_week_begins_on_the_clock_of_the_list(mailing_list, now):
    # Half past midnight on Monday in Amsterdam.
    a_reader(mailing_list, at=datetime(2026, 11, 22, 23, 30, tzinfo=UTC), acts=BOTH)
    before, this_week = counted(mailing_list, now)
    assert (before.confirmed, this_week.confirmed) == (0, 1)


def test_whose_mail_came_back_and_who_was_forgotten_have_gone(mailing_list, now):
    blocked = a_reader(mailing_list, at=LAST_WEEK, acts=BOTH)
    suppress(blocked.subscriber.address, SuppressionReason.HARD_BOUNCE, THIS_WEEK)
    complained = a_reader(mailing_list, at=LAST_WEEK, acts=BOTH)
    suppress(complained.subscriber.address, SuppressionReason.STAFF, THIS_WEEK)
    forgotten = a_reader(mailing_list, at=LAST_WEEK, acts=BOTH)
    erase(forgotten.subscriber, channel="own data page", now=THIS_WEEK)
    week = counted(mailing_list, now)[-1]
    assert (week.bounced, week.left, week.gone, week.net) == (1, 1, 2, -2)


def test_other_lists_are_counted_apart(mailing_list, now):
    a_reader(MailingListFactory(slug="doordeweeks"), at=THIS_WEEK, acts=BOTH)
    assert counted(mailing_list, now)[-1] == Week(MONDAY)


def test_what_each_way_in_brought_the_busiest_first(mailing_list, now):
    a_reader(mailing_list, at=THIS_WEEK, source="podcast")
    for _reader in range(2):
        a_reader(mailing_list, at=THIS_WEEK, source="poster", acts=BOTH)
    assert counted(mailing_list, now, source="poster")[-1].confirmed == 2
    told = sources_of(mailing_list, count=2, today=TODAY)
    assert [(one.name, one.subscribed, one.confirmed) for one in told] == [
        ("poster", 2, 2),
        ("podcast", 1, 0),
    ]


def test_all_weeks_as_one():
    weeks = [Week(MONDAY, 4, 3, 1, 1), Week(MONDAY + timedelta(weeks=1), 1, 1, 0, 0)]
    assert total(weeks) == Week(MONDAY, 5, 4, 1, 1)


# --- Who stayed ---


def test_who_of_a_month_is_still_there_in_the_months_after(mailing_list, now):
    august = datetime(2026, 8, 12, 9, 0, tzinfo=UTC)
    stayed, left, bounced, _other = (
        a_reader(mailing_list, at=august) for _reader in range(4)
    )
    Subscription.objects.filter(pk=left.pk).update(
        state=SubscriptionState.UNSUBSCRIBED,
        unsubscribed_at=datetime(2026, 9, 3, 9, 0, tzinfo=UTC),
    )
    in_october = datetime(2026, 10, 3, 9, 0, tzinfo=UTC)
    suppress(bounced.subscriber.address, SuppressionReason.HARD_BOUNCE, in_october)
    count_growth(mailing_list, now=now)
    [cohort] = retention_of(mailing_list, today=TODAY)
    assert cohort.month == date(2026, 8, 1)
    assert cohort.joined == 4
    # August, September, October; November is not over.
    assert cohort.shares == (100.0, 75.0, 50.0)


def test_all_months_together_weigh_by_how_many_joined():
    august = Stayed(date(2026, 8, 1), 30, (100.0, 80.0))
    september = Stayed(date(2026, 9, 1), 10, (60.0,))
    assert together([august, september]) == (90.0, 80.0)
    assert together([]) == ()


def test_this_month_and_those_of_more_than_a_year_ago_are_not_told(mailing_list, now):
    for year, month in ((2026, 11), (2025, 10)):
        a_reader(mailing_list, at=datetime(year, month, 2, 9, 0, tzinfo=UTC))
    count_growth(mailing_list, now=now)
    assert retention_of(mailing_list, today=TODAY) == []


# --- When it is counted ---


def test_counting_again_replaces_what_was_counted(mailing_list, now):
    a_reader(mailing_list, at=THIS_WEEK, acts=BOTH)
    first = counted(mailing_list, now)
    assert counted(mailing_list, now + timedelta(hours=1)) == first
    assert GrowthWeek.objects.count() == 1
    assert GrowthCount.objects.get().readers == 1


@pytest.mark.parametrize(
    ("hours", "counts_again"),
    # Counted on Friday at 19:00 in Amsterdam.
    [(1, False), (8, False), (16, False), (31.5, True), (36, False)],
)
def test_it_is_counted_at_once_and_then_at_night(
    mailing_list, now, hours, counts_again
):
    count_what_is_due(now)
    later = now + timedelta(hours=hours)
    count_what_is_due(later)
    assert (GrowthCount.objects.get().counted_at == later) is counts_again
