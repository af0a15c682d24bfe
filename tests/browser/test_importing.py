"""A list is taken in and undone without a mouse, and every page of it can be used."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from subscribers.importing.working import work_on_next
from subscribers.models import Import, ImportState, Subscription
from tests.browser.axe import DESK, PHONE, faults
from tests.subscribers.importing.lists import MAILCHIMP, packed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def clock_goes_on():
    while work_on_next(clock=timezone.now, within=timedelta(minutes=1)):
        pass


def press(page, words):
    button = page.get_by_role("button", name=words)
    button.focus()
    page.keyboard.press("Enter")


def test_a_list_comes_in_and_goes_again_by_keyboard(desk, mailing_list):
    content = packed(
        subscribed=MAILCHIMP + "kapot,Piet\n",
        unsubscribed="Email Address\nlea@example.nl\n",
    )
    desk.set_viewport_size(PHONE)
    desk.goto("/admin/subscribers/import/add/")
    desk.get_by_label("Bestand").set_input_files(
        {"name": "audience.zip", "mimeType": "application/zip", "buffer": content}
    )
    press(desk, "Kijk wat erin staat")
    expect(desk.get_by_text("MEMBER_RATING")).to_be_visible()
    found = faults(desk, DESK, PHONE)

    press(desk, "Kijk het hele bestand door")
    expect(desk.get_by_role("heading", name="Wordt doorgekeken")).to_be_visible()
    clock_goes_on()
    # The page sees by itself that it is done.
    expect(desk.get_by_role("link", name="Niet te lezen 1")).to_be_visible()
    found += faults(desk, DESK, PHONE)

    desk.get_by_label("Waar hun toestemming vandaan komt").fill("formulier op de site")
    desk.get_by_label("Met welke woorden ze instemden").fill("Mail mij elke zondag.")
    desk.get_by_label("Dag waarop ze instemden").fill("2024-01-01")
    press(desk, "Ze stemden in: lees ze in")
    expect(desk.get_by_role("heading", name="Wordt ingelezen")).to_be_visible()
    found += faults(desk, DESK, PHONE)
    clock_goes_on()
    expect(desk.get_by_role("heading", name="Ingelezen")).to_be_visible()
    assert Subscription.objects.mailable(timezone.localdate()).count() == 1

    desk.locator("summary", has_text="Draai deze import terug").focus()
    desk.keyboard.press("Enter")
    press(desk, "Draai terug")
    expect(desk.get_by_role("heading", name="Wordt teruggedraaid")).to_be_visible()
    clock_goes_on()
    expect(desk.get_by_role("heading", name="Teruggedraaid")).to_be_visible()
    assert Import.objects.get().state == ImportState.UNDONE
    assert not Subscription.objects.exists()
    assert found == []
