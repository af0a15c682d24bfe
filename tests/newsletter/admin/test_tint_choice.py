"""Choosing a tint in the form of an issue, and seeing it in the mail."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from newsletter.colours import Palette
from newsletter.issues.models import Issue
from newsletter.publishing.approval import approve
from newsletter.tints import Tint, tinted
from tests.factories import IssueFactory, UserFactory
from tests.newsletter.admin.colleagues import log_in
from tests.newsletter.admin.test_composer import typed
from tests.newsletter.publishing.issues import issue_in_order

GLOW = tinted(Palette(), Tint.GLOW)


@pytest.fixture
def issue(mailing_list):
    return IssueFactory(mailing_list=mailing_list)


@pytest.fixture
def editor(client, db):
    return log_in(client, "Redactie")


def address_of(issue, page="change"):
    return reverse(f"admin:newsletter_issue_{page}", args=[issue.pk])


def test_each_tint_is_offered_by_name_and_by_its_colour_in_words(client, editor, issue):
    page = BeautifulSoup(client.get(address_of(issue)).content, "html.parser")
    offered = page.select_one("[role=radiogroup][aria-label=Tint]")
    names = [" ".join(label.text.split()) for label in offered.select("label")]
    assert names == [
        "Zoals de nieuwsbrief zandkleur",
        "Gloed zachtroze",
        "Dauw lichtgroen",
        "Nevel lichtgrijs",
    ]
    assert [one["value"] for one in offered.select("[checked]")] == [""]


def test_what_is_chosen_is_saved(client, editor, issue):
    client.post(address_of(issue), typed(issue, tint="dew"))
    assert Issue.objects.get().tint == Tint.DEW


def test_a_tint_that_does_not_exist_is_refused_in_a_sentence(client, editor, issue):
    answer = client.post(address_of(issue), typed(issue, tint="neon"))
    assert answer.status_code == 200
    assert "neon" in answer.content.decode()
    assert Issue.objects.get().tint == ""


def test_the_preview_shows_the_tint_before_it_is_saved(client, editor, issue):
    answer = client.post(address_of(issue, "preview"), typed(issue, tint="glow"))
    assert GLOW.paper in answer.json()["html"]
    assert GLOW.paper_in_dark in answer.json()["html"]


def test_an_approved_issue_keeps_the_tint_it_was_approved_in(mailing_list, now):
    issue = issue_in_order(mailing_list, tint=Tint.GLOW)
    rendition = approve(issue, by=UserFactory.create(), now=now).rendition
    Issue.objects.update(tint="")
    rendition.refresh_from_db()
    assert GLOW.paper in rendition.html
