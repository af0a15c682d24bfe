"""No work is lost: a draft while typing, given back after whatever happened."""

import pytest
from playwright.sync_api import expect

from newsletter.issues.blocks import QuoteBlock, TextBlock, blocks_of
from newsletter.issues.models import Draft
from tests.browser.axe import DESK, PHONE, faults
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db(transaction=True)
OFFER = "[data-offer]"
HEADING = "[name=newsletter_textblock_set-0-heading]"


def is_kept(page):
    expect(page.locator("[data-kept]")).to_contain_text("concept bewaard")


def open_again(page, issue):
    """A new page of the same person; their first one is gone."""
    again = page.context.new_page()
    again.goto(f"/admin/newsletter/issue/{issue.pk}/change/")
    expect(again.locator("[data-weight-words]")).to_contain_text("kB")
    return again


def crash(page):
    """The tab goes in the middle of things, and nobody is asked about work unsaved."""
    page.close(run_before_unload=False)


def is_kept_without_the_quote(answer):
    return "quoteblock_set-0-DELETE=on" in (answer.request.post_data or "")


def remove_the_quote(page):
    quote = page.get_by_role("group", name="Citaat: Rust is geen luxe")
    quote.get_by_role("button", name="Verwijder dit blok").click()


def go_on(page):
    page.get_by_role("button", name="Verdergaan").click()
    expect(page.locator("[data-composer][data-restored]")).to_have_count(1)
    expect(page.locator("[data-weight-words]")).to_contain_text("kB")


@pytest.fixture
def two_blocks(issue):
    QuoteBlock.objects.create(parent=issue, text="Rust is geen luxe", ordering=10)
    TextBlock.objects.create(
        parent=issue, heading="Tot slot", body="<p>Zet thee.</p>", ordering=20
    )
    return issue


def test_all_of_a_crashed_page_comes_back(compose, two_blocks):
    """Fields, rich text, order, a new block and a removed one."""
    ArticleFactory.create(title="Waarom stilte helpt")
    page = compose()
    page.get_by_label("Onderwerp").fill("Bijna klaar")
    page.locator(".field-body .ProseMirror:visible").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" Drink hem warm.")
    page.locator(HEADING).press("Alt+ArrowUp")
    page.get_by_role("button", name="Waarom stilte helpt").press("Enter")
    with page.expect_response(is_kept_without_the_quote):
        remove_the_quote(page)
    crash(page)

    again = open_again(page, two_blocks)
    expect(again.locator(OFFER)).to_contain_text("Je was hier nog niet klaar: vandaag")
    go_on(again)
    expect(again.get_by_label("Onderwerp")).to_have_value("Bijna klaar")
    expect(again.locator(".ProseMirror:visible").first).to_contain_text("warm.")
    again.get_by_role("button", name="Bewaren", exact=True).click()
    expect(again.locator(".messagelist .success")).to_be_visible()

    assert [block.KIND for block in blocks_of(two_blocks)] == ["text", "hero"]
    assert not Draft.objects.unfinished(two_blocks, two_blocks.drafts.get().user)


def test_a_block_removed_last_of_all_is_kept_as_removed(compose, two_blocks):
    page = compose()
    with page.expect_response(is_kept_without_the_quote):
        remove_the_quote(page)


def test_a_closed_window_leaves_what_was_just_typed(compose, issue):
    page = compose()
    page.get_by_label("Onderwerp").fill("Vlak voor het sluiten")
    page.close(run_before_unload=False)
    again = open_again(page, issue)
    expect(again.locator(OFFER)).to_be_visible()
    go_on(again)
    expect(again.get_by_label("Onderwerp")).to_have_value("Vlak voor het sluiten")


def test_what_was_typed_without_a_session_comes_back_after_logging_in(compose, issue):
    page = compose()
    mine = page.context.cookies()
    page.context.clear_cookies()
    page.get_by_label("Onderwerp").fill("Zonder sessie")
    expect(page.locator("[data-kept]")).to_contain_text("Alleen op dit apparaat")
    page.close(run_before_unload=False)

    page.context.add_cookies(mine)
    again = open_again(page, issue)
    expect(again.locator(OFFER)).to_contain_text("Onderwerp")
    go_on(again)
    expect(again.get_by_label("Onderwerp")).to_have_value("Zonder sessie")


def test_a_draft_is_thrown_away_by_a_press(compose, issue):
    page = compose()
    page.get_by_label("Onderwerp").fill("Toch maar niet")
    is_kept(page)
    page.close(run_before_unload=False)
    again = open_again(page, issue)
    again.get_by_text("Wat er verschilt").click()
    expect(again.locator(OFFER)).to_contain_text("Toch maar niet")
    again.get_by_role("button", name="Weggooien").click()
    expect(again.locator(".messagelist")).to_contain_text("Weggegooid")
    expect(again.locator(OFFER)).to_have_count(0)


def test_what_is_saved_is_offered_no_more(compose, issue):
    page = compose()
    page.get_by_label("Onderwerp").fill("Klaar")
    is_kept(page)
    page.get_by_role("button", name="Bewaren", exact=True).click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    expect(page.locator(OFFER)).to_have_count(0)


def test_everyone_can_read_the_offer(compose, two_blocks):
    page = compose()
    page.locator(HEADING).fill("Tot straks")
    is_kept(page)
    page.close(run_before_unload=False)
    again = open_again(page, two_blocks)
    again.get_by_text("Wat er verschilt").click()
    assert faults(again, DESK, PHONE, within=OFFER) == []
