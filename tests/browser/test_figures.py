"""From the list of what left to the numbers of an issue, by keyboard."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from newsletter.reports.counting_issues import count_issue
from tests.browser.axe import PHONE
from tests.factories import MailingListFactory
from tests.newsletter.reports.left import an_issue_that_left

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_numbers_of_an_issue_by_keyboard(desk):
    at = timezone.now() - timedelta(hours=2)
    dispatch = an_issue_that_left(
        MailingListFactory(),
        at=at,
        readers=[{"event": "delivered", "event_at": at + timedelta(minutes=4)}] * 6,
    )
    count_issue(dispatch, now=timezone.now())

    desk.set_viewport_size(PHONE)
    desk.goto("/admin/newsletter/dispatch/")
    desk.get_by_role("link", name="cijfers van editie").focus()
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name="Bezorgd bij 6 van de 6")).to_be_visible()

    summary = desk.locator("summary", has_text="De getallen")
    summary.focus()
    desk.keyboard.press("Enter")
    table = desk.get_by_role("region", name="De getallen")
    expect(table.get_by_role("row").nth(1)).to_contain_text("6")

    desk.evaluate("window.print = () => { window.printed = true }")
    desk.get_by_role("button", name="Printen of bewaren als pdf").focus()
    desk.keyboard.press("Enter")
    assert desk.evaluate("window.printed")
