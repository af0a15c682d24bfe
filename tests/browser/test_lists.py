"""Lists on a phone: a row is a card that says what each value is."""

import uuid
from datetime import date

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from newsletter.publishing.comments import write_comment
from tests.browser.axe import DESK, PHONE, faults
from tests.factories import ArticleFactory, SubscriptionFactory

pytestmark = pytest.mark.django_db(transaction=True)
BEYOND = """() => [...document.querySelectorAll('#content *')]
  .filter((one) => one.getBoundingClientRect().right > innerWidth)
  .map((one) => one.outerHTML.slice(0, 120))"""


@pytest.fixture
def phone(desk):
    desk.set_viewport_size(PHONE)
    return desk


def test_nothing_of_a_list_of_articles_lies_beyond_a_phone(phone):
    ArticleFactory.create(
        title="Het uur voor de dag begint", published_on=date(2026, 11, 20)
    )
    phone.goto("/admin/newsletter/article/")
    row = phone.locator("#result_list tbody tr")
    expect(row.locator("td.field-published_on")).to_have_attribute(
        "data-label", "Gepubliceerd op"
    )
    expect(row.get_by_role("link", name="Het uur voor de dag begint")).to_be_visible()
    assert phone.evaluate(BEYOND) == []


def test_what_a_row_does_not_say_takes_no_room_on_a_phone(phone):
    ArticleFactory.create(published_on=None)
    phone.goto("/admin/newsletter/article/")
    expect(phone.locator("td.field-published_on")).to_be_hidden()
    expect(phone.locator("td.field-state")).to_be_visible()


def test_what_a_reader_agreed_to_is_read_on_a_phone(phone):
    subscriber = SubscriptionFactory.create().subscriber
    address = f"/admin/subscribers/subscriber/{subscriber.pk}/change/"
    phone.goto(address)
    expect(phone.locator("td.field-state")).to_have_attribute("data-label", "Staat")
    assert phone.evaluate(BEYOND) == []
    assert faults(phone, PHONE) == []


def test_everyone_can_answer_whether_something_goes(desk, els, issue):
    write_comment(issue, "Mooi, @els", by=els, now=timezone.now(), key=uuid.uuid4())
    desk.goto(f"/admin/newsletter/issue/{issue.pk}/delete/")
    expect(desk.get_by_role("heading", level=1)).to_contain_text("verwijderen?")
    assert faults(desk, DESK, PHONE) == []
