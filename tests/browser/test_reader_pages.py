"""A reader's road in a real browser: sign up, confirm, pause, leave, be forgotten."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from newsletter.outbox.models import OutgoingMail
from subscribers.forms import QUICKEST
from subscribers.links import preferences_url, unsubscribe_url
from subscribers.models import Subscriber, Subscription, Topic
from subscribers.moving import ask_to_move
from subscribers.opening import own_data_token
from tests.browser.axe import PHONE, faults
from tests.factories import MailingListFactory, SubscriptionFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def page(chromium, live_server):
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    yield context.new_page()
    context.close()


def heading(page: Page) -> str:
    return page.locator("h1").inner_text()


def test_a_reader_signs_up_confirms_changes_leaves_and_is_forgotten(page):
    MailingListFactory.create()
    page.goto("/aanmelden/")
    page.get_by_label("Je e-mailadres").fill("sanne@example.nl")
    page.get_by_label("Je voornaam").fill("Sanne")
    page.wait_for_timeout(QUICKEST.total_seconds() * 1000 + 1000)
    page.get_by_role("button", name="Ja, meld me aan").click()
    assert heading(page) == "Kijk in je mail"

    (link,) = re.findall(r"http\S+/bevestigen/\S+", OutgoingMail.objects.get().text)
    page.goto(urlsplit(link).path)
    page.get_by_role("button", name="bevestig").click()
    assert heading(page) == "Welkom, wat fijn dat je er bent"

    page.get_by_role("link", name="op je eigen pagina").click()
    page.get_by_label("Je voornaam").fill("Zoë")
    page.get_by_role("button", name="Opslaan").click()
    assert Subscriber.objects.get().first_name == "Zoë"
    page.get_by_label("2 weken").check()
    page.get_by_role("button", name="Pauzeer de mails").click()
    assert not Subscription.objects.mailable(timezone.localdate()).exists()

    page.get_by_role("button", name="Wis mijn gegevens").click()
    page.get_by_role("button", name="Ja, wis alles").click()
    assert heading(page) == "Vergeten"
    assert Subscriber.objects.get().address == ""


def test_a_reader_who_left_by_a_slip_stays_with_one_press(page):
    subscription = SubscriptionFactory.create()
    page.goto(urlsplit(unsubscribe_url(subscription)).path)
    page.get_by_role("button", name="Afmelden").click()
    assert heading(page) == "Je bent afgemeld"
    page.get_by_role("button", name="Ik blijf toch liever").click()
    subscription.refresh_from_db()
    assert subscription.state == "confirmed"


# The right edge of the page, and of whatever stands furthest to the right in it.
EDGES = """() => [document.documentElement, ...document.querySelectorAll("main *")].map(
    element => element.getBoundingClientRect().right
)"""


def test_no_page_is_wider_than_the_window(page):
    subscription = SubscriptionFactory.create()
    unsubscribing = urlsplit(unsubscribe_url(subscription)).path
    for address in ("/aanmelden/", unsubscribing, "/afmelden/unknown-unknown-unkno/"):
        page.goto(address)
        for width in (320, 390, 1200):
            page.set_viewport_size({"width": width, "height": 700})
            assert max(page.evaluate(EDGES)) <= width + 1


def test_a_reader_pauses_until_a_day_by_keyboard(page):
    subscription = SubscriptionFactory.create()
    page.goto(urlsplit(preferences_url(subscription)).path)
    assert not page.get_by_label("De mails komen weer op").is_visible()
    page.get_by_label("1 week").focus()
    # Past 2, 4 and 8 weeks to a day of one's own.
    for _choice in range(4):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    assert page.get_by_label("De mails komen weer op").is_visible()
    day = timezone.localdate() + timedelta(days=30)
    page.keyboard.type(f"{day:%m%d%Y}")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Geniet van de rust")
    subscription.refresh_from_db()
    assert subscription.paused_until == day


def pages_of(reader, leaver):
    own_data = f"/mijn-gegevens/{own_data_token(reader.subscriber)}/"
    ask_to_move(reader, "nieuw@example.nl", now=timezone.now())
    (move,) = re.findall(r"http\S+/verhuizen/\S+", OutgoingMail.objects.get().text)
    pages = [preferences_url(reader), unsubscribe_url(reader), unsubscribe_url(leaver)]
    return [own_data, *(urlsplit(page).path for page in (*pages, move)), "/voorkeuren/"]


def test_everyone_can_use_each_page_of_a_reader_on_a_phone(chromium, live_server):
    mailing_list = MailingListFactory.create(own_morning=True, has_months_best=True)
    Topic.objects.create(mailing_list=mailing_list, name="Slaap", promise="Zacht")
    reader = SubscriptionFactory.create(mailing_list=mailing_list)
    leaver = SubscriptionFactory.create(mailing_list=mailing_list, unsubscribed=True)
    context = chromium.new_context(base_url=live_server.url, bypass_csp=True)
    page = context.new_page()
    found = []
    for address in pages_of(reader, leaver):
        page.goto(address)
        found += [(address, *fault) for fault in faults(page, PHONE)]
    context.close()
    assert not found


def test_the_keyboard_reaches_the_content_first(page):
    MailingListFactory.create()
    page.goto("/aanmelden/")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Naar de inhoud"
