"""The front page in a real browser: the countdown, the Sundays by keyboard, a phone."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from newsletter.delivery.vital_signs import Heartbeat
from newsletter.issues.models import Issue, SkippedSunday
from newsletter.issues.numbering import begin_issue
from newsletter.mistakes.models import ReaderMailWay
from newsletter.mistakes.reporting import Remark, take_in
from newsletter.publishing.sundays import regular_days
from tests.browser.axe import DESK, PHONE, faults
from tests.browser.conftest import at_the_desk
from tests.factories import MailingListFactory, SkippedSundayFactory
from tests.newsletter.admin.colleagues import log_in
from tests.newsletter.admin.front_page import a_dispatch_that_left

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def mailing_list(transactional_db):
    """A list with readers, two issues that left and a draft."""
    now = timezone.now()
    Heartbeat.objects.create(name="sweep", at=now + timedelta(hours=1))
    mailing_list = MailingListFactory.create()
    for weeks, readers in ((2, 3), (1, 5)):
        a_dispatch_that_left(
            mailing_list, readers=readers, at=now - timedelta(weeks=weeks)
        )
    return mailing_list


@pytest.fixture
def draft(mailing_list):
    return begin_issue(mailing_list, now=timezone.now(), by=None)


@pytest.fixture
def sundays(mailing_list):
    return regular_days(mailing_list, now=timezone.now(), weeks=8)


@pytest.fixture
def desk(chromium, live_server, mailing_list):
    """Open the front page as a publisher."""
    publisher = log_in(Client(), "Uitgever")
    with at_the_desk(chromium, live_server, publisher) as page:

        def opened():
            page.goto("/admin/")
            return page

        yield opened


def press(page, words):
    """Press what has the focus, once it is what is meant."""
    expect(page.locator(":focus")).to_contain_text(words)
    page.keyboard.press("Enter")


def test_the_countdown_goes_on_by_itself_and_is_a_sentence_without_a_script(
    desk, draft
):
    page = desk()
    assert "nog " in countdown_without_a_script(page)

    soon = (timezone.now() + timedelta(minutes=2)).isoformat()
    # The same page in its last minutes.
    page.route(
        "**/admin/",
        lambda route: route.fulfill(
            response=(answer := route.fetch()),
            body=_with_moment(answer.text(), soon),
        ),
    )
    page.goto("/admin/")
    countdown = page.locator("[data-countdown]")
    expect(countdown).to_contain_text("1 minuut en")
    first = countdown.inner_text()
    expect(countdown).not_to_have_text(first)


def countdown_without_a_script(page):
    plain = page.context.browser.new_page(
        storage_state=page.context.storage_state(), java_script_enabled=False
    )
    plain.goto(page.url)
    words = plain.locator(".countdown").inner_text()
    plain.close()
    return words


def _with_moment(html: str, moment: str) -> str:
    before, rest = html.split('data-countdown="', 1)
    return f'{before}data-countdown="{moment}"{rest[rest.index(chr(34)) + 1 :]}'


def test_a_sunday_is_skipped_with_the_keyboard_alone(desk, sundays):
    page = desk()
    row = page.locator(f"#zondag-{sundays[1]}")

    row.locator("summary").focus()
    press(page, "Overslaan")
    expect(row.get_by_label("Waarom?")).to_be_focused()
    page.keyboard.type("kerst")
    page.keyboard.press("Enter")

    expect(page.locator(f"#zondag-{sundays[1]}")).to_contain_text("kerst")
    assert SkippedSunday.objects.get().day == sundays[1]


def test_escape_closes_what_was_opened_and_gives_the_focus_back(desk, sundays):
    page = desk()
    row = page.locator(f"#zondag-{sundays[1]}")
    row.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(row.get_by_label("Waarom?")).to_be_focused()

    page.keyboard.press("Escape")

    expect(row.locator("summary")).to_be_focused()
    expect(row.get_by_label("Waarom?")).not_to_be_visible()


def test_a_draft_is_moved_with_the_keyboard_alone(desk, draft, sundays):
    page = desk()
    row = page.locator(f"#zondag-{sundays[0]}")

    row.locator("summary").focus()
    press(page, "Verplaatsen")
    expect(row.get_by_label("Naar")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    press(page, "Verplaatsen")

    expect(page.locator(".messagelist .success")).to_be_visible()
    assert Issue.objects.get(pk=draft.pk).publication_date == sundays[2]


def test_everyone_can_use_the_front_page_also_on_a_phone(
    desk, draft, mailing_list, sundays
):
    SkippedSundayFactory(mailing_list=mailing_list, day=sundays[2])
    take_in(
        Remark(key="een", way=ReaderMailWay.FORM, text="knopen", subject="Foutje"),
        now=timezone.now(),
    )
    page = desk()
    # One after the other would close the first: all of them open at once.
    page.evaluate(
        """() => document.querySelectorAll('.tile details').forEach(one => {
            one.removeAttribute('name')
            one.open = true
        })"""
    )

    assert faults(page, DESK, PHONE) == []
