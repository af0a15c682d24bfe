"""A reader finds an old story by keyboard, on a phone, without a script."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from newsletter.archive.keeping import keep_up
from tests.browser.axe import PHONE, faults
from tests.factories import ArticleFactory, IssueFactory
from tests.newsletter.archive.test_searching import left

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(chromium, live_server):
    context = chromium.new_context(base_url=live_server.url, viewport=PHONE)
    yield context.new_page()
    context.close()


def test_a_story_is_found_by_keyboard(page):
    left(IssueFactory(number=7), timezone.now() - timedelta(days=1))
    ArticleFactory(slug="rust", title="Rust", body="<p>Bij de rivier.</p>")
    keep_up(timezone.now() + timedelta(seconds=1))
    page.goto("/edities/")
    page.get_by_label("Zoek op een woord").focus()
    page.keyboard.type("rivieren")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("1 pagina gevonden")
    expect(page.locator("mark")).to_have_text("rivier")
    assert faults(page, PHONE) == []
    page.get_by_role("link", name="Rust").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Rust")
