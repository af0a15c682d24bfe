"""Who is at work in an issue, until a minute after they were last heard."""

from datetime import timedelta

import pytest

from newsletter.issues.models import Presence
from newsletter.issues.presence import (
    SILENT_FOR,
    forget_who_left,
    leave,
    others_in,
    tell_presence,
)
from tests.factories import IssueFactory, UserFactory


@pytest.fixture
def els(db):
    return UserFactory.create()


@pytest.fixture
def bob(db):
    return UserFactory.create(username="bob", first_name="Bob")


@pytest.fixture
def issue(db):
    return IssueFactory.create()


def who(issue, than, now):
    return [
        (one.user.first_name, one.where) for one in others_in(issue, than=than, now=now)
    ]


def test_a_colleague_is_seen_where_they_last_were(issue, els, bob, now):
    tell_presence(issue, by=bob, where="Onderwerp", now=now)
    tell_presence(issue, by=bob, where="Tekst: Tot slot", now=now)
    assert who(issue, els, now) == [("Bob", "Tekst: Tot slot")]
    assert who(issue, bob, now) == []


def test_who_is_silent_for_a_minute_has_left(issue, els, bob, now):
    tell_presence(issue, by=bob, where="", now=now)
    assert who(issue, els, now + SILENT_FOR - timedelta(seconds=1))
    assert not who(issue, els, now + SILENT_FOR)


def test_who_closes_the_issue_is_gone_at_once(issue, els, bob, now):
    tell_presence(issue, by=bob, where="", now=now)
    leave(issue, by=bob)
    assert not who(issue, els, now)


def test_nobody_is_seen_in_another_issue(issue, els, bob, now):
    other = IssueFactory.create(publication_date="2026-12-06")
    tell_presence(other, by=bob, where="", now=now)
    assert not who(issue, els, now)


def test_a_place_is_cut_and_without_invisible_signs(issue, els, bob, now):
    tell_presence(issue, by=bob, where="\x00" + "a" * 999, now=now)
    assert who(issue, els, now) == [("Bob", "a" * 120)]


def test_who_left_long_ago_is_forgotten(issue, els, bob, now):
    tell_presence(issue, by=bob, where="", now=now - timedelta(hours=1))
    tell_presence(issue, by=els, where="", now=now)
    forget_who_left(now)
    assert Presence.objects.get().user == els
