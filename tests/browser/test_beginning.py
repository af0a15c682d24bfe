"""“How do you want to begin?” in a real browser: one press in, one press out."""

from datetime import date

import pytest
from playwright.sync_api import expect

from newsletter.issues.blocks import HeroBlock, QuoteBlock, blocks_of
from tests.browser.axe import DESK, PHONE, faults
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db(transaction=True)


def kinds(issue):
    return [block.KIND for block in blocks_of(issue)]


def press(page, name):
    page.get_by_role("button", name=name, exact=True).press("Enter")
    expect(page.locator(".composed")).to_be_visible()
    expect(page.locator("[data-weight-words]")).to_contain_text("kB")


def test_a_suggested_issue_is_begun_looked_at_and_taken_out_by_keyboard(compose, issue):
    ArticleFactory.create(title="Brood dat slaapt", published_on=date(2026, 11, 20))
    page = compose()
    page.get_by_label("Onderwerp").fill("Net getypt")

    press(page, "Stel een editie voor")
    expect(page.locator(".composed")).to_contain_text("10 blokken staan in de editie.")
    expect(page.locator(".composed")).to_contain_text("het nieuwste uit Welzijn")
    expect(page.get_by_label("Onderwerp")).to_have_value("Net getypt")
    mail = page.frame_locator("[data-preview-frame]").locator("body")
    expect(mail).to_contain_text("Brood dat slaapt")
    assert HeroBlock.objects.get().parent == issue

    page.get_by_role("button", name="Haal ze er weer uit").press("Enter")
    expect(page.get_by_role("heading", name="Hoe wil je beginnen?")).to_be_visible()
    assert kinds(issue) == []


def test_what_is_still_empty_may_be_saved_and_filled_in_later(compose, issue):
    page = compose()
    group = page.get_by_role("group", name="Rustig")
    group.get_by_role("button", name="Begin leeg").press("Enter")
    expect(page.locator(".composed")).to_be_visible()

    page.locator("[name$=quoteblock_set-0-text]").fill("Rust is geen luxe")
    page.get_by_role("button", name="Bewaren", exact=True).click()

    expect(page.locator(".messagelist .success")).to_be_visible()
    assert QuoteBlock.objects.get().text == "Rust is geen luxe"
    assert len(kinds(issue)) == 10


def test_an_issue_with_blocks_gets_a_composition_beside_them_on_request(compose, issue):
    QuoteBlock.objects.create(parent=issue, text="Rust", ordering=10)
    page = compose()
    page.get_by_text("Nog een opbouw erbij zetten").press("Enter")
    group = page.get_by_role("group", name="Dossier")
    group.get_by_role("button", name="Begin leeg").press("Enter")
    expect(page.locator(".composed")).to_contain_text("12 blokken")
    assert kinds(issue)[0] == "quote"
    assert len(kinds(issue)) == 13


def test_everyone_can_begin_also_on_a_phone(compose, issue):
    ArticleFactory.create(title="Brood dat slaapt")
    page = compose()
    assert faults(page, DESK, PHONE, within=".how-to-begin") == []

    press(page, "Stel een editie voor")
    assert faults(page, DESK, PHONE, within=".composed") == []


def test_everyone_can_begin_on_the_front_page(desk, mailing_list):
    desk.goto("/admin/")
    expect(desk.get_by_role("heading", name="Hoe wil je beginnen?")).to_be_visible()
    assert faults(desk, DESK, PHONE) == []
