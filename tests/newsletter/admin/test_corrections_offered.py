"""The block “Rechtgezet” comes filled with what waits, until an issue told it."""

import pytest
from django.forms import modelform_factory

from newsletter.admin.corrections_offered import (
    CorrectionsForm,
    corrections_offered,
    corrections_taken_back,
)
from newsletter.issues.blocks import CorrectionsBlock
from newsletter.mistakes.models import Correction
from newsletter.mistakes.telling import as_prose
from newsletter.rendering.email import render
from tests.factories import ArticleFactory, IssueFactory, MailingListFactory
from tests.newsletter.admin.colleagues import log_in
from tests.newsletter.mistakes.left import issue_that_left


@pytest.fixture
def issue(db):
    return IssueFactory.create()


@pytest.fixture
def waiting(now):
    return Correction.objects.create(
        article=ArticleFactory.create(title="Brood & zout", slug="brood"),
        sentence="Het is een half uur.",
        made_at=now,
    )


def block_of(issue, body=""):
    return CorrectionsBlock.objects.create(parent=issue, body=body, ordering=10)


def form_of(block):
    made = modelform_factory(CorrectionsBlock, form=CorrectionsForm, fields=["body"])
    return made(instance=block)


def test_a_new_block_comes_filled(client, issue, waiting):
    log_in(client, "Redactie")
    html = client.get(f"/admin/newsletter/issue/{issue.pk}/change/").content.decode()

    assert "Brood &amp;amp; zout" in html
    assert "1 rechtzetting wacht op lezers" in html


def test_a_block_that_came_empty_with_a_composition_is_filled(issue, waiting):
    form = form_of(block_of(issue))
    assert "Het is een half uur." in form["body"].value()


def test_what_an_editor_wrote_is_left_alone(issue, waiting):
    form = form_of(block_of(issue, "<p>Zelf geschreven.</p>"))
    assert form["body"].value() == "<p>Zelf geschreven.</p>"


def test_what_stands_in_a_block_is_not_offered_again(issue, waiting):
    assert corrections_offered(issue) == [waiting]
    block_of(issue, as_prose([waiting]))
    assert corrections_offered(issue) == []


def test_the_correction_of_another_newsletters_issue_waits_for_its_own_readers(
    issue, waiting
):
    other = MailingListFactory.create(slug="avond")
    theirs = IssueFactory.create(mailing_list=other, publication_date=None)
    Correction.objects.update(issue=theirs)
    assert corrections_offered(issue) == []


def test_an_editor_hears_of_a_correction_in_the_block_that_was_taken_back(
    client, issue, waiting
):
    log_in(client, "Redactie")
    block_of(issue, as_prose([waiting]))
    assert corrections_taken_back(issue) == []

    Correction.objects.update(is_public=False)

    html = client.get(f"/admin/newsletter/issue/{issue.pk}/change/").content.decode()
    assert "wordt niet meer verteld" in html


def test_what_the_mail_tells_waits_no_more_once_it_left(issue, waiting, now):
    block_of(issue, as_prose([waiting]))
    links = render(issue).links
    assert [link.block_kind for link in links] == ["corrections"]

    issue_that_left(now, issue=issue, told=[link.target for link in links])

    assert not Correction.objects.waiting().exists()
