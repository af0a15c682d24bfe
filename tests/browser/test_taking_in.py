"""Pasting an article in a real browser: cleaned at once, told, taken in by keyboard."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from newsletter.articles.models import Article
from tests.browser.axe import DESK, PHONE, faults
from tests.browser.conftest import at_the_desk

pytestmark = pytest.mark.django_db(transaction=True)
WORD = (Path(__file__).parents[1] / "payloads" / "pasting" / "word.html").read_text()
PASTE = """html => {
  const clipboardData = new DataTransfer()
  clipboardData.setData("text/html", html)
  clipboardData.setData("text/plain", "plat")
  document.activeElement.dispatchEvent(new ClipboardEvent(
    "paste", {clipboardData, bubbles: true, cancelable: true}))
}"""


def test_what_word_pastes_is_cleaned_told_and_taken_in_by_keyboard(
    chromium, live_server, els
):
    with at_the_desk(chromium, live_server, els) as page:
        page.goto(f"{live_server.url}/admin/newsletter/article/inlezen/")
        expect(page.get_by_role("button", name="opnieuw beginnen")).to_be_hidden()
        page.get_by_role("textbox", name="Tekst van een artikel").focus()
        page.evaluate(PASTE, WORD)

        preview = page.locator("#pasted-preview")
        expect(preview.locator("ul li").first).to_contain_text("een kleed")
        expect(page.locator("#pasted-left-out")).to_contain_text("Een tabel")
        expect(preview).to_be_focused()
        assert faults(page, DESK, PHONE) == []

        page.get_by_role("button", name="Inlezen").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Dit kwam binnen")).to_be_visible()
        expect(page.get_by_text("Een tabel is gewone tekst")).to_be_visible()
        assert faults(page, DESK, PHONE) == []

    assert Article.objects.get().title == "Buiten ontbijten"
