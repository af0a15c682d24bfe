"""The page that tells how a list grows."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from newsletter.reports.counting import count_growth
from subscribers.models import Consent, ConsentAct, SignUpSource
from tests.factories import MailingListFactory, SubscriptionFactory
from tests.newsletter.admin.colleagues import log_in

PAGE = reverse("admin:growth")


@pytest.fixture
def grown(mailing_list):
    """Two readers of last week and one of three months ago, counted."""
    SignUpSource.objects.create(
        mailing_list=mailing_list, name="Poster in de bieb", slug="poster"
    )
    now = timezone.now()
    for days, source in ((7, "poster"), (7, ""), (100, "poster (QR)")):
        at = now - timedelta(days=days)
        place = SubscriptionFactory(
            mailing_list=mailing_list, source=source, confirmed_at=at
        )
        Consent.objects.create(
            subscriber=place.subscriber,
            mailing_list=mailing_list,
            act=ConsentAct.CONFIRMED,
            at=at,
        )
    count_growth(mailing_list, now=now)
    return mailing_list


def test_it_says_how_many_came_and_by_which_way(client, grown):
    log_in(client, "Redactie")
    page = client.get(PAGE).text
    assert "Poster in de bieb, via de code" in page
    assert "niet bekend" in page
    assert "in totaal kwamen er 3 en gingen er 0" in page
    assert "Aangemeld in" in page


def test_one_way_in_and_another_period(client, grown):
    log_in(client, "Lezersservice")
    page = client.get(PAGE, {"bron": "poster", "weken": "13"})
    assert "via Poster in de bieb" in page.text
    assert page.context["sum"].confirmed == 1
    assert len(page.context["weeks"]) == 13
    nobody_knows = client.get(PAGE, {"bron": ""})
    assert nobody_knows.context["sum"].confirmed == 1


@pytest.mark.parametrize(
    "asked", [{"weken": "-1"}, {"weken": "9" * 40}, {"bron": "\0"}, {"lijst": "?"}]
)
def test_what_there_is_not_is_what_is_usual(client, grown, asked):
    log_in(client, "Uitgever")
    page = client.get(PAGE, asked)
    assert page.status_code == 200
    assert len(page.context["weeks"]) == 26
    assert page.context["source"] is None


def test_before_anything_was_counted_it_says_when_it_will(client, mailing_list):
    log_in(client, "Uitgever")
    assert "binnen vijf minuten" in client.get(PAGE).text


def test_a_list_to_which_nobody_came_says_so(client, mailing_list):
    count_growth(mailing_list, now=timezone.now())
    log_in(client, "Uitgever")
    page = client.get(PAGE).text
    assert "kwam en ging er niemand" in page
    assert "zodra de eerste maand voorbij is" in page


def test_without_a_newsletter_there_is_nothing_to_grow(client, db):
    log_in(client, "Uitgever")
    assert "nog geen nieuwsbrief" in client.get(PAGE).text


def test_it_asks_the_database_little(client, grown, django_assert_max_num_queries):
    MailingListFactory(slug="doordeweeks", name="Doordeweeks")
    log_in(client, "Uitgever")
    with django_assert_max_num_queries(15):
        assert "Doordeweeks" in client.get(PAGE).text


def test_who_looks_after_the_house_alone_does_not_see_it(client, grown):
    log_in(client, "Beheer")
    assert client.get(PAGE).status_code == 403


def test_the_way_there(client, grown):
    log_in(client, "Uitgever")
    for name in ("index", "newsletter_dispatch_changelist"):
        assert PAGE in client.get(reverse(f"admin:{name}")).text
