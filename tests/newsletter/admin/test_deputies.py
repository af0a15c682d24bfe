"""The page on which publishers name who stands in for them."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.urls import reverse

from newsletter.delivery.models import Dispatch
from newsletter.publishing.models import Approval, Deputyship
from tests.factories import UserFactory
from tests.newsletter.admin.colleagues import log_in, messages_of, role_of
from tests.newsletter.publishing.issues import issue_in_order

FRIDAY = datetime(2026, 11, 27, 18, 0, tzinfo=UTC)
PAGE = "/admin/vervanging/"


@pytest.fixture(autouse=True)
def friday():
    with time_machine.travel(FRIDAY, tick=False):
        yield


@pytest.fixture
def roos(db):
    roos = UserFactory.create(username="roos", first_name="Roos")
    roos.groups.add(role_of("Redactie"))
    return roos


def days(roos, **changes):
    return {
        "deputy": roos.pk,
        "first_day": "2026-11-27",
        "last_day": "2026-11-29",
        **changes,
    }


def test_a_publisher_names_who_stands_in_and_sees_it(client, roos):
    log_in(client, "Uitgever")

    answer = client.post(PAGE, days(roos), follow=True)

    assert "Roos mag op die dagen in jouw plaats" in messages_of(answer)
    assert "Roos voor Els" in answer.text
    assert "tot en met zondag 29 november" in answer.text


def test_a_deputy_approves_and_schedules_what_was_not_hers_to(
    client, roos, mailing_list
):
    issue = issue_in_order(mailing_list)
    log_in(client, "Uitgever")
    client.post(PAGE, days(roos))
    client.force_login(roos)
    page = reverse("admin:newsletter_issue_publish", args=[issue.pk])

    asked = client.get(page).text
    approving = reverse("admin:newsletter_issue_approve", args=[issue.pk])
    client.post(approving, {"version": issue.version})
    scheduling = reverse("admin:newsletter_issue_schedule", args=[issue.pk])
    client.post(scheduling, {"day": "2026-11-29", "time": "08:00"})

    assert "Je geeft akkoord in plaats van Els" in asked
    assert Approval.objects.get().approved_by == roos
    assert Dispatch.objects.get().created_by == roos
    assert "In plaats van Els." in client.get(page).text


def test_an_editor_sees_who_stands_in_and_names_nobody(client, roos):
    client.force_login(roos)

    answer = client.get(PAGE)

    assert "Niemand vervangt iemand" in answer.text
    assert "Laat vervangen" not in answer.text
    assert client.post(PAGE, days(roos)).status_code == 403


def test_somebody_who_does_not_see_issues_does_not_see_this(client, db):
    log_in(client, "Beheer", "bob")

    assert client.get(PAGE).status_code == 403


def test_days_that_cannot_be_are_asked_again_and_nothing_typed_is_lost(client, roos):
    log_in(client, "Uitgever")

    answer = client.post(PAGE, days(roos, last_day="2026-11-20"))

    assert answer.status_code == 400
    assert "Draai ze om" in answer.text
    assert 'value="2026-11-20"' in answer.text
    assert not Deputyship.objects.exists()


def test_it_ends_by_a_press_and_by_no_link(client, roos):
    log_in(client, "Uitgever")
    client.post(PAGE, days(roos))
    address = reverse("admin:end_deputyship", args=[Deputyship.objects.get().pk])

    assert client.get(address).status_code == 405
    answer = client.post(address, follow=True)

    assert "vervangt niet meer" in messages_of(answer)
    assert "Niemand vervangt iemand" in answer.text


def test_a_deputy_cannot_end_it(client, roos):
    log_in(client, "Uitgever")
    client.post(PAGE, days(roos))
    client.force_login(roos)

    address = reverse("admin:end_deputyship", args=[Deputyship.objects.get().pk])

    assert client.post(address).status_code == 403


def test_the_front_page_says_who_stands_in_today(client, roos, mailing_list):
    log_in(client, "Uitgever")
    client.post(PAGE, days(roos))

    html = client.get(reverse("admin:index")).text

    assert "Roos geeft akkoord en plant in voor Els, tot en met zondag" in html
