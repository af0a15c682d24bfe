"""The form on another site, in a real browser: in a frame, plain, and by script."""

import pytest
from playwright.sync_api import expect

from subscribers.models import FormSite, SignUpSource, Subscription
from subscribers.snippets import form_code, frame_code
from tests.browser.axe import faults
from tests.factories import MailingListFactory
from tests.fake_site import FakeSite

pytestmark = pytest.mark.django_db(transaction=True)

FRAME = {"width": 320, "height": 600}


@pytest.fixture
def site():
    """The magazine's site: named by its number, a stranger's by its name."""
    with FakeSite() as site:
        yield site


@pytest.fixture
def mailing_list(live_server, settings, site):
    settings.SITE_URL = live_server.url
    mailing_list = MailingListFactory.create()
    origin = f"http://{site.host}"
    FormSite.objects.create(mailing_list=mailing_list, origin=origin)
    return mailing_list


def open_with(chromium, address, site, code, *, scripts=True):
    """Open a page of another site with our code in it."""
    site.put("/", f"<!doctype html><html lang=nl><title>Site</title>{code}")
    page = chromium.new_context(java_script_enabled=scripts).new_page()
    page.goto(address)
    return page


def strangers(site):
    """The same pages under a name that nobody named."""
    return f"http://localhost:{site.port}/"


def test_by_script_a_reader_stays_on_the_magazines_page(chromium, mailing_list, site):
    page = open_with(chromium, site.url(), site, form_code(mailing_list))
    page.get_by_label("Je e-mailadres").fill("jan@gmial.com")
    page.wait_for_timeout(2500)
    page.get_by_role("button", name="Ja, meld me aan").click()
    page.get_by_role("button", name="Ja, dat is mijn adres").click()
    expect(page.get_by_role("status")).to_contain_text("Kijk in je mail")
    assert page.url == site.url()
    subscription = Subscription.objects.get()
    assert subscription.subscriber.address == "jan@gmail.com"
    assert subscription.source == site.host


@pytest.mark.parametrize("scripts", [True, False], ids=["not named", "no script"])
def test_without_the_script_one_more_press_on_our_page_is_enough(
    scripts, chromium, mailing_list, site
):
    address = strangers(site) if scripts else site.url()
    code = form_code(mailing_list)
    page = open_with(chromium, address, site, code, scripts=scripts)
    page.get_by_label("Je e-mailadres").fill("sanne@example.nl")
    page.get_by_role("button", name="Ja, meld me aan").click()
    expect(page.get_by_role("status")).to_contain_text("Klopt alles?")
    page.wait_for_timeout(2500)
    page.get_by_role("button", name="Ja, meld me aan").click()
    expect(page.locator("h1")).to_have_text("Kijk in je mail")
    assert Subscription.objects.count() == 1


def test_in_the_frame_a_reader_signs_up_by_keyboard(chromium, mailing_list, site):
    code = frame_code(mailing_list)
    page = open_with(chromium, site.url(), site, code, scripts=False)
    frame = page.frame_locator("iframe")
    frame.get_by_label("Je e-mailadres").focus()
    page.keyboard.type("sanne@example.nl")
    page.wait_for_timeout(2500)
    page.keyboard.press("Enter")
    expect(frame.locator("h1")).to_have_text("Kijk in je mail")
    assert Subscription.objects.get().source == "form in a frame"


def test_the_frame_shows_nothing_on_a_site_that_nobody_named(
    chromium, mailing_list, site
):
    page = open_with(chromium, strangers(site), site, frame_code(mailing_list))
    page.wait_for_timeout(1000)
    assert page.frame_locator("iframe").locator("form").count() == 0


def test_everyone_can_read_the_frame_and_nothing_in_it_is_cut_off(
    chromium, mailing_list, live_server
):
    context = chromium.new_context(
        base_url=live_server.url, viewport=FRAME, bypass_csp=True
    )
    page = context.new_page()
    page.goto("/aanmelden/formulier/zondag/")
    assert faults(page, FRAME) == []
    assert page.evaluate("document.documentElement.scrollHeight") <= 660
    context.close()


def test_the_code_is_copied_by_one_press(desk, mailing_list):
    SignUpSource.objects.create(mailing_list=mailing_list, name="Poster", slug="poster")
    desk.context.grant_permissions(["clipboard-read", "clipboard-write"])
    desk.goto("/admin/subscribers/signupsource/formulier/")
    desk.get_by_role("button", name="Kopieer").first.click()
    expect(desk.get_by_text("Gekopieerd").first).to_be_visible()
    copied = desk.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("<iframe")
