"""Two editors in the same issue, each in a browser of their own."""

import pytest
from playwright.sync_api import expect

from newsletter.issues.blocks import TextBlock
from newsletter.issues.models import Issue
from tests.browser.axe import DESK, PHONE, faults

pytestmark = pytest.mark.django_db(transaction=True)
HEADING = "[name=newsletter_textblock_set-0-heading]"


@pytest.fixture
def text(issue):
    return TextBlock.objects.create(
        parent=issue, heading="Tot slot", body="<p>Zet thee.</p>", ordering=10
    )


@pytest.fixture
def both(compose, bobs_desk, issue, text):
    """Els and Bob have it open."""
    bobs_desk.goto(f"/admin/newsletter/issue/{issue.pk}/change/")
    expect(bobs_desk.locator("[data-weight-words]")).to_contain_text("kB")
    return compose(), bobs_desk


def save(page):
    page.get_by_role("button", name="Bewaren", exact=True).click()


def test_each_sees_where_the_other_is_until_they_leave(both):
    els, bob = both
    bob.locator(HEADING).focus()
    expect(els.locator("[data-others]")).to_contain_text(
        "Bob is hier ook bezig, in Tekst: Tot slot."
    )
    expect(bob.locator("[data-others]")).to_contain_text("Els is hier ook bezig")
    bob.goto("/admin/")
    expect(els.locator("[data-others]")).to_be_hidden()


def test_who_is_writing_hears_that_somebody_saved_and_keeps_their_text(both):
    els, bob = both
    els.locator(HEADING).fill("Van Els")
    bob.get_by_label("Onderwerp").fill("Van Bob")
    save(bob)
    expect(els.locator("[data-saved-meanwhile]")).to_contain_text("Bob heeft")
    expect(els.locator(HEADING)).to_have_value("Van Els")
    save(els)
    expect(els.locator(".messagelist")).to_contain_text("Samengevoegd met wat")
    expect(els.get_by_label("Onderwerp")).to_have_value("Van Bob")
    expect(els.locator(HEADING)).to_have_value("Van Els")


def test_what_both_wrote_is_chosen_by_keyboard(both):
    els, bob = both
    bob.locator(HEADING).fill("Slot van Bob")
    save(bob)
    expect(bob.locator(".messagelist .success")).to_be_visible()
    els.locator(HEADING).fill("Slot van Els")
    save(els)
    expect(els.locator("h1")).to_have_text("Twee teksten samenvoegen")
    expect(els.get_by_role("region", name="Tekst van Bob")).to_contain_text("Bob")
    els.get_by_label("Die van mij").focus()
    els.keyboard.press("ArrowDown")
    els.get_by_role("button", name="Zo bewaren").press("Enter")
    expect(els.locator(".messagelist .success")).to_be_visible()
    assert TextBlock.objects.get().heading == "Slot van Bob"
    assert Issue.objects.get().version == 3


def test_everyone_can_use_the_page_that_asks(both):
    els, bob = both
    bob.locator(HEADING).fill("Slot van Bob")
    save(bob)
    expect(bob.locator(".messagelist .success")).to_be_visible()
    els.locator(HEADING).fill("Slot van Els")
    els.get_by_label("Onderwerp").fill("Alleen van Els")
    save(els)
    els.get_by_text("Vanzelf samengevoegd").click()
    assert faults(els, DESK, PHONE) == []
