"""The whole road of an editor without a mouse, from a pasted page to a planned Sunday.

Roos takes an article in, takes the Sunday, composes, is stopped and mends what stopped
her; meanwhile Bob works in the same issue. Pien says yes and plans it.
"""

import re
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from newsletter.articles.models import Article, ArticleState
from newsletter.delivery.models import Dispatch, DispatchState
from newsletter.issues.blocks import blocks_of
from newsletter.issues.models import Issue
from newsletter.issues.numbering import last_day_gone, next_day
from newsletter.outbox.models import OutgoingMail
from newsletter.publishing.asking_links import ask_for_coming
from newsletter.publishing.trying_links import try_due
from tests.browser.conftest import at_the_desk
from tests.browser.keys import tab_to
from tests.factories import (
    ArticleFactory,
    MailingListFactory,
    SubscriptionFactory,
    UserFactory,
)
from tests.fake_site import FakeSite
from tests.newsletter.admin.colleagues import role_of
from tests.newsletter.publishing.issues import a_kept_picture

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(300),
]
PAGE = Path(__file__).parents[1] / "payloads" / "articles" / "tuinkamer.txt"
TAKEN_IN = "Een kamer zonder dak"
BREAD, CHAIR = "Brood dat slaapt", "Een stoel bij het raam"
SUBJECT = TAKEN_IN
TOO_LONG = f"{SUBJECT}, en waarom die ook in november de fijnste plek van het huis is"
BOBS_LINE = "Met dank aan Bob: een stoel, een kleed en thee"
KINDS = ["hero", "card", "card", "text", "quote", "tips", "button", "pause_moment"]
WORDS = [
    *(TAKEN_IN, BREAD, CHAIR, "Zet de thee vast klaar.", "Rust is geen luxe"),
    *("Eerst het kleed", "Kom naar de tuin", "Adem in, en kijk omhoog."),
]


@pytest.fixture
def site(settings):
    with FakeSite() as site:
        settings.FETCH_PRIVATE_HOSTS = [site.host]
        yield site


@pytest.fixture
def mailing_list(transactional_db):
    """A list with one reader, and two articles beside the one that comes in."""
    mailing_list = MailingListFactory.create()
    SubscriptionFactory(mailing_list=mailing_list, subscriber__first_name="Sanne")
    ArticleFactory.create(title=BREAD, picture=a_kept_picture(""))
    ArticleFactory.create(title=CHAIR)
    return mailing_list


@pytest.fixture
def enter(chromium, live_server, mailing_list):
    """Let somebody of a role sit down at a browser of their own."""

    def entered(name, role):
        user = UserFactory.create(
            username=name.lower(), first_name=name, email=f"{name.lower()}@example.nl"
        )
        user.groups.add(role_of(role))
        return at_the_desk(chromium, live_server, user)

    return entered


def test_an_issue_is_made_mended_and_planned_by_keyboard_and_nothing_is_lost(
    enter, mailing_list, site
):
    pien_enters = enter("Pien", "Uitgever")
    with enter("Roos", "Redactie") as roos, enter("Bob", "Redactie") as bob:
        take_in_an_article(roos)
        make_it_public(roos)
        take_next_sunday(roos)
        put_in_articles(roos)
        write_blocks(roos, site.url("/weg"))
        write_a_subject_and_save(roos)

        is_stopped(roos)
        mend_the_subject_while_bob_writes_the_preheader(roos, bob)
        mend_the_text(roos)
        mend_the_picture(roos)
        mend_the_link(roos, site.put("/tuin", "Hier is de tuin"))
        send_herself_a_test(roos)
    with pien_enters as pien:
        approve(pien)
        schedule(pien)

    issue = Issue.objects.get()
    day = next_day(mailing_list, after=last_day_gone(mailing_list, now=timezone.now()))
    assert issue.publication_date == day
    assert [block.KIND for block in blocks_of(issue)] == KINDS
    dispatch = Dispatch.objects.get(issue=issue)
    assert dispatch.state == DispatchState.SCHEDULED
    frozen = dispatch.rendition
    assert (frozen.subject, frozen.preheader) == (SUBJECT, BOBS_LINE)
    assert [words for words in WORDS if words not in frozen.html] == []
    assert "klaar. TK" not in frozen.html


