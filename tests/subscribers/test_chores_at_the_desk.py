"""Ticking readers or taking a segment, deciding what is done, seeing how far it is."""

import pytest
from django.urls import reverse
from django.utils import timezone

from subscribers.chores import do_due
from subscribers.models import Chore, ChoreState, Segment, Tag
from tests.factories import SubscriptionFactory
from tests.newsletter.admin.colleagues import log_in, messages_of

LIST = reverse("admin:subscribers_subscriber_changelist")


@pytest.fixture
def readers(mailing_list):
    return SubscriptionFactory.create_batch(3, mailing_list=mailing_list)


@pytest.fixture
def tag(db):
    return Tag.objects.create(name="proeflezer")


def tick(client, *subscriptions):
    ticked = {"_selected_action": [one.subscriber_id for one in subscriptions]}
    return client.post(LIST, {"action": "do_something", **ticked})


def page_of(chore, name="change"):
    return reverse(f"admin:subscribers_chore_{name}", args=[chore.pk])


def test_ticked_readers_get_a_tag(client, readers, tag):
    log_in(client, "Lezersservice")
    answer = tick(client, *readers[:2])
    chore = Chore.objects.get()
    assert answer.url == page_of(chore)
    assert "2 lezers" in client.get(answer.url).text

    client.post(page_of(chore), {"kind": "tag", "tag": tag.pk})
    page = client.get(page_of(chore)).text
    assert "0 van 2 zijn aan de beurt geweest" in page
    assert 'data-desk-live="moving"' in page

    do_due(clock=timezone.now, within=timezone.timedelta(seconds=5))
    assert set(tag.subscribers.all()) == {one.subscriber for one in readers[:2]}
    page = client.get(page_of(chore)).text
    assert "2 van 2 zijn aan de beurt geweest, bij 2 veranderde er iets" in page


def test_a_whole_segment_at_once(client, readers, mailing_list):
    segment = Segment.objects.create(
        mailing_list=mailing_list,
        name="Iedereen",
        conditions=[{"what": "joined_before", "value": "2030-01-01"}],
    )
    log_in(client, "Uitgever")
    begin = reverse("admin:subscribers_segment_chore", args=[segment.pk])
    client.post(begin)
    chore = Chore.objects.get()
    assert (chore.readers, chore.about) == (3, "selectie “Iedereen”")


def test_what_is_missing_is_asked_on_the_page(client, readers):
    log_in(client, "Lezersservice")
    chore = Chore.objects.get(pk=tick(client, *readers).url.split("/")[-3])
    for form, words in (
        ({"kind": "tag"}, "Kies een label"),
        ({"kind": "unsubscribe"}, "Zeg in een paar woorden waarom"),
        ({"kind": "explode"}, "geldige keuze"),
        ({}, "verplicht"),
    ):
        answer = client.post(page_of(chore), form)
        assert answer.status_code == 400
        assert words in answer.text
    chore.refresh_from_db()
    assert chore.state == ChoreState.ASKED


def test_doing_nothing_leaves_nothing(client, readers):
    log_in(client, "Lezersservice")
    tick(client, *readers)
    answer = client.post(page_of(Chore.objects.get(), "stop"))
    assert answer.url == LIST
    assert not Chore.objects.exists()


def test_stopping_tells_that_what_was_done_stays(client, readers, tag):
    log_in(client, "Lezersservice")
    tick(client, *readers)
    chore = Chore.objects.get()
    client.post(page_of(chore), {"kind": "tag", "tag": tag.pk})
    answer = client.post(page_of(chore, "stop"), follow=True)
    assert "blijft gedaan" in messages_of(answer)
    assert "Gestopt" in answer.text
    changelist = client.get(reverse("admin:subscribers_chore_changelist")).text
    assert "Geef ze een label: proeflezer" in changelist


def test_who_may_not_help_readers_does_nothing_for_many(client, readers):
    log_in(client, "Lezersservice")
    tick(client, *readers)
    chore = Chore.objects.get()
    log_in(client, "Redactie", "bob")
    assert client.get(page_of(chore)).status_code == 403
    assert client.post(page_of(chore, "stop")).status_code == 403
    assert tick(client, *readers).status_code == 403
    assert client.get(page_of(chore, "stop")).status_code == 405
