"""A deputy approves and schedules for some days, and can do nothing else."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError

from newsletter.audit.models import AuditEntry
from newsletter.publishing.approval import approve
from newsletter.publishing.deputies import (
    APPROVING,
    SCHEDULING,
    CannotDeputise,
    end_deputyship,
    in_whose_place,
    may,
    name_deputy,
)
from newsletter.publishing.models import Deputyship
from newsletter.publishing.scheduling import schedule
from tests.factories import UserFactory
from tests.newsletter.admin.colleagues import role_of

FRIDAY, SUNDAY = date(2026, 11, 27), date(2026, 11, 29)


@pytest.fixture
def els(db):
    return person("els", "Uitgever")


@pytest.fixture
def roos(db):
    return person("roos", "Redactie")


def person(name, role, **fields):
    made = UserFactory.create(username=name, first_name=name.capitalize(), **fields)
    made.groups.add(role_of(role))
    return User.objects.get(pk=made.pk)


def named(els, roos, now, first_day=FRIDAY, last_day=SUNDAY):
    return name_deputy(els, roos, first_day=first_day, last_day=last_day, now=now)


@pytest.mark.parametrize(
    ("days", "stands_in"), [(-1, False), (0, True), (2, True), (3, False)]
)
def test_a_deputy_stands_in_from_the_first_day_up_to_the_last(
    els, roos, now, days, stands_in
):
    named(els, roos, now)

    assert may(roos, APPROVING, now=now + timedelta(days=days)) is stands_in


def test_the_day_begins_at_midnight_of_the_desk(els, roos, now):
    named(els, roos, now, first_day=date(2026, 11, 28))
    midnight = now.replace(hour=23)

    assert not may(roos, APPROVING, now=midnight - timedelta(seconds=1))
    assert may(roos, APPROVING, now=midnight)


def test_standing_in_widens_no_other_power(els, roos, now):
    named(els, roos, now)

    for permission in ("newsletter.control_dispatch", "subscribers.view_subscriber"):
        assert els.has_perm(permission)
        assert not may(roos, permission, now=now)


def test_who_lost_the_power_cannot_have_handed_it_over(els, roos, now):
    named(els, roos, now)
    els.groups.clear()

    assert not may(roos, APPROVING, now=now)


def test_a_deputy_names_no_deputy(els, roos, now):
    named(els, roos, now)
    jan = person("jan", "Redactie")

    with pytest.raises(CannotDeputise, match="vraag een uitgever"):
        named(roos, jan, now)


def test_what_a_deputy_does_says_in_whose_place(issue, els, roos, now):
    named(els, roos, now)

    approval = approve(issue, by=roos, now=now)
    schedule(issue, by=roos, now=now)

    assert (approval.approved_by, approval.in_place_of) == (roos, els)
    told = AuditEntry.objects.filter(act__in=("approved", "scheduled"))
    assert [entry.details["in_place_of"] for entry in told] == ["els", "els"]


def test_who_may_do_it_anyway_does_it_in_nobodys_place(els, now):
    pien = person("pien", "Uitgever")
    named(els, pien, now)

    assert may(pien, SCHEDULING, now=now)
    assert in_whose_place(pien, SCHEDULING, now=now) is None


def test_naming_and_ending_are_put_on_record_once(els, roos, now):
    deputyship = named(els, roos, now)
    named(els, roos, now)
    end_deputyship(deputyship, by=els, now=now)
    end_deputyship(deputyship, by=els, now=now)

    acts = AuditEntry.objects.order_by("pk").values_list("act", flat=True)
    assert list(acts) == ["deputy named", "deputy not needed any more"]
    assert not may(roos, APPROVING, now=now)


def test_a_deputy_does_not_end_it(els, roos, now):
    deputyship = named(els, roos, now)

    with pytest.raises(CannotDeputise, match="Alleen een uitgever"):
        end_deputyship(deputyship, by=roos, now=now)


@pytest.mark.parametrize(
    ("first_day", "last_day", "words"),
    [
        (SUNDAY, FRIDAY, "Draai ze om"),
        (date(2026, 11, 1), date(2026, 11, 26), "zijn voorbij"),
        (FRIDAY, FRIDAY + timedelta(days=60), "Hoogstens 60 dagen"),
    ],
)
def test_days_that_cannot_be_are_refused(els, roos, now, first_day, last_day, words):
    with pytest.raises(CannotDeputise, match=words):
        named(els, roos, now, first_day, last_day)


@pytest.mark.parametrize("role", ["Beheer", "Lezersservice"])
def test_who_does_not_work_on_issues_cannot_stand_in(els, now, role):
    with pytest.raises(CannotDeputise, match="aan de edities werkt"):
        named(els, person("bob", role), now)


def test_nobody_stands_in_for_themselves(els, now):
    with pytest.raises(CannotDeputise):
        named(els, els, now)
    with pytest.raises(IntegrityError):
        Deputyship.objects.create(
            publisher=els, deputy=els, first_day=FRIDAY, last_day=SUNDAY, created_at=now
        )
