"""The page on which subjects are tried, and what each brought."""

import pytest
from django.urls import reverse

from newsletter.delivery.models import (
    Dispatch,
    DispatchState,
)
from newsletter.delivery.subject_choice import SubjectChoice, SubjectScore
from newsletter.issues.blocks import TextBlock
from newsletter.issues.subject_tests import subjects_of
from newsletter.rendering.freezing import freeze
from tests.factories import IssueFactory
from tests.newsletter.admin.colleagues import log_in

OTHER = "Een kwartier niets"


@pytest.fixture
def issue(mailing_list):
    issue = IssueFactory.create(mailing_list=mailing_list)
    TextBlock.objects.create(
        parent=issue, ordering=1, body='<p>Zie <a href="https://a.example/">a</a>.</p>'
    )
    return issue


@pytest.fixture
def els(client, db):
    log_in(client, "Uitgever")
    return client


def page_of(issue):
    return reverse("admin:newsletter_issue_subjects", args=[issue.pk])


def filled_in(issue, **changed):
    return {
        "second": OTHER,
        "share_percent": 20,
        "wait_minutes": 120,
        "version": issue.version,
        **changed,
    }


def test_another_subject_is_tried_after_a_press(els, issue):
    answer = els.post(page_of(issue), filled_in(issue), follow=True)
    assert subjects_of(issue) == ["Stilte op zondag", OTHER]
    assert "2 onderwerpen worden tegen elkaar geprobeerd" in answer.text


def test_the_form_shows_what_is_tried_now(els, issue):
    els.post(page_of(issue), filled_in(issue, share_percent=30, wait_minutes=60))
    page = els.get(page_of(issue)).text
    assert f'value="{OTHER}"' in page
    assert 'value="30"' in page
    assert 'value="60"' in page


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"second": "Stilte op zondag"}, "zijn hetzelfde"),
        ({"second": "Een\x00kwartier"}, "teken"),
        ({"share_percent": 80}, "50"),
        ({"wait_minutes": ""}, "verplicht"),
        ({"version": 99}, "intussen gewijzigd"),
    ],
)
def test_what_cannot_be_tried_is_said_and_what_was_typed_stays(
    els, issue, changed, words
):
    answer = els.post(page_of(issue), filled_in(issue, third="Ook mooi", **changed))
    assert answer.status_code == 400
    assert words in answer.text
    assert 'value="Ook mooi"' in answer.text
    assert subjects_of(issue) == ["Stilte op zondag"]


def test_who_may_not_change_an_issue_tries_no_subjects(client, issue):
    log_in(client, "Lezersservice", "bob")
    assert client.post(page_of(issue), filled_in(issue)).status_code == 403
    assert subjects_of(issue) == ["Stilte op zondag"]


@pytest.fixture
def left(issue, now):
    """An issue that tried two subjects; the second did best."""
    dispatch = Dispatch.objects.create(
        issue=issue,
        rendition=freeze(issue, by=None, now=now),
        state=DispatchState.SENT,
        due_local="2026-11-29T08:00:00",
        time_zone="Europe/Amsterdam",
        due_at=now,
        start_before=now,
        created_at=now,
        started_at=now,
        opened_at=now,
    )
    issue.subject = OTHER
    other = freeze(issue, by=None, now=now)
    choice = SubjectChoice.objects.create(
        dispatch=dispatch, wait_minutes=120, decided_at=now, chosen=other
    )
    for rendition, presses in ((dispatch.rendition, 12), (other, 31)):
        SubjectScore.objects.create(
            choice=choice, rendition=rendition, readers=200, presses=presses
        )
    return dispatch


def test_the_page_of_a_dispatch_says_what_each_subject_brought(els, left):
    page = els.get(reverse("admin:newsletter_dispatch_change", args=[left.pk])).text
    assert "Welk onderwerp het best werkte" in page
    assert "6,0" in page
    assert "15,5" in page
    assert page.index(OTHER) < page.index("dit kreeg de rest")
