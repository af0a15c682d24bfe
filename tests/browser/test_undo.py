"""What is done with blocks can be undone, by a press and by keyboard."""

import pytest
from playwright.sync_api import expect

from newsletter.issues.blocks import QuoteBlock, TextBlock, blocks_of
from tests.browser.axe import DESK, PHONE, faults
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db(transaction=True)
LINE = "[data-undo]"


@pytest.fixture
def page(compose, issue):
    QuoteBlock.objects.create(parent=issue, text="Rust is geen luxe", ordering=10)
    TextBlock.objects.create(
        parent=issue, heading="Tot slot", body="<p>Thee.</p>", ordering=20
    )
    ArticleFactory.create(title="Waarom stilte helpt")
    return compose()


def block(page, name):
    return page.get_by_role("group", name=name)


def remove(page, name):
    block(page, name).get_by_role("button", name="Verwijder dit blok").press("Enter")


def saved(page, issue):
    page.get_by_role("button", name="Bewaren", exact=True).click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    return [one.KIND for one in blocks_of(issue)]


def test_a_removed_block_comes_back_by_a_press(page, issue):
    remove(page, "Citaat: Rust is geen luxe")
    expect(block(page, "Citaat: Rust is geen luxe")).to_be_hidden()
    expect(page.locator(LINE)).to_contain_text("Blok verwijderd: Citaat")
    page.locator(LINE).get_by_role("button", name="Ongedaan maken").click()
    expect(block(page, "Citaat: Rust is geen luxe")).to_be_visible()
    assert saved(page, issue) == ["quote", "text"]


def test_a_removed_block_is_gone_after_saving(page, issue):
    remove(page, "Citaat: Rust is geen luxe")
    assert saved(page, issue) == ["text"]


def test_an_inserted_article_is_taken_out_put_back_and_out_by_keys(page, issue):
    page.get_by_role("button", name="Waarom stilte helpt").press("Enter")
    hero = block(page, "Hoofdverhaal: Waarom stilte helpt")
    expect(page.locator(LINE)).to_contain_text("Blok ingevoegd: Hoofdverhaal")
    page.keyboard.press("Control+z")
    expect(hero).to_be_hidden()
    page.keyboard.press("Control+Shift+z")
    expect(hero).to_be_visible()
    page.keyboard.press("Control+z")
    assert saved(page, issue) == ["quote", "text"]


def test_a_moved_block_goes_back(page, issue):
    page.locator("[name$=textblock_set-0-heading]").press("Alt+ArrowUp")
    expect(page.locator(LINE)).to_contain_text("verplaatst")
    page.locator(LINE).get_by_role("button").click()
    assert saved(page, issue) == ["quote", "text"]


def test_in_a_text_field_the_keys_undo_the_typing(page, issue):
    remove(page, "Citaat: Rust is geen luxe")
    heading = page.locator("[name$=textblock_set-0-heading]")
    heading.focus()
    page.keyboard.press("End")
    page.keyboard.type("!")
    page.keyboard.press("Control+z")
    expect(heading).to_have_value("Tot slot")
    expect(block(page, "Citaat: Rust is geen luxe")).to_be_hidden()


def test_a_question_mark_shows_the_keys(page):
    remove(page, "Citaat: Rust is geen luxe")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Sneltoetsen")
    expect(dialog).to_be_visible()
    # What stands behind it is out of reach.
    assert faults(page, DESK, PHONE, within="dialog[open]") == []
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert faults(page, DESK, PHONE, within=LINE) == []
