"""Putting a segment together in the admin, with a count, without JavaScript."""

import pytest
from django.urls import reverse

from subscribers.models import Segment, Topic
from tests.factories import MailingListFactory, SubscriptionFactory
from tests.newsletter.admin.colleagues import log_in, messages_of

ADD = "/admin/subscribers/segment/add/"
COUNT = "/admin/subscribers/segment/tellen/"


@pytest.fixture
def sleep(mailing_list):
    topic = Topic.objects.create(mailing_list=mailing_list, name="Slaap")
    SubscriptionFactory(mailing_list=mailing_list).topics.add(topic)
    SubscriptionFactory(mailing_list=mailing_list)
    return topic


def page_of(segment):
    return reverse("admin:subscribers_segment_change", args=[segment.pk])


def form(mailing_list, *conditions, **others):
    data = {
        "name": "Slechte slapers",
        "mailing_list": mailing_list.pk,
        "match": "all",
        "conditions-TOTAL_FORMS": 8,
        "conditions-INITIAL_FORMS": 0,
    }
    for place, one in enumerate(conditions):
        data |= {f"conditions-{place}-{name}": told for name, told in one.items()}
    return data | others


def test_who_it_is_is_kept_and_counted(client, mailing_list, sleep):
    log_in(client, "Lezersservice")
    asked = [
        {"what": "chose_topic", "topic": sleep.pk},
        {"what": "at_domain", "text": " @Example.NL "},
        {"what": "joined_since", "day": "2026-01-01"},
        {"what": "got_none_of_last", "number": 3},
    ]
    client.post(ADD, form(mailing_list, *asked))
    segment = Segment.objects.get()
    assert segment.conditions == [
        {"what": "chose_topic", "value": sleep.pk},
        {"what": "at_domain", "value": "example.nl"},
        {"what": "joined_since", "value": "2026-01-01"},
        {"what": "got_none_of_last", "value": 3},
    ]
    page = client.get(page_of(segment)).text
    assert "1 lezer" in page
    assert 'value="2026-01-01"' in page


def test_the_time_zones_are_in_the_page_once(client, mailing_list):
    log_in(client, "Lezersservice")
    assert client.get(ADD).text.count('"America/New York"') == 1


@pytest.mark.parametrize("typed", ["America/New_York", " america/new york "])
def test_a_time_zone_is_known_however_it_is_typed(client, mailing_list, typed):
    log_in(client, "Lezersservice")
    client.post(ADD, form(mailing_list, {"what": "in_zone", "zone": typed}))
    segment = Segment.objects.get()
    assert segment.conditions == [{"what": "in_zone", "value": "America/New_York"}]
    assert (
        'value="America/New York"'
        in client.get(page_of(segment)).text.split("<datalist")[0]
    )


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"what": "chose_topic"}, "Maak deze voorwaarde af"),
        ({"what": "at_domain", "text": "geen domein"}, "Geef een domein"),
        ({"what": "joined_since", "day": "31-02-2026"}, "geldige datum"),
        ({"what": "got_last", "number": 5}, "Hoogstens 4"),
        ({"what": "joined_within", "number": 0}, "minstens 1 is"),
        ({"what": "in_zone", "zone": "Mars/Olympus"}, "geldige keuze"),
        ({"what": "pressed_a_link"}, "geldige keuze"),
        ({}, "Kies minstens één voorwaarde"),
    ],
)
def test_what_is_not_complete_is_said_and_nothing_is_lost(
    client, mailing_list, sleep, asked, words
):
    log_in(client, "Lezersservice")
    answer = client.post(ADD, form(mailing_list, asked))
    assert words in answer.text
    assert "Slechte slapers" in answer.text
    assert not Segment.objects.exists()


def test_a_topic_of_another_list_is_refused(client, mailing_list, sleep):
    other = MailingListFactory(slug="doordeweeks")
    theirs = Topic.objects.create(mailing_list=other, name="Werk")
    log_in(client, "Lezersservice")
    asked = {"what": "chose_topic", "topic": theirs.pk}
    assert "geldige keuze" in client.post(ADD, form(mailing_list, asked)).text
    assert not Segment.objects.exists()


def test_what_is_typed_is_counted_before_it_is_saved(client, mailing_list, sleep):
    log_in(client, "Redactie")
    asked = form(mailing_list, {"what": "chose_no_topic", "topic": sleep.pk})
    assert client.post(COUNT, asked).json() == {"words": "1 lezer"}
    unfinished = form(mailing_list, {"what": "chose_topic"})
    assert "niet af" in client.post(COUNT, unfinished).json()["words"]
    for broken in ({}, {"mailing_list": "x\0", "match": "x" * 99}):
        assert client.post(COUNT, broken).status_code == 200
    assert client.get(COUNT).status_code == 405


def test_an_editor_looks_and_changes_nothing(client, mailing_list, sleep):
    segment = Segment.objects.create(
        mailing_list=mailing_list,
        name="Slapers",
        conditions=[{"what": "chose_topic", "value": sleep.pk}],
    )
    log_in(client, "Redactie")
    page = client.get(page_of(segment)).text
    assert "kozen voor het onderwerp “Slaap”" in page
    assert "1 lezer" in page
    assert client.post(page_of(segment), form(mailing_list)).status_code == 403
    log_in(client, "Beheer", "bram")
    assert client.post(COUNT, {}).status_code == 403


def test_a_name_stands_once_for_a_list(client, mailing_list, sleep):
    log_in(client, "Lezersservice")
    asked = {"what": "joined_within", "number": 30}
    client.post(ADD, form(mailing_list, asked))
    answer = client.post(ADD, form(mailing_list, asked))
    assert "Er is al een selectie met die naam" in answer.text
    assert Segment.objects.count() == 1


def test_a_segment_that_nothing_needs_may_go(client, mailing_list, sleep):
    segment = Segment.objects.create(
        mailing_list=mailing_list,
        name="Slapers",
        conditions=[{"what": "chose_topic", "value": sleep.pk}],
    )
    log_in(client, "Uitgever")
    delete = reverse("admin:subscribers_segment_delete", args=[segment.pk])
    assert "Slapers" in messages_of(client.post(delete, {"post": "yes"}, follow=True))
    assert not Segment.objects.exists()
