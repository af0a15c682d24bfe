"""Telling machines from people by what they do within a minute."""

from datetime import date, timedelta

import pytest

from newsletter.reports import machines
from newsletter.reports.machines import Visitors, says_it_is_a_machine

DAY = date(2026, 11, 29)
SAFARI = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.1 Safari/605.1.15"


@pytest.mark.parametrize(
    ("headers", "is_machine"),
    [
        ({"User-Agent": SAFARI}, False),
        ({"User-Agent": SAFARI, "Sec-Fetch-Mode": "navigate"}, False),
        ({"User-Agent": "Mozilla/5.0 (Linux; Android 12; CUBOT P60)"}, False),
        ({"User-Agent": SAFARI, "Sec-Fetch-Dest": "image"}, True),
        ({"User-Agent": SAFARI, "Purpose": "prefetch"}, True),
        ({"User-Agent": "Slackbot-LinkExpanding 1.0"}, True),
        ({"User-Agent": "python-requests/2.32"}, True),
        ({}, True),
    ],
)
def test_what_a_request_says_of_itself(headers, is_machine):
    assert says_it_is_a_machine(headers) == is_machine


def pressed(visitors, link, now, *, who="a", mail=1):
    return visitors.press(who, mail, (link, DAY), now=now)


def test_the_third_link_within_seconds_shows_that_the_others_were_a_machines(now):
    visitors = Visitors()
    assert not pressed(visitors, 1, now).is_machine
    assert not pressed(visitors, 2, now).is_machine
    third = pressed(visitors, 3, now + timedelta(seconds=9))
    assert third.is_machine
    assert set(third.anew) == {(1, DAY), (2, DAY)}
    # Once: they are counted anew already.
    assert pressed(visitors, 4, now + timedelta(seconds=30)).anew == ()


@pytest.mark.parametrize(
    "presses",
    [
        [(1, 0), (2, 6), (3, 12)],  # as a person reads on
        [(1, 0), (1, 1), (1, 2)],  # one that does not load
    ],
)
def test_a_person_is_slower_or_wants_one_thing(now, presses):
    visitors = Visitors()
    for link, seconds in presses:
        assert not pressed(visitors, link, now + timedelta(seconds=seconds)).is_machine


def test_two_people_and_two_mails_are_told_apart(now):
    visitors = Visitors()
    for who, mail, link in (("a", 1, 1), ("a", 1, 2), ("b", 1, 3), ("a", 2, 4)):
        assert not pressed(visitors, link, now, who=who, mail=mail).is_machine


def test_after_a_minute_a_visitor_is_forgotten(now):
    visitors = Visitors()
    visitors.canary("a", 1, now=now)
    assert pressed(visitors, 1, now + timedelta(seconds=59)).is_machine
    assert not pressed(visitors, 1, now + timedelta(seconds=120)).is_machine


def test_people_behind_the_address_of_a_machine_are_people_after_a_minute(now):
    visitors = Visitors()
    visitors.canary("a", 1, now=now)
    judged = [
        pressed(visitors, 1, now + timedelta(seconds=seconds)).is_machine
        for seconds in (30, 59, 80)
    ]
    assert judged == [True, True, False]


def test_a_flood_of_visitors_does_not_fill_the_memory(now, monkeypatch):
    monkeypatch.setattr(machines, "_MOST_VISITORS", 10)
    visitors = Visitors()
    for who in range(50):
        pressed(visitors, 1, now, who=str(who))
    assert len(visitors._visits) == 10


def test_nothing_that_names_a_visitor_is_remembered(now):
    visitors = Visitors()
    pressed(visitors, 1, now, who="192.0.2.7 Safari")
    assert "192.0.2.7" not in repr(vars(visitors))
