"""The look over an issue, beside the mail while it is typed."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from newsletter.issues.blocks import (
    AdvertorialBlock,
    ButtonBlock,
    CardBlock,
    ImageBlock,
    TextBlock,
    blocks_of,
)
from newsletter.publishing.asking_links import ask_for_coming
from newsletter.publishing.finding_models import LinkCheck, LinkState
from newsletter.publishing.trying_links import key_of, try_due
from tests.browser.axe import DESK, PHONE, faults
from tests.factories import ArticleFactory, SubscriptionFactory
from tests.fake_site import FakeSite
from tests.newsletter.publishing.issues import a_kept_picture

pytestmark = pytest.mark.django_db(transaction=True)


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


# --- Put right by one press, in the form ---


def press(page, words):
    button = findings(page).get_by_role("button", name=re.compile(f"^{words}"))
    button.focus()
    page.keyboard.press("Enter")


@pytest.fixture
def mendable(issue):
    """A subject with too many signs, a link over http, no help named."""
    issue.subject = "Eindelijk weer rust!!"
    issue.save()
    TextBlock.objects.create(
        parent=issue,
        ordering=20,
        body='<p>Over anorexia, <a href="http://example.nl/a">ons verhaal</a>.</p>',
    )
    LinkCheck.objects.create(
        key=key_of("http://example.nl/a"),
        address="http://example.nl/a",
        state=LinkState.FINE,
        answers_over_https=True,
        asked_at=timezone.now(),
        tried_at=timezone.now(),
    )
    AdvertorialBlock.objects.create(
        parent=issue, ordering=5, advertiser="Thee BV", title="Thee", body="<p>Stil</p>"
    )
    return issue


def test_a_press_fills_in_the_field_and_is_taken_back(compose, mendable):
    page = compose()
    subject, told = page.get_by_label("Onderwerp"), page.locator("[data-undo]")

    press(page, "Houd er één over")
    expect(subject).to_have_value("Eindelijk weer rust!")
    expect(subject).to_be_focused()
    expect(told).to_contain_text("Er is nog niets bewaard")
    expect(findings(page).get_by_role("button", name="Houd er één")).to_have_count(0)

    page.keyboard.press("Control+z")
    expect(subject).to_have_value("Eindelijk weer rust!!")
    press(page, "Houd er één over")
    told.get_by_role("button", name="Ongedaan maken").press("Enter")
    expect(subject).to_have_value("Eindelijk weer rust!!")
    mendable.refresh_from_db()
    assert (mendable.subject, mendable.version) == ("Eindelijk weer rust!!", 1)


def test_whoever_stands_on_a_press_stays_there_while_the_list_is_told_anew(
    compose, mendable
):
    page = compose()
    button = findings(page).get_by_role("button", name=re.compile("^Maak er https van"))
    button.focus()
    page.locator("#id_subject").evaluate(
        "field => { field.value = 'TK';"
        " field.dispatchEvent(new Event('input', {bubbles: true})) }"
    )
    expect(findings(page)).to_contain_text("“TK”")
    expect(button).to_be_focused()


def test_a_press_changes_running_text_beside_what_is_typed(compose, mendable):
    page = compose()
    page.locator("#id_preheader").fill("Wat ik net typte en niet bewaarde")

    press(page, "Maak er https van")

    body = page.locator("#id_newsletter_textblock_set-0-body")
    expect(body).to_have_value(re.compile('href="https://example.nl/a"'))
    expect(page.locator("#id_preheader")).to_have_value(
        "Wat ik net typte en niet bewaarde"
    )
    page.keyboard.press("Control+z")
    expect(body).to_have_value(re.compile("http://"))


def test_whoever_goes_on_at_once_is_not_pulled_back_into_a_new_block(compose, mendable):
    page = compose()
    button = findings(page).get_by_role("button", name=re.compile("^Zet de hulplijn"))
    button.evaluate(
        "press => { press.click(); document.querySelector('summary').focus() }"
    )
    page.wait_for_timeout(200)  # longer than a new block takes to ask for the keyboard
    expect(page.locator("#newsletter_helplineblock_set-0")).to_be_visible()
    expect(page.locator("summary").first).to_be_focused()


def test_a_press_puts_in_and_moves_blocks_and_all_of_it_is_saved_together(
    compose, mendable
):
    page = compose()

    press(page, "Zet de hulplijn erin")
    help_line = page.locator("#id_newsletter_helplineblock_set-0-help_line")
    expect(help_line).to_have_value("slankofniet")
    press(page, "Zet hem achter de verhalen")
    expect(findings(page)).not_to_contain_text("vóór het eerste verhaal")
    page.locator("[name=_continue]").click()
    expect(page.locator(".messagelist")).to_contain_text("bewaard")

    kinds = [block.KIND for block in blocks_of(mendable)]
    assert kinds == ["card", "advertorial", "text", "help_line"]


def test_a_press_on_what_is_of_another_page_keeps_what_is_typed(compose, issue):
    picture = a_kept_picture("Foto van een stoel")
    ImageBlock.objects.create(parent=issue, ordering=30, picture=picture)
    page = compose()
    page.get_by_label("Onderwerp").fill("Een onderwerp dat nog niet bewaard is")

    expect(findings(page)).to_contain_text("wordt meteen bewaard (afbeelding)")
    press(page, "Haal “Foto van” weg")

    expect(findings(page)).not_to_contain_text("Foto van")
    expect(page.locator("[data-announce]")).to_contain_text("Gedaan")
    expect(page.locator("[data-findings] > summary")).to_be_focused()
    expect(page.get_by_label("Onderwerp")).to_have_value(
        "Een onderwerp dat nog niet bewaard is"
    )
    picture.refresh_from_db()
    assert picture.alt == "Een stoel"


# --- The page from which an issue leaves ---


@pytest.fixture
def all_severities(troubled):
    """Something that stops, that warns, and more advice than is shown at once."""
    troubled.preheader = ""
    troubled.save()
    return troubled


def look(page, issue):
    page.goto(f"/admin/newsletter/dispatch/editie/{issue.pk}/")


def test_everyone_can_use_the_look_over_an_issue(desk, all_severities):
    look(desk, all_severities)
    assert faults(desk, DESK, PHONE) == []
    for fold in desk.locator(".desk-fold > summary").all():
        fold.press("Enter")
    expect(desk.get_by_text("Het postadres staat in de mail.")).to_be_visible()
    assert faults(desk, DESK, PHONE) == []

    desk.get_by_role("link", name="Toch doorlaten").first.press("Enter")
    desk.get_by_role("button", name="Toch doorlaten").press("Enter")
    expect(desk.get_by_text("minstens 10 tekens")).to_be_visible()
    assert faults(desk, DESK, PHONE) == []


def test_everyone_can_use_the_list_beside_the_mail(compose, all_severities):
    page = compose()
    expect(findings(page).locator("li.stop")).to_have_count(2)
    expect(findings(page).locator("li.warn").first).to_be_visible()
    expect(findings(page).locator(".mend").first).to_be_visible()
    assert faults(page, DESK, PHONE, within="[data-findings]") == []


def test_every_stop_is_mended_or_let_go_by_keyboard(desk, troubled, site):
    look(desk, troubled)
    desk.get_by_role("button", name="Houd er één over").press("Enter")
    expect(desk.get_by_text("Gedaan: Houd er één over")).to_be_visible()

    stop = desk.get_by_role("listitem").filter(has_text="“TK”")
    stop.get_by_role("link", name="Toch doorlaten").press("Enter")
    desk.get_by_label("Waarom mag het toch door?").fill("TK is hier de Tweede Kamer")
    desk.get_by_role("button", name="Toch doorlaten").press("Enter")
    expect(desk.get_by_text("“TK is hier de Tweede Kamer”")).to_be_visible()

    site.put("/weg", "Toch nog hier")
    desk.get_by_role("button", name="Probeer de links opnieuw").press("Enter")
    expect(desk.get_by_text("opnieuw geprobeerd")).to_be_visible()
    try_due(timezone.now(), is_online=lambda: True)
    desk.reload()
    expect(desk.locator("li.desk-stop")).to_have_count(0)