# --- The keyboard ---


def press(page, what, key="Enter"):
    """Go to something by keyboard and press it."""
    what.focus()
    expect(what).to_be_focused()
    page.keyboard.press(key)


def write(page, words):
    """Put words in place of what stands where one is."""
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(words)


def save(page):
    press(page, page.get_by_role("button", name="Bewaren", exact=True))
    expect(page.locator(".messagelist .success")).to_be_visible()


def composer_is_there(page):
    expect(page.locator("[data-weight-words]")).to_contain_text("kB")


# --- From a page to an article ---


def take_in_an_article(page):
    page.goto("/admin/newsletter/article/")
    tab_to(page, "Artikelen inlezen")
    page.keyboard.press("Enter")
    page.get_by_role("textbox", name="Tekst van een artikel").focus()
    page.keyboard.insert_text(PAGE.read_text("utf-8-sig"))
    press(page, page.get_by_role("button", name="Inlezen", exact=True))
    expect(page.get_by_role("heading", name="Dit kwam binnen")).to_be_visible()
    press(page, page.get_by_role("link", name=TAKEN_IN))


def make_it_public(page):
    state = page.locator("#id_state")
    press(page, state, "g")
    expect(state).to_have_value(ArticleState.PUBLISHED)
    press(page, page.locator("[name=_save]"))
    expect(page.locator(".messagelist .success")).to_be_visible()
    article = Article.objects.get(title__startswith=TAKEN_IN)
    assert article.state == ArticleState.PUBLISHED


# --- Composing ---


def take_next_sunday(page):
    page.goto("/admin/")
    tab_to(page, "Begin zonder blokken")
    page.keyboard.press("Enter")
    expect(page.locator(".messagelist")).to_contain_text("staat klaar om te vullen")
    composer_is_there(page)


def put_in_articles(page):
    for title in (TAKEN_IN, BREAD, CHAIR):
        page.locator("[data-library-search]").focus()
        write(page, title)
        found = page.locator("[data-library-list] strong")
        expect(found).to_have_count(1)
        expect(found).to_contain_text(title)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(page.locator("[data-library-said]")).to_contain_text(
            "staat in de editie"
        )
        expect(page.locator(".article:focus")).to_contain_text(title)


def write_blocks(page, dead_link):
    for letter, kind, field, lines in (
        ("t", "Tekst", "heading", ["Tot slot", "Zet de thee vast klaar. TK"]),
        ("c", "Citaat", "text", ["Rust is geen luxe", "Oma Zus"]),
        ("t", "Tips", "heading", ["Zo begin je", "Eerst het kleed\nDan de thee"]),
        ("k", "Knop", "label", ["Kom naar de tuin", dead_link]),
        ("m", "Moment van rust", "heading", ["Even niets", "Adem in, en kijk omhoog."]),
    ):
        add_a_block(page, letter, kind)
        expect(page.locator(":focus")).to_have_attribute(
            "name", re.compile(rf"block_set-0-{field}$")
        )
        fill_in(page, lines)


def add_a_block(page, letter, kind):
    press(page, page.locator(".order-machine-insert-target.last"))
    expect(page.locator(".plugin-button:focus")).to_have_count(1)
    for _press in range(3):
        page.keyboard.press(letter)
        if kind in (page.locator(":focus").text_content() or ""):
            break
    expect(page.locator(":focus")).to_contain_text(kind)
    page.keyboard.press("Enter")


def fill_in(page, lines):
    first, second = lines
    write(page, first)
    to_the_next_field(page)
    write(page, second)


def to_the_next_field(page):
    """Go on with Tab past the buttons of a text editor, to where one writes."""
    written_in = "input:focus, textarea:focus, .ProseMirror:focus"
    for _press in range(30):
        page.keyboard.press("Tab")
        if page.locator(written_in).count():
            return
    raise AssertionError("no Tab leads to a field")


