"""The page of an issue's numbers."""

from datetime import timedelta

import pytest
from django.urls import reverse

from newsletter.delivery.models import Dispatch
from newsletter.rendering.models import LinkDay
from newsletter.reports.counting_issues import count_issue
from tests.factories import ArticleFactory, SubscriptionFactory
from tests.newsletter.admin.colleagues import log_in
from tests.newsletter.reports.left import an_issue_that_left


@pytest.fixture
def before(mailing_list, now):
    return left(mailing_list, now - timedelta(days=7))


@pytest.fixture
def dispatch(before, mailing_list, now):
    stilte, brood = ArticleFactory(title="Stilte"), ArticleFactory(title="Brood")
    dispatch = left(
        mailing_list,
        now,
        [{"article": stilte}, {"article": brood}, {"label": "Abonneer"}],
    )
    for place, (people, machines) in enumerate([(3, 9), (8, 1), (1, 0)]):
        LinkDay.objects.create(
            link=dispatch.rendition.links.get(position=place),
            day=now.date(),
            presses=people,
            machines=machines,
        )
    return dispatch


def left(mailing_list, at, links=()):
    dispatch = an_issue_that_left(
        mailing_list,
        at=at,
        readers=[
            *[{"event": "delivered", "event_at": at + timedelta(minutes=3)}] * 7,
            {"event": "bounced", "event_at": at + timedelta(minutes=3)},
            {"exception": "skipped", "reason": "paused"},
            {"exception": "skipped", "reason": "paused"},
        ],
        links=links,
    )
    count_issue(dispatch, now=at + timedelta(hours=1))
    return dispatch


def page_of(client, dispatch, role="Redactie"):
    log_in(client, role)
    return client.get(reverse("admin:newsletter_dispatch_figures", args=[dispatch.pk]))


def test_everyone_is_accounted_for_and_the_parts_add_up(client, dispatch):
    page = page_of(client, dispatch)
    assert "Bezorgd bij 7 van de 10 lezers" in page.text
    told = {str(one["name"]): one["readers"] for one in page.context["outcomes"]}
    assert told == {"Bezorgd": 7, "Teruggekomen": 1, "Overgeslagen": 2}
    assert page.context["together"] == 10
    assert "2 gepauzeerd" in page.text


def test_parts_that_do_not_add_up_are_not_called_a_hundred(client, dispatch):
    Dispatch.objects.filter(pk=dispatch.pk).update(audience_count=20)
    assert page_of(client, dispatch).context["together_share"] == "50 %"


def test_people_and_machines_are_told_apart_and_the_favourite_is_of_people(
    client, dispatch
):
    page = page_of(client, dispatch)
    told = [(one.words, one.people, one.machines) for one in page.context["articles"]]
    assert told == [("Brood", 8, 1), ("Stilte", 3, 9)]
    assert page.context["favourite"]["title"] == "Brood"
    assert "8 keer aangeklikt: 114,3 op elke honderd lezers" in page.text
    assert "nooit per lezer" in page.text


def test_it_stands_beside_the_issues_before(client, dispatch, before, mailing_list):
    SubscriptionFactory(
        mailing_list=mailing_list,
        unsubscribed=True,
        unsubscribed_at=before.started_at + timedelta(days=1),
    )
    page = page_of(client, dispatch)
    told = {str(one["measure"]): one["values"] for one in page.context["measures"]}
    assert told["Teruggekomen"] == ["12,5 %", "12,5 %"]
    assert told["Afgemeld"] == ["12,50 %", "0,00 %"]


def test_a_provider_that_tells_nothing_is_not_said_to_have_delivered(
    client, mailing_list, now
):
    quiet = an_issue_that_left(mailing_list, at=now, readers=[{}] * 3, provider="smtp")
    count_issue(quiet, now=now)
    page = page_of(client, quiet)
    assert "Aangenomen voor 3 van de 3 lezers" in page.text
    assert "vertelt niet wat er na het aannemen gebeurt" in page.text
    assert page.context["measures"][1]["now"] == "–"


def test_before_the_first_count_it_says_when_it_will_be(client, mailing_list, now):
    fresh = an_issue_that_left(mailing_list, at=now, readers=[{}])
    assert "binnen een paar minuten" in page_of(client, fresh).text


def test_what_has_not_begun_has_no_numbers(client, dispatch):
    Dispatch.objects.update(started_at=None)
    assert page_of(client, dispatch).status_code == 404


def test_it_asks_the_database_little(client, dispatch, django_assert_max_num_queries):
    log_in(client, "Uitgever")
    address = reverse("admin:newsletter_dispatch_figures", args=[dispatch.pk])
    with django_assert_max_num_queries(20):
        client.get(address)


def test_who_looks_after_readers_alone_does_not_see_it(client, dispatch):
    assert page_of(client, dispatch, "Lezersservice").status_code == 403


def test_the_way_there(client, dispatch):
    log_in(client, "Redactie")
    address = reverse("admin:newsletter_dispatch_figures", args=[dispatch.pk])
    for page in (
        reverse("admin:newsletter_dispatch_changelist"),
        reverse("admin:newsletter_dispatch_change", args=[dispatch.pk]),
    ):
        assert address in client.get(page).text
