"""Limits: exact, sliding, all or nothing."""

from datetime import timedelta

import pytest

from subscribers.evidence import Evidence
from subscribers.limits import (
    LIST_LIMIT,
    Limit,
    TooMany,
    allow,
    count_sign_up,
    forget_used,
    network_key,
)
from subscribers.models import Allowance

pytestmark = pytest.mark.django_db
TWO_A_DAY = Limit("two", 2, timedelta(hours=24))
ONE_AN_HOUR = Limit("one", 1, timedelta(hours=1))


def test_a_limit_lets_its_number_through_and_no_more(now):
    assert [allow((TWO_A_DAY,), "sanne", now=now) for _ in range(4)] == [
        True,
        True,
        False,
        False,
    ]


def test_one_persons_limit_is_not_anothers(now):
    allow((ONE_AN_HOUR,), "sanne", now=now)
    assert allow((ONE_AN_HOUR,), "bob", now=now)


def test_a_window_slides_and_never_holds_more_than_it_may(now):
    used = [
        hour
        for hour in range(96)
        if allow((TWO_A_DAY,), "s", now=now + timedelta(hours=hour))
    ]
    assert used == [0, 1, 24, 25, 48, 49, 72, 73]


def test_a_slot_is_free_again_on_the_second(now):
    allow((ONE_AN_HOUR,), "s", now=now)
    assert not allow((ONE_AN_HOUR,), "s", now=now + timedelta(seconds=3599))
    assert allow((ONE_AN_HOUR,), "s", now=now + timedelta(seconds=3600))


def test_when_one_limit_is_full_the_others_are_left_alone(now):
    allow((ONE_AN_HOUR,), "s", now=now)
    assert not allow((TWO_A_DAY, ONE_AN_HOUR), "s", now=now)
    assert not Allowance.objects.filter(name="two").exists()


def test_slots_that_no_limit_looks_back_to_are_let_go(now):
    allow((TWO_A_DAY,), "sanne", now=now - timedelta(days=32))
    allow((TWO_A_DAY,), "bob", now=now - timedelta(days=29))
    forget_used(now)
    assert Allowance.objects.get().key == "bob"


def test_used_slots_never_grow_beyond_the_limit(now):
    for hour in range(200):
        allow((TWO_A_DAY,), "s", now=now + timedelta(hours=hour))
    assert Allowance.objects.count() == 2


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.250", True),
        ("192.0.2.1", "192.0.3.1", False),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
    ],
)
def test_neighbours_share_a_network(one, other, same):
    assert (network_key(one) == network_key(other)) is same


def test_a_network_is_kept_as_a_keyed_hash():
    key = network_key("192.0.2.1")
    assert len(key) == 64
    assert key != network_key(None)


def test_a_limit_holds_in_many_threads_at_once(now, in_threads, transactional_db):
    def ask():
        return sum(allow((TWO_A_DAY,), "s", now=now) for _ in range(5))

    assert sum(in_threads(*[ask] * 8)) == 2


def signing_up(mailing_list, now, addresses):
    """How many sign-ups from these network addresses are counted before one is full."""
    for number, ip_address in enumerate(addresses):
        try:
            count_sign_up(mailing_list, Evidence(ip_address), now=now)
        except TooMany as full:
            return number, full.limit.name
    return len(addresses), ""


def test_one_house_of_ipv6_signs_up_thirty_times_and_its_street_a_hundred(
    mailing_list, now
):
    house = [f"2001:db8:1:1::{n:x}" for n in range(1, 40)]
    assert signing_up(mailing_list, now, house) == (30, "network-hour")
    street = [f"2001:db8:1:{n:x}::1" for n in range(2, 200)]
    assert signing_up(mailing_list, now, street) == (70, "region-hour")


def test_a_list_takes_as_many_in_an_hour_as_it_says(mailing_list, now):
    mailing_list.sign_ups_per_hour = 12
    everywhere = [f"10.0.{n}.1" for n in range(20)]
    assert signing_up(mailing_list, now, everywhere) == (12, LIST_LIMIT)


def test_a_flood_from_one_network_takes_nothing_of_what_is_for_everybody(
    mailing_list, now
):
    mailing_list.sign_ups_per_hour = 40
    assert signing_up(mailing_list, now, ["10.0.0.1"] * 100) == (30, "network-hour")
    assert signing_up(mailing_list, now, ["10.0.1.1"] * 10) == (10, "")


def test_the_limit_of_a_list_holds_in_many_threads_at_once(
    mailing_list, now, in_threads, transactional_db
):
    mailing_list.sign_ups_per_hour = 25

    def from_network(part):
        addresses = [f"10.{part}.{n}.1" for n in range(10)]
        return lambda: signing_up(mailing_list, now, addresses)[0]

    assert sum(in_threads(*map(from_network, range(8)))) == 25


def test_a_limit_that_is_lowered_holds_at_once(now):
    wide = Limit("two", 5, TWO_A_DAY.within)
    for _use in range(5):
        allow((wide,), "sanne", now=now)
    later = now + timedelta(hours=25)
    assert [allow((TWO_A_DAY,), "sanne", now=later) for _use in range(3)] == [
        True,
        True,
        False,
    ]


def test_a_slot_that_was_let_go_of_is_made_again(now):
    allow((TWO_A_DAY,), "s", now=now - timedelta(days=40))
    Allowance.objects.create(name="two", key="s", slot=1, used_at=now)
    forget_used(now)
    assert allow((TWO_A_DAY,), "s", now=now)
