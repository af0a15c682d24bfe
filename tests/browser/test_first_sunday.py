"""The whole road as people walk it, in a real browser, with everything running.

Log in, import, compose by keyboard and by drag, follow the preview, approve, schedule,
read the mail, leave, be skipped, point at a mistake, see it put right on the web and
in the next issue, be thanked.
"""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import DESK, PHONE, faults
from tests.browser.sunday import Installation

PAYLOADS = Path(__file__).parents[1] / "payloads"
pytestmark = [
    pytest.mark.services,
    pytest.mark.timeout(300),
]


@pytest.fixture(scope="module")
def installation(chromium, tmp_path_factory):
    with Installation(tmp_path_factory.mktemp("sunday")) as started:
        yield started


@pytest.fixture(scope="module")
def editor(chromium, installation):
    """Els at her desk, logged in; what goes wrong in her browser fails the test."""
    context = chromium.new_context(
        base_url=installation.url, viewport={"width": 1500, "height": 1000}
    )
    page = context.new_page()
    troubles = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    user, password = installation.login()
    page.goto("/admin/")
    page.get_by_label("Gebruikersnaam").fill(user)
    page.get_by_label("Wachtwoord").fill(password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Deze zondag", level=1)).to_be_visible()
    yield page
    assert not troubles
    context.close()


def mail_in_preview(page: Page):
    return page.frame_locator("[data-preview-frame]").locator("body")


def approve_and_schedule(page: Page) -> None:
    page.get_by_role("link", name="Controleren en versturen").first.click()
    page.get_by_role("button", name=re.compile("akkoord", re.IGNORECASE)).click()
    page.get_by_role("link", name=re.compile("Inplannen")).click()
    expect(page.locator(".desk-sentence")).to_contain_text("Nederlandse tijd")
    page.get_by_role("button", name=re.compile("Inplannen|Plan")).click()
    expect(
        page.get_by_text(re.compile("Ingepland", re.IGNORECASE)).first
    ).to_be_visible()


def test_from_an_article_to_an_inbox_and_back(editor, chromium, installation):
    import_an_article(editor)
    compose_an_issue(editor)
    approve_and_schedule(editor)
    installation.let_sunday_come(3)
    assert len(installation.readers_of(3)) == 24

    reader = chromium.new_context(base_url=installation.url)
    reader.add_cookies(editor.context.cookies())
    left = leave_by_the_mail(reader.new_page())
    send_the_second_issue(editor, installation)
    assert set(installation.readers_of(3)) - set(installation.readers_of(2)) == {left}

    report_a_mistake(reader.new_page())
    put_it_right_by_keyboard(editor)
    find_it_put_right(reader.new_page())
    tell_it_in_the_next_issue(editor)
    read_the_thanks(reader.new_page(), installation)
    reader.close()
    assert installation.shell(
        "from django.core.management import call_command; call_command('check_ledger')"
    ).endswith("adds up.")


def import_an_article(page: Page) -> None:
    page.goto("/admin/newsletter/article/")
    page.get_by_role(
        "link", name=re.compile("inlezen|overnemen|import", re.IGNORECASE)
    ).first.click()
    page.locator("input[type=file]").set_input_files(
        PAYLOADS / "articles" / "tuinkamer.txt"
    )
    page.get_by_role("button", name="Inlezen", exact=True).click()
    expect(page.get_by_role("heading", name="Dit kwam binnen")).to_be_visible()


def compose_an_issue(page: Page) -> None:
    page.goto("/admin/newsletter/issue/")
    page.get_by_role("button", name="Nieuwe editie").click()
    expect(page.get_by_role("heading", name="Editie 3", level=1)).to_be_visible()
    page.get_by_label("Onderwerp").fill("Een zondag om te bewaren")
    page.get_by_label("Voorproefje").fill("Over bomen en warme voeten")
    expect(page.locator(".apple [data-inbox=subject]")).to_have_text(
        "Een zondag om te bewaren"
    )

    put_in_by_keyboard(page, "kale bomen")
    expect(mail_in_preview(page)).to_contain_text("Waarom je nu juist naar kale bomen")
    put_in_by_drag(page, "warm voetenbad")
    expect(mail_in_preview(page)).to_contain_text("Een warm voetenbad")
    write_a_text_by_keyboard(page)
    move_it_up_by_keyboard(page)

    page.get_by_role("button", name="Bewaren", exact=True).click()
    expect(page.locator(".messagelist .success")).to_be_visible()


def found_in_library(page: Page, words: str):
    page.get_by_label("Zoek een artikel").fill(words)
    found = page.locator("[data-library-list] button.article")
    expect(found).to_have_count(1)
    expect(found).to_contain_text(words)
    return found


def put_in_by_keyboard(page: Page, words: str) -> None:
    found = found_in_library(page, words)
    found.focus()
    page.keyboard.press("Enter")


def put_in_by_drag(page: Page, words: str) -> None:
    found = found_in_library(page, words)
    hero = page.locator("[id^=newsletter_heroblock_set-0]").first
    # On its lower half: below it.
    height = hero.evaluate("block => block.offsetHeight")
    found.drag_to(hero, target_position={"x": 60, "y": height - 20})


def write_a_text_by_keyboard(page: Page) -> None:
    place = page.locator(".order-machine-insert-target.last")
    place.focus()
    page.keyboard.press("Enter")
    page.locator(".plugin-button[title=Tekst]:visible").focus()
    page.keyboard.press("Enter")
    block = page.locator("[id^=newsletter_textblock_set-0]").first
    # A new block takes the focus itself; type only once it has.
    page.wait_for_timeout(300)
    expect(block.locator("input[name$=-heading]")).to_be_focused()
    page.keyboard.type("Tot slot")
    page.keyboard.press("Tab")
    editor = block.locator(".ProseMirror[contenteditable=true]")
    editor.focus()
    expect(editor).to_be_focused()
    page.keyboard.type("Zet de thee vast klaar.")
    expect(mail_in_preview(page)).to_contain_text("Zet de thee vast klaar.")


def move_it_up_by_keyboard(page: Page) -> None:
    mail = mail_in_preview(page)
    before = mail.inner_text()
    assert before.index("Tot slot") > before.index("Een warm voetenbad")
    page.locator("input[name=newsletter_textblock_set-0-heading]").focus()
    page.keyboard.press("Alt+ArrowUp")
    page.wait_for_function(
        """() => {
            const mail = document.querySelector('[data-preview-frame]').contentDocument
            const text = mail?.body?.innerText ?? ''
            const end = text.indexOf('Tot slot')
            return end >= 0 && end < text.indexOf('Een warm voetenbad')
        }"""
    )


def leave_by_the_mail(page: Page) -> str:
    open_a_mail(page, "sanne@example.com")
    with page.context.expect_page() as opened:
        mail_frame(page).get_by_role("link", name="Afmelden").click()
    leaving = opened.value
    leaving.get_by_role("button", name="Afmelden").click()
    expect(leaving.locator("h1")).to_contain_text("afgemeld")
    return "sanne@example.com"


def open_a_mail(page: Page, address: str) -> None:
    page.goto("/postvak/")
    row = page.locator(".mailbox li", has_text=address).filter(
        has_text="Een zondag om te bewaren"
    )
    row.get_by_role("link").click()


def mail_frame(page: Page):
    return page.frame_locator("iframe.mail")


def send_the_second_issue(page: Page, installation: Installation) -> None:
    page.goto("/admin/newsletter/issue/")
    page.get_by_role("link", name="Bel haar nu maar").click()
    approve_and_schedule(page)
    installation.let_sunday_come(2)


def report_a_mistake(page: Page) -> None:
    open_a_mail(page, "fatima@example.nl")
    with page.context.expect_page() as opened:
        mail_frame(page).get_by_role("link", name="Foutje?").first.click()
    form = opened.value
    form.get_by_label("Wat zag je?").fill(
        "Er staat “lange, spitse knoppen”. Volgens mij zijn het “spitse knoppen”."
    )
    form.get_by_label("Je voornaam").fill("Fatima")
    form.get_by_label("Je e-mailadres").fill("fatima@example.nl")
    form.get_by_role("button", name="Versturen").click()
    expect(form.locator("h1")).to_contain_text("Dank je wel")


def put_it_right_by_keyboard(page: Page) -> None:
    page.goto("/admin/")
    page.get_by_role("link", name="Lezerspost").first.click()
    press(page.locator("#result_list tbody a").first)
    press(page.get_by_role("link", name="Hier wordt een fout gemeld"))
    expect(page.locator("mark")).to_have_text("lange, spitse knoppen")

    press(page.get_by_role("button", name="Klopt, dit is fout"))
    expect(page.get_by_label("Het moet worden")).to_have_value("spitse knoppen")
    press(page.get_by_role("button", name="Zet recht"))
    expect(page.get_by_label("Jouw woorden")).to_have_value(re.compile("Je had gelijk"))
    press(page.get_by_role("button", name="Bedank deze lezer"))
    expect(page.locator(".messagelist")).to_contain_text("onderweg naar 1 lezer")


def press(thing) -> None:
    thing.focus()
    thing.press("Enter")


PUT_RIGHT = "In een eerdere versie stond ‘lange, spitse knoppen’."


def find_it_put_right(page: Page) -> None:
    page.goto("/edities/3/")
    expect(page.locator(".put-right")).to_contain_text(PUT_RIGHT)
    page.locator(".put-right").get_by_role("link").click()
    expect(page.locator("aside.corrections :target")).to_contain_text(PUT_RIGHT)
    expect(page.locator("article")).to_contain_text("Een beuk heeft spitse knoppen")
    page.goto("/rechtzettingen/")
    expect(page.locator("main")).to_contain_text(PUT_RIGHT)


def tell_it_in_the_next_issue(page: Page) -> None:
    page.goto("/admin/newsletter/issue/")
    page.get_by_role("button", name="Nieuwe editie").click()
    expect(page.get_by_text("1 rechtzetting wacht op lezers")).to_be_visible()
    press(page.locator(".order-machine-insert-target.last"))
    press(page.locator(".plugin-button[title=Rechtgezet]:visible"))
    expect(mail_in_preview(page)).to_contain_text(PUT_RIGHT)
    page.get_by_role("button", name="Bewaren", exact=True).click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    expect(page.get_by_text("1 rechtzetting wacht op lezers")).to_have_count(0)


def read_the_thanks(page: Page, installation: Installation) -> None:
    subject = "Dank je wel: je hebt goed gelezen"
    arrived = (
        "from newsletter.outbox.mailbox import read_mailbox;"
        f"print({subject!r} in [m.subject for m in read_mailbox()])"
    )
    installation.wait_for(
        lambda: installation.shell(arrived) == "True", 30, "for the thanks"
    )
    page.goto("/postvak/")
    page.locator(".mailbox li", has_text=subject).get_by_role("link").click()
    expect(mail_frame(page).locator("body")).to_contain_text("Dag Fatima,")
    expect(mail_frame(page).locator("body")).to_contain_text(PUT_RIGHT)


def test_everyone_can_use_what_a_sunday_leaves_behind(editor):
    """What test_every_screen sees before anything was sent."""
    page = editor.context.new_page()
    found = []
    for address in (
        "/admin/",
        "/admin/newsletter/dispatch/1/change/",
        "/admin/newsletter/dispatch/1/link/",
        "/admin/newsletter/dispatch/1/lezers/accepted/",
        "/admin/newsletter/outgoingmail/",
        "/edities/",
        "/edities/1/",
        "/postvak/",
    ):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        found += [(address, *fault) for fault in faults(page, DESK, PHONE)]
    page.close()
    assert found == []
