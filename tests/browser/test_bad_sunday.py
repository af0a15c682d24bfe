"""A bad Sunday on a phone: every page of an issue that leaves, and what it does."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import expect

from newsletter.delivery.models import BatchState, Delivery, Dispatch, DispatchState
from newsletter.delivery.preparation import start
from newsletter.publishing.approval import approve
from newsletter.publishing.scheduling import schedule
from tests.browser.axe import PHONE, faults
from tests.browser.conftest import at_the_desk
from tests.factories import SubscriptionFactory, UserFactory
from tests.newsletter.publishing.issues import change, issue_in_order

pytestmark = pytest.mark.django_db(transaction=True)
ZONES = ("", "", "", "Europe/London", "America/New_York", "Pacific/Auckland", "", "")
PAGES = (
    "er-is-iets-mis",
    "link",
    "tekst",
    "weg",
    "stoppen",
    "hervatten",
    "onzeker",
    "wie-heeft-welke",
    "lezers/accepted",
    "lezers/waiting",
    "lezers/rejected",
    "lezers/unknown",
    "lezers/bounced",
)
# What a thumb must hit: links and buttons of the page itself.
TOO_SMALL = """() => [...document.querySelectorAll(
    '#content :is(a, button, summary, input:not([type=hidden]))')]
  .map((element) => [element, element.getBoundingClientRect()])
  .filter(([, box]) => box.width && box.height < 44)
  .map(([element]) => element.outerHTML.slice(0, 120))"""


@pytest.fixture
def publisher(db):
    els = UserFactory.create()
    els.is_superuser = True
    els.save()
    return els


@pytest.fixture
def phone(chromium, live_server, publisher):
    """Els has her phone in her hand and is logged in."""
    with at_the_desk(chromium, live_server, publisher) as page:
        page.set_viewport_size(PHONE)
        yield page


@pytest.fixture
def dispatch(mailing_list, publisher):
    """One in the middle: accepted, refused, uncertain, come back and waiting."""
    cache.clear()
    mailing_list.group_size = 1
    mailing_list.own_morning = True
    mailing_list.save()
    for number, zone in enumerate(ZONES):
        SubscriptionFactory(
            mailing_list=mailing_list,
            subscriber__address=f"lezer{number}@post.example.nl",
            subscriber__time_zone=zone,
        )
    issue = issue_in_order(mailing_list)
    now = timezone.now()
    issue.publication_date = timezone.localdate() + timedelta(days=2)
    issue.save()
    approve(issue, by=publisher, now=now)
    dispatch = schedule(issue, by=publisher, now=now)
    Dispatch.objects.filter(pk=dispatch.pk).update(due_at=now)
    start(dispatch.pk, now=now)
    dispatch.refresh_from_db()
    let_some_have_it(dispatch, now)
    return dispatch


def let_some_have_it(dispatch, now):
    numbers = dispatch.batches.values_list("number", flat=True)
    some = dispatch.batches.filter(number__in=numbers[:5])
    some.update(state=BatchState.DONE, submitted_at=now, resolved_at=now)
    came_back, refused, uncertain = dispatch.deliveries.filter(batch__in=some)[:3]
    Delivery.objects.filter(pk=came_back.pk).update(event="bounced")
    Delivery.objects.filter(pk=refused.pk).update(
        exception="rejected", reason="SMTP 550"
    )
    Delivery.objects.filter(pk=uncertain.pk).update(exception="unknown")


def address(dispatch, page="change"):
    return f"/admin/newsletter/dispatch/{dispatch.pk}/{page}/"


def faults_in_one_hand(phone, where):
    """Return what is wrong with a page for whoever holds it in one hand."""
    phone.goto(where)
    small = [("too small to hit", one) for one in phone.evaluate(TOO_SMALL)]
    return [(where, *fault) for fault in (*faults(phone, PHONE), *small)]


def test_everyone_can_use_these_pages_on_a_phone(phone, dispatch):
    found = faults_in_one_hand(phone, "/admin/newsletter/dispatch/")
    for page in ("change", *PAGES):
        found += faults_in_one_hand(phone, address(dispatch, page))
    found += faults_in_one_hand(phone, "/admin/newsletter/providerpace/")
    found += faults_in_one_hand(phone, "/admin/newsletter/providerpace/local/change/")
    assert found == []


def test_everyone_can_use_the_page_in_every_state(phone, dispatch, publisher):
    Dispatch.objects.update(state=DispatchState.PAUSED)
    change(dispatch.issue, subject="Zonder fout")
    approve(dispatch.issue, by=publisher, now=timezone.now())
    found = []
    for state in DispatchState:
        withdrawn_at = timezone.now() if state == DispatchState.CANCELLED else None
        Dispatch.objects.update(
            state=state, pause_reason="De tekst klopt niet.", withdrawn_at=withdrawn_at
        )
        found += faults_in_one_hand(phone, address(dispatch))
    Dispatch.objects.update(state=DispatchState.PAUSED)
    assert found + faults_in_one_hand(phone, address(dispatch, "tekst")) == []


def test_the_page_follows_by_itself_and_keeps_what_is_being_typed(phone, dispatch):
    phone.goto(address(dispatch))
    expect(phone.get_by_role("status")).to_have_text("3 van 8 lezers hebben hem")
    dispatch.batches.filter(state=BatchState.READY).update(state=BatchState.DONE)
    expect(phone.get_by_role("status")).to_have_text("6 van 8 lezers hebben hem")

    phone.get_by_label("Spreid de rest").fill("45")
    phone.get_by_label("Spreid de rest").blur()
    phone.wait_for_timeout(3000)
    expect(phone.get_by_label("Spreid de rest")).to_have_value("45")


def test_a_page_without_news_says_that_it_is_old(phone, dispatch):
    phone.goto(address(dispatch))
    expect(phone.get_by_text("Deze pagina loopt vanzelf mee")).to_be_visible()
    phone.route("**/change/", lambda route: route.abort())
    expect(phone.get_by_text("Er komt geen nieuws meer binnen")).to_be_visible()


def test_a_wrong_text_is_held_corrected_and_sent_on_with_a_thumb(
    phone, dispatch, publisher
):
    phone.goto(address(dispatch))
    phone.get_by_role("link", name="Er is iets mis").click()
    phone.get_by_role("button", name="Pauzeer nu").click()
    phone.get_by_role("link", name="Verbeter de rest").click()
    expect(phone.get_by_text("Hij staat op pauze.")).to_be_visible()

    change(dispatch.issue, subject="Zonder fout")
    approve(dispatch.issue, by=publisher, now=timezone.now())
    phone.reload()
    phone.get_by_role("button", name="Ga verder met de verbeterde tekst").click()
    expect(phone.get_by_role("heading", name="Onderweg", exact=True)).to_be_visible()
    phone.get_by_role("link", name="Wie heeft welke tekst").click()
    expect(phone.get_by_role("heading", name="Zonder fout")).to_be_visible()
