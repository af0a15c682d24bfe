"""The reserve on the front page, and the one press that lets it leave."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.urls import reverse

from newsletter.delivery.models import Dispatch
from newsletter.publishing.approval import approve
from tests.factories import UserFactory
from tests.newsletter.admin.colleagues import log_in, messages_of
from tests.newsletter.publishing.issues import issue_in_order

FRIDAY = datetime(2026, 11, 27, 18, 0, tzinfo=UTC)
SATURDAY = datetime(2026, 11, 28, 17, 0, tzinfo=UTC)


@pytest.fixture
def reserve(mailing_list):
    reserve = issue_in_order(mailing_list, publication_date=None, subject="Altijd goed")
    pien = UserFactory.create(username="pien", first_name="Pien")
    approve(reserve, by=pien, now=FRIDAY)
    return reserve


def press(reserve):
    return reverse("admin:use_reserve", args=[reserve.pk])


def front_page(client):
    return client.get(reverse("admin:index")).text


@time_machine.travel(SATURDAY, tick=False)
def test_one_press_on_the_front_page_lets_the_reserve_leave(client, reserve):
    log_in(client, "Uitgever")
    offered = front_page(client)

    answer = client.post(press(reserve), follow=True)

    assert "Voor zondag 29 november is niets goedgekeurd; er is een reserve" in offered
    assert "als reserve goedgekeurd door Pien" in offered
    assert "is ingepland voor zondag 29 november" in messages_of(answer)
    assert Dispatch.objects.get().issue == reserve
    assert "er is een reserve" not in front_page(client)


@time_machine.travel(SATURDAY, tick=False)
def test_an_editor_reads_of_it_and_does_not_press(client, reserve):
    log_in(client, "Redactie", "roos")

    html = front_page(client)

    assert "Een uitgever kan hem met één druk laten vertrekken" in html
    assert press(reserve) not in html
    assert client.post(press(reserve)).status_code == 403
    assert client.get(press(reserve)).status_code == 405


@time_machine.travel(SATURDAY, tick=False)
def test_a_press_that_comes_second_says_so(client, reserve):
    log_in(client, "Uitgever")
    client.post(press(reserve))

    answer = client.post(press(reserve), follow=True)

    assert "niet nodig" in messages_of(answer)
    assert Dispatch.objects.count() == 1


@time_machine.travel(FRIDAY, tick=False)
def test_on_friday_it_only_waits(client, reserve):
    log_in(client, "Uitgever")

    html = front_page(client)

    assert "goedgekeurd, in reserve" in html
    assert press(reserve) not in html


@time_machine.travel(FRIDAY, tick=False)
def test_approving_an_issue_without_a_day_says_what_the_yes_means(client, mailing_list):
    issue = issue_in_order(mailing_list, publication_date=None)
    log_in(client, "Uitgever")

    html = client.get(reverse("admin:newsletter_issue_publish", args=[issue.pk])).text

    assert "Akkoord als reserve" in html
    assert "je akkoord geldt voor elke dag die hij krijgt" in html
