"""Talking about a block beside its form: nothing typed is lost, also by keyboard."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from newsletter.issues.blocks import QuoteBlock
from newsletter.publishing.comments import write_comment
from newsletter.publishing.models import Comment
from tests.browser.axe import DESK, PHONE, faults
from tests.factories import UserFactory

KEY = "0d9c2f0e-3a51-4f0c-9e9f-6f1f7c1d2a01"


@pytest.fixture
def quote(issue):
    return QuoteBlock.objects.create(parent=issue, ordering=10, text="Rust")


@pytest.fixture
def remark(issue, quote):
    """Bob wants to know."""
    bob = UserFactory.create(username="bob", first_name="Bob")
    return write_comment(
        issue,
        "Is dit letterlijk?",
        by=bob,
        now=timezone.now(),
        key=KEY,
        block=f"quoteblock-{quote.pk}",
    )


def opener(page):
    return page.locator("[data-talk-of]")


def test_a_block_tells_how_many_remarks_are_open(compose, remark):
    page = compose()
    expect(opener(page)).to_have_accessible_name("1 open opmerking over dit blok")
    expect(opener(page)).to_have_text("1")


def test_an_answer_is_given_by_keyboard_beside_what_is_being_typed(compose, remark):
    page = compose()
    page.get_by_label("Onderwerp").fill("Half getypt")
    opener(page).press("Enter")
    talk = page.get_by_role("dialog", name="Citaat: Rust")
    expect(talk).to_contain_text("Is dit letterlijk?")
    expect(talk.get_by_label("Zeg iets over dit blok")).to_be_focused()

    talk.get_by_label("Antwoord").fill("Ja, nagebeld.")
    talk.get_by_role("button", name="Antwoorden").press("Enter")
    expect(talk).to_contain_text("Ja, nagebeld.")
    talk.get_by_role("button", name="Klaar").press("Enter")
    expect(talk).to_contain_text("Klaar: ")
    page.keyboard.press("Escape")

    expect(talk).to_be_hidden()
    expect(opener(page)).to_be_focused()
    expect(opener(page)).to_have_accessible_name("Opmerkingen over dit blok")
    expect(page.get_by_label("Onderwerp")).to_have_value("Half getypt")
    assert Comment.objects.filter(answers=remark).get().text == "Ja, nagebeld."


def test_a_remark_half_typed_is_there_again(compose, quote):
    page = compose()
    opener(page).click()
    page.get_by_label("Zeg iets over dit blok").fill("Deze zin")
    page.keyboard.press("Escape")
    opener(page).click()
    field = page.get_by_label("Zeg iets over dit blok")
    expect(field).to_have_value("Deze zin")

    field.press("End")
    page.keyboard.type(" loopt niet.")
    page.get_by_role("button", name="Opschrijven").click()
    expect(page.locator("[data-talk-said]")).to_have_text("Het staat erbij.")
    expect(opener(page)).to_have_text("1")
    assert Comment.objects.get().block == f"quoteblock-{quote.pk}"


def test_a_block_that_was_never_saved_asks_to_be_saved_first(compose, issue):
    page = compose()
    page.evaluate("ContentEditor.addContent('newsletter_quoteblock_set')")
    opener(page).click()
    expect(page.get_by_text("Bewaar de editie eerst")).to_be_visible()


def test_everyone_can_talk(compose, remark):
    page = compose()
    opener(page).click()
    expect(page.get_by_role("textbox", name="Antwoord")).to_be_visible()
    assert faults(page, DESK, PHONE, within="[data-talk], [data-talk-of]") == []
