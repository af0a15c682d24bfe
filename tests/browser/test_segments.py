"""From a segment to a tag for everyone in it, and how the list grows: by keyboard."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from newsletter.reports.counting import count_growth
from subscribers.chores import do_due
from subscribers.models import Chore, Consent, ConsentAct, Segment, Tag, Topic
from tests.browser.axe import DESK, PHONE, faults
from tests.browser.keys import tab_to
from tests.factories import SubscriptionFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def sleepers(mailing_list):
    """Two readers who chose a topic, and one who did not."""
    topic = Topic.objects.create(mailing_list=mailing_list, name="Slaap")
    for place in SubscriptionFactory.create_batch(3, mailing_list=mailing_list)[1:]:
        place.topics.add(topic)
    return topic


def test_a_segment_is_made_counted_and_tagged_without_a_mouse(desk, sleepers):
    tag = Tag.objects.create(name="proeflezer")
    desk.goto("/admin/subscribers/segment/add/")
    desk.get_by_label("Naam").focus()
    desk.keyboard.type("Slapers")
    first = desk.get_by_role("group", name="Voorwaarde 1")
    expect(desk.get_by_role("group", name="Voorwaarde 2")).to_be_hidden()
    first.get_by_label("Lezers die").focus()
    desk.keyboard.type("kozen")
    expect(first.get_by_label("onderwerp")).to_be_visible()
    expect(first.get_by_label("dag")).to_be_hidden()
    expect(desk.get_by_role("group", name="Voorwaarde 2")).to_be_visible()
    desk.keyboard.press("Tab")
    desk.keyboard.type("Slaap")
    expect(desk.locator("[data-count]")).to_have_text("2 lezers")
    assert faults(desk, DESK, PHONE) == []
    desk.keyboard.press("Enter")
    desk.get_by_label("Naam").press("Enter")
    expect(desk.get_by_role("link", name="Slapers").first).to_be_visible()

    desk.goto(f"/admin/subscribers/segment/{Segment.objects.get().pk}/change/")
    tab_to(desk, "Doe iets voor deze lezers")
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("2 lezers", exact=True)).to_be_visible()
    expect(desk.get_by_label("Waarom")).to_be_hidden()
    desk.get_by_label("geef ze een label").focus()
    desk.keyboard.press("Space")
    desk.keyboard.press("Tab")
    desk.keyboard.type("proeflezer")
    assert faults(desk, DESK, PHONE) == []
    tab_to(desk, "Doe het voor 2 lezers")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name="Bezig")).to_be_visible()
    assert faults(desk, DESK, PHONE) == []
    do_due(clock=timezone.now, within=timedelta(seconds=5))
    # The page looks again by itself.
    expect(desk.get_by_role("heading", name="Klaar")).to_be_visible()
    assert tag.subscribers.count() == 2
    assert Chore.objects.get().changed == 2


def test_growth_is_read_by_everyone(desk, mailing_list):
    for weeks in (1, 2, 9, 30):
        at = timezone.now() - timedelta(weeks=weeks)
        place = SubscriptionFactory(mailing_list=mailing_list, confirmed_at=at)
        for act in (ConsentAct.REQUESTED, ConsentAct.CONFIRMED):
            Consent.objects.create(
                subscriber=place.subscriber, mailing_list=mailing_list, act=act, at=at
            )
    count_growth(mailing_list, now=timezone.now())
    desk.goto("/admin/groei/")
    tab_to(desk, "De getallen per week")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("columnheader", name="Gegroeid met")).to_be_visible()
    tab_to(desk, "De getallen per maand")
    desk.keyboard.press("Enter")
    assert faults(desk, DESK, PHONE) == []
    desk.get_by_role("link", name="niet bekend").press("Enter")
    expect(desk.get_by_role("heading", name="via niet bekend")).to_be_visible()
