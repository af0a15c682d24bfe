"""Composing in a real browser: by keyboard, by drag, on a phone; no work is lost."""

import pytest
from playwright.sync_api import expect

from newsletter.issues.blocks import (
    CardBlock,
    HeroBlock,
    QuoteBlock,
    TextBlock,
    blocks_of,
)
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db(transaction=True)
PLUS = ".order-machine-insert-target"
OPEN_BLOCKS = ".order-machine .inline-related:not(.empty-form)"


def mail(page):
    return page.frame_locator("[data-preview-frame]").locator("body")


def save(page):
    page.get_by_role("button", name="Bewaren", exact=True).click()
    expect(page.locator(".messagelist .success")).to_be_visible()


def kinds(issue):
    return [block.KIND for block in blocks_of(issue)]


def test_a_block_is_added_named_moved_and_saved_without_a_mouse(compose, issue):
    QuoteBlock.objects.create(parent=issue, text="Rust is geen luxe", ordering=10)
    page = compose()

    page.locator(f"{PLUS}.last").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".plugin-button:focus")).to_have_count(1)
    page.keyboard.press("t")
    expect(page.locator(":focus")).to_contain_text("Tekst")
    page.keyboard.press("Enter")
    expect(page.locator(":focus")).to_have_attribute(
        "name", "newsletter_textblock_set-0-heading"
    )
    page.keyboard.type("Tot slot")
    page.keyboard.press("Tab")
    expect(page.get_by_role("group", name="Tekst: Tot slot")).to_be_visible()
    expect(page.locator("[data-announce]")).to_contain_text("Blok ingevoegd: Tekst")

    page.locator("[name$=textblock_set-0-heading]").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("[data-announce]")).to_contain_text("plaats 1 van 2")
    page.locator(".field-body .ProseMirror:visible").click()
    page.keyboard.type("Zet de thee vast klaar.")
    expect(mail(page)).to_contain_text("Zet de thee vast klaar.")
    save(page)

    assert kinds(issue) == ["text", "quote"]


def test_who_goes_on_quickly_in_a_new_block_is_not_pulled_back(compose):
    page = compose()
    page.locator(f"{PLUS}.last").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("c")
    expect(page.locator(":focus")).to_contain_text("Citaat")

    # Quicker than two presses of a key that travel to the browser.
    page.evaluate(
        """() => {
            document.activeElement.click()
            document.querySelector('[name$=quoteblock_set-0-speaker]').focus()
        }"""
    )
    page.wait_for_timeout(200)

    expect(page.locator("[name$=quoteblock_set-0-speaker]")).to_be_focused()


def test_the_menu_of_kinds_is_no_stop_of_the_tab_key_while_it_is_shut(compose):
    page = compose()
    assert not page.locator(".plugin-buttons").is_visible()


def test_the_first_article_is_the_main_story_and_the_next_a_story(compose, issue):
    for title in ("Waarom stilte helpt", "Brood dat slaapt"):
        ArticleFactory.create(title=title)
    page = compose()

    for title in ("Waarom stilte helpt", "Brood dat slaapt"):
        page.get_by_role("button", name=title).press("Enter")
        expect(mail(page)).to_contain_text(title)
    expect(page.get_by_role("button", name="Brood dat slaapt")).to_be_focused()
    save(page)

    assert kinds(issue) == ["hero", "card"]
    assert CardBlock.objects.get().shown_title == "Brood dat slaapt"


def test_an_article_is_dragged_to_its_place_and_the_mail_follows(compose, issue):
    ArticleFactory.create(title="Waarom stilte helpt")
    QuoteBlock.objects.create(parent=issue, text="Rust is geen luxe", ordering=10)
    TextBlock.objects.create(parent=issue, body="<p>Tot slot.</p>", ordering=20)
    page = compose()

    place = page.locator("#newsletter_textblock_set-0")
    # Both in sight: a page that scrolls under a pressed mouse drags nothing.
    place.scroll_into_view_if_needed()
    page.get_by_role("button", name="Waarom stilte helpt").drag_to(
        place, target_position={"x": 80, "y": 8}
    )
    expect(mail(page)).to_contain_text("Waarom stilte helpt")
    save(page)

    assert kinds(issue) == ["quote", "hero", "text"]
    assert HeroBlock.objects.get().article.title == "Waarom stilte helpt"


def test_a_block_is_dragged_above_another(compose, issue):
    QuoteBlock.objects.create(parent=issue, text="Rust is geen luxe", ordering=10)
    TextBlock.objects.create(parent=issue, body="<p>Tot slot.</p>", ordering=20)
    page = compose()

    page.locator("#newsletter_textblock_set-0 > h3 b").drag_to(
        page.locator("#newsletter_quoteblock_set-0 > h3 b")
    )
    save(page)

    assert kinds(issue) == ["text", "quote"]


def test_the_mail_is_shown_small_dark_and_as_plain_text(compose, issue):
    TextBlock.objects.create(
        parent=issue, body="<p>Zet de thee klaar.</p>", ordering=10
    )
    page = compose()
    frame = page.locator("[data-preview-frame]")

    page.get_by_role("button", name="Telefoon").click()
    expect(frame).to_have_js_property("offsetWidth", 375)
    paper = "getComputedStyle(document.body).backgroundColor"
    light = page.frames[1].evaluate(paper)
    page.get_by_role("button", name="Donker").click()
    page.wait_for_timeout(200)
    assert page.frames[1].evaluate(paper) != light
    page.get_by_role("button", name="Platte tekst").click()
    expect(page.locator("[data-preview-text]")).to_contain_text("Zet de thee klaar.")
    assert not frame.is_visible()


def test_a_press_on_a_part_of_the_mail_opens_its_form(compose, issue):
    TextBlock.objects.create(
        parent=issue, heading="Tot slot", body="<p>Thee.</p>", ordering=10
    )
    page = compose()
    mail(page).get_by_text("Tot slot").click()
    expect(page.locator("[name$=textblock_set-0-heading]")).to_be_focused()


def test_leaving_with_work_unsaved_is_asked_about(compose):
    page = compose()
    page.get_by_label("Onderwerp").fill("Bijna klaar")
    with page.expect_event("dialog") as asked:
        page.once("dialog", lambda dialog: dialog.dismiss())
        page.get_by_role("link", name="Artikelen").click(no_wait_after=True)
    assert asked.value.type == "beforeunload"
    expect(page.get_by_label("Onderwerp")).to_have_value("Bijna klaar")
    save(page)


def test_who_was_logged_out_logs_in_elsewhere_and_saves_what_was_typed(
    compose, els, issue
):
    page = compose()
    mine = page.context.cookies()
    page.context.clear_cookies()
    page.get_by_label("Onderwerp").fill("Bijna klaar")
    expect(page.locator("[data-preview-status]")).to_contain_text("opnieuw in")

    new_token = "n" * 32
    page.context.add_cookies(
        [
            {**cookie, "value": new_token} if cookie["name"] == "csrftoken" else cookie
            for cookie in mine
        ]
    )
    save(page)
    issue.refresh_from_db()
    assert issue.subject == "Bijna klaar"


def test_the_composer_fits_a_phone(compose, desk, issue):
    TextBlock.objects.create(parent=issue, body="<p>Thee.</p>", ordering=10)
    desk.set_viewport_size({"width": 390, "height": 844})
    page = compose()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
