"""A mail of its own for who has the mistake: an issue like any other, made once."""

import pytest

from newsletter.issues.aiming import aim_in_words, aim_of
from newsletter.issues.blocks import blocks_of
from newsletter.issues.models import Issue
from newsletter.mistakes.handling import ChangedMeanwhile
from newsletter.mistakes.models import Correction
from newsletter.mistakes.telling import begin_mail
from subscribers.models import Segment
from tests.factories import IssueFactory
from tests.newsletter.mistakes.left import issue_that_left


@pytest.fixture
def dispatch(article, now):
    return issue_that_left(now, article, issue=IssueFactory.create(number=7))


@pytest.fixture
def correction(article, now):
    return Correction.objects.create(
        article=article, sentence="Het is een half uur.", made_at=now
    )


def test_it_is_for_who_has_the_issue_and_says_what_was_wrong(
    correction, dispatch, els, now
):
    issue = begin_mail(correction, dispatch, by=els, now=now)

    assert aim_in_words(aim_of(issue)) == "de selectie “Kreeg editie 7”"
    assert issue.segment.conditions == [{"what": "got_issue", "value": 7}]
    assert "Het is een half uur." in blocks_of(issue)[-1].body
    assert issue.publication_date.isoformat() == "2026-11-27"


def test_it_may_be_for_who_got_the_earlier_text_only(correction, dispatch, els, now):
    issue = begin_mail(correction, dispatch, only_earlier_text=True, by=els, now=now)

    assert issue.segment.conditions == [{"what": "got_earlier_text_of", "value": 7}]


def test_a_selection_of_that_name_for_others_is_left_to_its_maker(
    correction, dispatch, els, now
):
    others = [{"what": "got_issue", "value": 3}]
    mailing_list = dispatch.issue.mailing_list
    Segment.objects.create(
        mailing_list=mailing_list, name="Kreeg editie 7", conditions=others
    )

    issue = begin_mail(correction, dispatch, by=els, now=now)

    assert issue.segment.conditions == [{"what": "got_issue", "value": 7}]
    assert issue.segment.name == "Kreeg editie 7 (2)"


def test_it_is_begun_once(correction, dispatch, els, now):
    begin_mail(correction, dispatch, by=els, now=now)

    with pytest.raises(ChangedMeanwhile):
        begin_mail(correction, dispatch, by=els, now=now)
    assert Issue.objects.count() == 2
