"""Approving in a real browser: a late comma, remarks, the countdown, by keyboard."""

from contextlib import ExitStack
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from newsletter.delivery.models import Dispatch, DispatchState
from newsletter.delivery.preparation import start
from newsletter.issues.numbering import last_day_gone, next_free_day
from newsletter.publishing.approval import approve
from newsletter.publishing.models import Comment
from newsletter.publishing.scheduling import schedule
from tests.browser.axe import DESK, PHONE, faults
from tests.browser.conftest import at_the_desk
from tests.browser.keys import tab_to
from tests.factories import MailingListFactory
from tests.newsletter.admin.colleagues import log_in
from tests.newsletter.publishing.issues import issue_in_order

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def mailing_list(transactional_db):
    return MailingListFactory.create()


@pytest.fixture
def issue(mailing_list):
    """The issue of the coming Sunday, as Els and Pien may approve it."""
    after = last_day_gone(mailing_list, now=timezone.now())
    day = next_free_day(mailing_list, after=after)
    return issue_in_order(mailing_list, publication_date=day)


@pytest.fixture
def enter(chromium, live_server):
    """A page for somebody of a role, in a browser of their own."""
    with ExitStack() as desks:

        def entered(role, name):
            user = log_in(Client(), role, name)
            return desks.enter_context(at_the_desk(chromium, live_server, user))

        yield entered


def leave(page):
    """Go elsewhere: an open issue goes on telling the server who is there."""
    page.goto("about:blank")
    page.wait_for_load_state("networkidle")


def test_a_comma_at_half_past_eleven_never_cancels_sunday(enter, issue):
    pien = enter("Uitgever", "pien")
    by = log_in(Client(), "Uitgever", "els")
    approve(issue, by=by, now=timezone.now())
    dispatch = schedule(issue, by=by, now=timezone.now())

    roos = enter("Redactie", "roos")
    roos.goto(f"/admin/newsletter/issue/{issue.pk}/change/")
    roos.locator("#id_subject").fill("Stilte, op zondag")
    roos.get_by_role("button", name="Bewaren", exact=True).first.click()
    expect(roos.locator(".messagelist")).to_contain_text("is een voorstel")

    leave(roos)

    dispatch.refresh_from_db()
    assert dispatch.state == DispatchState.SCHEDULED
    pien.goto("/admin/")
    tab_to(pien, "Er ligt een voorstel")
    pien.keyboard.press("Enter")
    expect(pien.locator("ins")).to_have_text(",")
    for mail in pien.locator("iframe").all():
        expect(mail.content_frame.locator("h1").first).to_be_visible()
    tab_to(pien, "Afwijzen")
    pien.keyboard.press("Enter")
    expect(pien.locator(".messagelist")).to_contain_text("staat er weer")

    assert start(dispatch.pk, now=dispatch.due_at)
    dispatch.refresh_from_db()
    issue.refresh_from_db()
    assert dispatch.rendition.subject == issue.subject == "Stilte op zondag"


def test_an_untouched_proposal_stays_behind_when_sunday_leaves(enter, issue):
    els = log_in(Client(), "Uitgever", "els")
    approve(issue, by=els, now=timezone.now())
    dispatch = schedule(issue, by=els, now=timezone.now())
    roos = enter("Redactie", "roos")
    roos.goto(f"/admin/newsletter/issue/{issue.pk}/change/")
    roos.locator("#id_preheader").fill("En vier manieren om hem te vinden")
    roos.get_by_role("button", name="Bewaren", exact=True).first.click()
    expect(roos.locator(".messagelist")).to_contain_text("is een voorstel")
    leave(roos)

    assert start(dispatch.pk, now=dispatch.due_at)

    dispatch.refresh_from_db()
    assert dispatch.rendition.preheader == "En drie manieren om hem te vinden"


def test_colleagues_talk_and_no_save_of_the_issue_loses_a_word(enter, issue):
    roos = enter("Redactie", "roos")
    composing = roos.context.new_page()
    composing.goto(f"/admin/newsletter/issue/{issue.pk}/change/")
    roos.goto(f"/admin/newsletter/issue/{issue.pk}/change/")
    tab_to(roos, "Opmerkingen")
    roos.keyboard.press("Enter")
    roos.locator("#text").focus()
    roos.keyboard.type("Klopt dit cijfer?")
    tab_to(roos, "Opschrijven")
    roos.keyboard.press("Enter")
    expect(roos.locator(".desk-said")).to_contain_text("Klopt dit cijfer?")

    composing.locator("#id_subject").fill("Stilte op een zondag")
    composing.get_by_role("button", name="Bewaren", exact=True).first.click()
    expect(composing.locator(".object-tools")).to_contain_text("1 open opmerking")
    leave(composing)

    els = enter("Uitgever", "els")
    els.goto(f"/admin/newsletter/dispatch/editie/{issue.pk}/")
    expect(els.locator("#comments")).to_have_text("1 open opmerking")
    assert Comment.objects.get().text == "Klopt dit cijfer?"


def test_what_is_sent_now_counts_down_and_is_taken_back_by_keyboard(enter, issue):
    els = enter("Uitgever", "els")
    approve(issue, by=log_in(Client(), "Uitgever", "els"), now=timezone.now())
    els.goto(f"/admin/newsletter/dispatch/editie/{issue.pk}/nu-versturen/")
    tab_to(els, "Versturen over vijf minuten")
    els.keyboard.press("Enter")

    expect(els.get_by_role("timer")).to_contain_text("nog 4 minuten")
    tab_to(els, "Terugnemen")
    els.keyboard.press("Enter")

    expect(els.locator(".messagelist")).to_contain_text("Geannuleerd")
    assert Dispatch.objects.get().state == DispatchState.CANCELLED


def test_everyone_can_use_every_page(enter, issue):
    els = log_in(Client(), "Uitgever", "els")
    approve(issue, by=els, now=timezone.now())
    dispatch = schedule(issue, by=els, now=timezone.now())
    Dispatch.objects.filter(pk=dispatch.pk).update(
        due_at=timezone.now() + timedelta(minutes=4)
    )
    issue.version += 1
    issue.subject = "Stilte, op zondag"
    issue.save()
    page = enter("Uitgever", "els")
    desk = f"/admin/newsletter/dispatch/editie/{issue.pk}/"
    for address in (desk, f"{desk}voorstel/", f"{desk}opmerkingen/"):
        page.goto(address)
        assert faults(page, DESK, PHONE) == [], address


def test_the_reserve_is_one_press_away_on_a_phone(enter, mailing_list):
    tomorrow = timezone.localdate() + timedelta(days=1)
    mailing_list.weekday = tomorrow.weekday()
    mailing_list.unready_reminder_days = 6
    mailing_list.save()
    reserve = issue_in_order(mailing_list, publication_date=None, subject="Altijd goed")
    approve(reserve, by=log_in(Client(), "Uitgever", "pien"), now=timezone.now())
    els = enter("Uitgever", "els")

    els.goto("/admin/")
    assert faults(els, PHONE) == []
    tab_to(els, "Laat de reserve vertrekken")
    els.keyboard.press("Enter")

    expect(els.locator(".messagelist")).to_contain_text("is ingepland voor")
    assert Dispatch.objects.get().issue == reserve
