"""The page of a list's reach and health."""

from datetime import timedelta

import pytest
from django.urls import reverse

from newsletter.reports.counting import count_growth
from newsletter.reports.counting_issues import count_issue
from newsletter.reports.list_health import health_of
from newsletter.reports.models import GrowthCount
from tests.factories import SubscriptionFactory
from tests.newsletter.admin.colleagues import log_in
from tests.newsletter.reports.left import an_issue_that_left

PAGE = reverse("admin:list_health")


@pytest.fixture
def issues(mailing_list, now):
    for weeks in (2, 1):
        at = now - timedelta(weeks=weeks)
        dispatch = an_issue_that_left(
            mailing_list,
            at=at,
            readers=[
                *[{"event": "delivered", "event_at": at}] * 8,
                {"event": "bounced", "event_at": at},
                {"exception": "skipped", "reason": "paused"},
            ],
        )
        count_issue(dispatch, now=at)
    return mailing_list


def test_reach_and_what_comes_back_are_shares_of_the_last_issues(issues, now):
    health = health_of(issues, now=now)
    assert health.reach == 80
    assert health.bounced == pytest.approx(100 / 9)
    assert health.complained == 0
    assert [one.readers for one in health.domains] == [20]


def test_the_page_says_what_is_too_much(client, issues):
    log_in(client, "Redactie")
    page = client.get(PAGE).text
    assert "80,0 %" in page
    assert "Te veel: boven 1" in page
    assert "In orde: boven 0,1" in page
    assert "nachts geteld" in page


def test_quiet_readers_are_counted_at_night(issues, now):
    dispatch = an_issue_that_left(issues, at=now, readers=[{}])
    SubscriptionFactory(
        mailing_list=issues, subscriber=dispatch.deliveries.get().subscriber
    )
    SubscriptionFactory(mailing_list=issues)
    count_growth(issues, now=now)
    assert (GrowthCount.objects.get().readers, GrowthCount.objects.get().quiet) == (
        2,
        1,
    )
    assert health_of(issues, now=now).share_quiet == 50


def test_before_the_first_issue_there_is_nothing_to_see(client, mailing_list):
    log_in(client, "Uitgever")
    assert "zodra de eerste editie" in client.get(PAGE).text


@pytest.mark.parametrize(("role", "status"), [("Beheer", 403), ("Redactie", 200)])
def test_who_may_look(client, mailing_list, role, status):
    log_in(client, role)
    assert client.get(PAGE, {"lijst": "\0"}).status_code == status
