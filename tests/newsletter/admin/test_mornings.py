"""Each reader in their own morning: the page says when it is whose turn."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache

from newsletter.admin.mornings import mornings_of, place_of
from newsletter.delivery.preparation import start
from newsletter.publishing.approval import approve
from newsletter.publishing.scheduling import schedule
from tests.factories import SubscriptionFactory, UserFactory
from tests.newsletter.admin.colleagues import log_in
from tests.newsletter.admin.test_dispatches import shown, text_of
from tests.newsletter.publishing.issues import issue_in_order

AMSTERDAM = datetime(2026, 11, 29, 7, 0, tzinfo=UTC)
AUCKLAND = datetime(2026, 11, 28, 19, 0, tzinfo=UTC)
ZONES = ("", "", "Europe/Brussels", "Europe/London", "Pacific/Auckland")


@pytest.fixture
def planned(mailing_list, now):
    cache.clear()
    mailing_list.own_morning = True
    mailing_list.save()
    for zone in ZONES:
        SubscriptionFactory(mailing_list=mailing_list, subscriber__time_zone=zone)
    issue = issue_in_order(mailing_list)
    approve(issue, by=UserFactory.create(), now=now)
    yield schedule(issue, by=None, now=now)
    cache.clear()


@pytest.fixture
def started(planned):
    start(planned.pk, now=AUCKLAND)
    planned.refresh_from_db()
    return planned


def told(dispatch, now):
    return [
        (f"{morning.starts_at:%a %H:%M}", morning.places, morning.readers)
        for morning in mornings_of(dispatch, now=now)
    ]


def test_places_with_the_same_morning_stand_together_in_the_order_of_the_sun(
    planned, now
):
    assert told(planned, now) == [
        ("Sat 20:00", "Auckland", 1),
        ("Sun 08:00", "Amsterdam, Brussel", 3),
        ("Sun 09:00", "Londen", 1),
    ]


def test_once_it_began_they_are_those_of_its_readers(started, mailing_list):
    SubscriptionFactory(mailing_list=mailing_list, subscriber__time_zone="Asia/Tokyo")
    assert told(started, AUCKLAND)[0] == ("Sat 20:00", "Auckland", 1)
    assert len(told(started, AUCKLAND)) == 3


def test_a_morning_has_begun_once_it_is_eight_there(started):
    def begun(now):
        return [morning.has_begun for morning in mornings_of(started, now=now)]

    assert begun(AMSTERDAM) == [True, True, False]
    assert begun(AMSTERDAM + timedelta(hours=1)) == [True, True, True]


def test_of_many_places_the_largest_are_named(started, mailing_list):
    cache.clear()
    zones = ("Berlin", "Paris", "Madrid", "Rome", "Vienna")
    started.deliveries.all().delete()
    for city in zones:
        reader = SubscriptionFactory(
            mailing_list=mailing_list, subscriber__time_zone=f"Europe/{city}"
        ).subscriber
        started.deliveries.create(subscriber=reader)
    (morning,) = mornings_of(started, now=AMSTERDAM)
    assert (morning.places, morning.more) == ("Berlijn, Madrid, Parijs, Rome", 1)


def test_a_place_is_called_as_readers_call_it():
    assert place_of("America/New_York") == "New York"
    assert place_of("America/Curacao") == "Curaçao"


def test_where_all_get_it_at_once_there_are_no_mornings(planned, mailing_list, now):
    mailing_list.own_morning = False
    mailing_list.save()
    planned.refresh_from_db()
    planned.issue.mailing_list.refresh_from_db()
    assert mornings_of(planned, now=now) == []


@pytest.mark.parametrize("moment", ["planned", "started"])
def test_the_page_says_when_it_is_whose_turn(client, request, moment):
    dispatch = request.getfixturevalue(moment)
    log_in(client, "Redactie")
    text = text_of(shown(client, dispatch))
    assert "Ieder in de eigen ochtend" in text
    assert "zaterdag 28 november, 20:00 Auckland" in text
