"""The page on which a proposal is compared, approved or rejected."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.urls import reverse

from newsletter.delivery.models import Dispatch
from newsletter.issues.blocks import OpeningBlock
from newsletter.publishing.approval import approve
from newsletter.publishing.scheduling import schedule
from tests.newsletter.admin.colleagues import log_in, messages_of
from tests.newsletter.publishing.issues import change, issue_in_order

FRIDAY = datetime(2026, 11, 27, 18, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def friday():
    with time_machine.travel(FRIDAY, tick=False):
        yield


@pytest.fixture
def els(client, db):
    return log_in(client, "Uitgever")


@pytest.fixture
def issue(mailing_list, els):
    """Scheduled as approved, with a comma saved after that."""
    issue = issue_in_order(mailing_list)
    approve(issue, by=els, now=FRIDAY)
    schedule(issue, by=els, now=FRIDAY)
    OpeningBlock.objects.update(body="<p>Het is, stil.</p>")
    change(issue, subject="Stilte, op zondag")
    return issue


def page(name, issue):
    return reverse(f"admin:newsletter_issue_{name}", args=[issue.pk])


def test_the_page_marks_the_words_and_shows_both_mails(client, issue):
    html = client.get(page("proposal", issue)).text

    assert "Stilte<ins>,</ins> op zondag" in html
    assert "Het is<ins>,</ins> stil." in html
    assert html.count("<iframe ") == html.count(' sandbox="allow-same-origin"') == 2
    assert "Het is stil.&lt;/p&gt;" in html
    assert "zondag 29 november, 08:00 uur" in html


def test_a_press_approves_what_was_seen_and_that_leaves(client, issue):
    client.post(page("approve", issue), {"version": issue.version})

    assert Dispatch.objects.get().rendition.subject == "Stilte, op zondag"
    answer = client.get(page("proposal", issue), follow=True)
    assert "Er is geen voorstel" in messages_of(answer)


def test_a_press_rejects_and_what_was_approved_still_leaves(client, issue):
    answer = client.post(page("reject", issue), {"version": issue.version}, follow=True)

    issue.refresh_from_db()
    assert "staat er weer" in messages_of(answer)
    assert issue.subject == "Stilte op zondag"
    assert Dispatch.objects.get().rendition.subject == "Stilte op zondag"
    assert "Els gaf op" in answer.text


@pytest.mark.parametrize("version", ["", "1", "x", "9" * 30])
def test_what_was_not_seen_is_not_rejected(client, issue, version):
    answer = client.post(page("reject", issue), {"version": version}, follow=True)

    assert "intussen gewijzigd" in messages_of(answer)
    issue.refresh_from_db()
    assert issue.subject == "Stilte, op zondag"


def test_an_editor_compares_and_does_not_decide(client, issue):
    log_in(client, "Redactie", "roos")

    html = client.get(page("proposal", issue)).text

    assert "Een uitgever beslist erover" in html
    assert page("reject", issue) not in html
    assert client.post(page("reject", issue)).status_code == 403
    assert client.get(page("reject", issue)).status_code == 405


def test_a_proposal_that_is_not_in_order_says_what_to_put_right(client, issue):
    change(issue, subject="")

    html = client.get(page("proposal", issue)).text

    assert "onderwerp is leeg" in html
    assert page("approve", issue) not in html
    assert page("reject", issue) in html


def test_the_pages_of_the_issue_and_of_sunday_lead_to_it(client, issue):
    assert page("proposal", issue) in client.get(page("publish", issue)).text
    assert page("proposal", issue) in client.get(reverse("admin:index")).text
