"""Helping one reader by keyboard alone, on a phone."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from subscribers.models import Note
from tests.browser.axe import PHONE
from tests.factories import SubscriptionFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_note_is_left_and_taken_away_by_keyboard(desk, mailing_list):
    reader = SubscriptionFactory.create(subscriber__address="sanne@example.nl")
    desk.set_viewport_size(PHONE)
    page = reverse("admin:subscribers_subscriber_change", args=[reader.subscriber_id])
    desk.goto(page)

    desk.get_by_label("Een notitie voor je collega's").focus()
    desk.keyboard.type("Belde op, is verhuisd.")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    expect(desk.locator(".desk-person")).to_contain_text("Belde op, is verhuisd.")

    away = desk.get_by_role("button", name="Weghalen")
    away.focus()
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("De notitie is weg.")).to_be_visible()
    assert not Note.objects.exists()


def test_two_readers_are_made_one_by_keyboard(desk, mailing_list):
    kept = SubscriptionFactory.create(subscriber__address="sannebos@gmail.com")
    other = SubscriptionFactory.create(subscriber__address="sanne.bos@gmail.com")
    desk.set_viewport_size(PHONE)
    desk.goto(reverse("admin:subscribers_doubles"))

    desk.get_by_role("link", name="sannebos@gmail.com").focus()
    desk.keyboard.press("Enter")
    desk.get_by_role("button", name="Samenvoegen").focus()
    desk.keyboard.press("Enter")

    expect(desk.get_by_text("Deze twee zijn vanaf nu één.")).to_be_visible()
    other.subscriber.refresh_from_db()
    assert other.subscriber.merged_into_id == kept.subscriber_id
