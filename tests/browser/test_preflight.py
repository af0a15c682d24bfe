"""The look over an issue, beside the mail while it is typed."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from newsletter.issues.blocks import ButtonBlock, CardBlock, TextBlock
from newsletter.publishing.asking_links import ask_for_coming
from newsletter.publishing.trying_links import try_due
from tests.factories import ArticleFactory, SubscriptionFactory
from tests.fake_site import FakeSite

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def site(settings):
    with FakeSite() as site:
        settings.FETCH_PRIVATE_HOSTS = [site.host]
        yield site


@pytest.fixture
def issue(issue):
    SubscriptionFactory(mailing_list=issue.mailing_list, subscriber__first_name="Sanne")
    CardBlock.objects.create(parent=issue, ordering=10, article=ArticleFactory())
    return issue


@pytest.fixture
def troubled(issue, site):
    """A subject to be filled in, a dead link, words that say nothing, three shares."""
    issue.subject = "TK titel!!"
    issue.save()
    ButtonBlock.objects.create(
        parent=issue, ordering=20, label="Doe mee", url=site.url("/weg")
    )
    TextBlock.objects.create(
        parent=issue,
        ordering=30,
        heading="Over slapen",
        body=f'<p>Lees <a href="{site.put("/?utm_source=x")}">hier</a> verder.</p>',
    )
    for place in range(5):
        TextBlock.objects.create(
            parent=issue,
            ordering=40 + place,
            body=f"<p>Van stress slaapt {place + 2}0% slechter.</p>",
        )
    ask_for_coming(timezone.now())
    try_due(timezone.now(), is_online=lambda: True)
    return issue


def findings(page):
    panel = page.locator("[data-findings]")
    if panel.get_attribute("open") is None:
        panel.locator("> summary").click()
    return panel


def test_what_is_wrong_follows_the_typing_and_leads_to_its_field(compose, issue):
    page = compose()
    panel = page.locator("[data-findings]")
    expect(panel).to_contain_text("Hier hoeft niets meer goed")

    page.get_by_label("Onderwerp").fill("TK onderwerp")
    expect(panel).to_contain_text("1 ding moet goed")
    page.get_by_label("Onderwerp").blur()
    line = findings(page).get_by_role("button", name="“TK”")
    line.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Onderwerp")).to_be_focused()

    page.get_by_label("Onderwerp").fill("Stilte te koop")
    expect(panel).to_contain_text("Hier hoeft niets meer goed")


def test_no_more_than_three_pieces_of_advice_stand_beside_the_mail(compose, troubled):
    page = compose()
    expect(findings(page)).to_contain_text(re.compile(r"en nog \d"))
    expect(findings(page).locator("li.hint")).to_have_count(3)


def test_what_is_wrong_in_running_text_leads_into_that_text(compose, issue):
    TextBlock.objects.create(
        parent=issue,
        ordering=20,
        heading="Over slapen",
        body='<p>TODO: lees <a href="https://example.nl/">hier</a> verder.</p>',
    )
    page = compose()
    text = page.locator("#newsletter_textblock_set-0").get_by_role("textbox")

    for words in ("hier staat nog “TODO”", "“hier” zegt niet"):
        findings(page).get_by_role("button", name=words).press("Enter")
        expect(text.and_(page.get_by_label("Tekst", exact=True))).to_be_focused()
        page.get_by_label("Onderwerp").focus()