def write_a_subject_and_save(page):
    page.get_by_label("Onderwerp").focus()
    write(page, TOO_LONG)
    page.get_by_label("Voorproefje").focus()
    write(page, "Van Roos")
    save(page)


# --- Stopped, and mended where each line leads ---


def clock_tries_the_links(page):
    """Try them as the sweep does, while the page asks the database nothing."""
    page.wait_for_load_state("networkidle")
    ask_for_coming(timezone.now())
    try_due(timezone.now(), is_online=lambda: True)
    page.reload()


def look(page):
    press(page, page.get_by_role("link", name="Controleren en versturen"))
    return page.get_by_role("region", name=re.compile("eerst goed"))


def is_stopped(page):
    stops = look(page).locator(".desk-stop")
    expect(stops).to_have_count(3)
    clock_tries_the_links(page)
    expect(stops).to_have_count(4)


def follow(page, words):
    """Follow the link of the line that says this."""
    press(page, page.get_by_role("link", name=re.compile(f"Naar de plek.*{words}")))


def mend_the_subject_while_bob_writes_the_preheader(page, bob):
    follow(page, "onderwerp")
    expect(page.get_by_label("Onderwerp")).to_be_focused()
    composer_is_there(page)

    bob.goto(page.url.partition("#")[0])
    composer_is_there(bob)
    bob.get_by_label("Voorproefje").focus()
    write(bob, BOBS_LINE)
    save(bob)
    bob.goto("/admin/")

    page.get_by_label("Onderwerp").focus()
    write(page, SUBJECT)
    save(page)
    expect(page.locator(".messagelist")).to_contain_text("Samengevoegd met wat")
    expect(page.get_by_label("Voorproefje")).to_have_value(BOBS_LINE)
    expect(look(page).locator(".desk-stop")).to_have_count(3)


def mend_the_text(page):
    follow(page, "nog “TK”")
    text = page.locator("#newsletter_textblock_set-0 .tiptap.ProseMirror")
    expect(text).to_be_focused()
    write(page, "Zet de thee vast klaar.")
    save(page)
    expect(look(page).locator(".desk-stop")).to_have_count(2)


def mend_the_picture(page):
    issue_page = page.url
    follow(page, "geen alternatieve tekst")
    expect(page.locator("#id_alt")).to_be_focused()
    page.keyboard.insert_text("Een deeg onder een theedoek")
    press(page, page.locator("[name=_save]"))
    expect(page.locator(".messagelist .success")).to_be_visible()
    page.goto(issue_page)


def mend_the_link(page, living_link):
    expect(page.locator(".desk-stop")).to_have_count(1)
    follow(page, "die niet bestaat")
    expect(page.locator("[name$=buttonblock_set-0-url]")).to_be_focused()
    write(page, living_link)
    save(page)
    press(page, page.get_by_role("link", name="Controleren en versturen"))
    expect(page.get_by_role("region", name="Akkoord")).to_be_visible()
    clock_tries_the_links(page)
    expect(page.locator(".desk-stop")).to_have_count(0)


def send_herself_a_test(page):
    tab_to(page, "Mail mij een proef")
    page.keyboard.press("Enter")
    expect(page.locator(".messagelist")).to_contain_text("roos@example.nl")
    mail = OutgoingMail.objects.get()
    assert SUBJECT in mail.subject
    # Who makes an issue does not say yes to it.
    expect(page.get_by_role("button", name="Akkoord zoals hij nu is")).to_have_count(0)


# --- Pien ---


def approve(page):
    page.goto("/admin/")
    tab_to(page, "Controleren en versturen")
    page.keyboard.press("Enter")
    tab_to(page, "Akkoord zoals hij nu is")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Akkoord")).to_contain_text("Pien")


def schedule(page):
    tab_to(page, "Inplannen…")
    page.keyboard.press("Enter")
    expect(page.locator(".desk-sentence")).to_contain_text(
        re.compile(r"^Zondag .* om 08:00 uur Nederlandse tijd naar 1 abonnee")
    )
    tab_to(page, "Inplannen voor")
    page.keyboard.press("Enter")
    expect(page.locator(".messagelist")).to_contain_text("Ingepland")
