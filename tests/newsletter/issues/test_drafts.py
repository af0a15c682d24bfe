"""What was typed is kept until it is saved, and no longer than it should."""

from datetime import timedelta
from uuid import uuid4

import pytest

from newsletter.issues.drafts import (
    KEPT_FOR,
    discard,
    finish,
    forget_old_drafts,
    go_on,
    keep,
)
from newsletter.issues.models import Draft
from tests.factories import IssueFactory, UserFactory

PAGE = uuid4()


@pytest.fixture
def els(db):
    return UserFactory.create()


@pytest.fixture
def issue(els):
    return IssueFactory.create()


@pytest.fixture
def typed(issue, els, now):
    def typed(form, turn, page=PAGE, at=now):
        return keep(issue, by=els, page=page, turn=turn, form=form, now=at)

    return typed


def forms(issue, els):
    return [draft.form for draft in Draft.objects.unfinished(issue, els)]


def test_the_last_turn_is_kept_whatever_order_they_arrive_in(typed, issue, els):
    assert typed("een", 1)
    assert typed("drie", 3)
    assert typed("twee", 2)
    assert forms(issue, els) == ["drie"]


def test_two_windows_of_one_person_keep_a_draft_each(typed, issue, els):
    typed("hier", 1)
    typed("daar", 1, page=uuid4())
    assert sorted(forms(issue, els)) == ["daar", "hier"]


def test_a_keeping_that_comes_after_saving_brings_nothing_back(typed, issue, els, now):
    typed("een", 1)
    finish(issue, by=els, page=PAGE, now=now)
    assert not typed("twee", 2)
    assert forms(issue, els) == []
    assert Draft.objects.get().form == ""


def test_saving_before_the_first_keeping_finishes_it_as_well(typed, issue, els, now):
    finish(issue, by=els, page=PAGE, now=now)
    assert not typed("een", 1)


def test_nobody_keeps_on_the_page_of_somebody_else(typed, issue, els, now):
    typed("van Els", 1)
    bob = UserFactory.create(username="bob")
    assert not keep(issue, by=bob, page=PAGE, turn=9, form="van Bob", now=now)
    assert forms(issue, els) == ["van Els"]


def test_who_goes_on_has_a_page_of_their_own(typed, issue, els):
    """The window it was typed in may still be open."""
    typed("eerst", 5)
    assert go_on(issue, by=els, page=PAGE) != PAGE
    typed("in het oude venster", 6)
    assert sorted(forms(issue, els)) == ["eerst", "in het oude venster"]
    assert go_on(issue, by=els, page=uuid4()) is None


def test_what_is_thrown_away_may_be_kept_anew(typed, issue, els):
    typed("een", 1)
    discard(issue, by=els, page=PAGE)
    assert forms(issue, els) == []
    assert typed("een", 2)


def test_after_thirty_days_a_draft_is_forgotten(typed, now):
    typed("oud", 1, at=now - KEPT_FOR - timedelta(seconds=1))
    typed("jong", 1, page=uuid4(), at=now - KEPT_FOR + timedelta(seconds=1))
    forget_old_drafts(now)
    assert Draft.objects.get().form == "jong"


def test_what_was_finished_is_forgotten_after_a_day(issue, els, now):
    finish(issue, by=els, page=PAGE, now=now)
    forget_old_drafts(now + timedelta(hours=23))
    assert Draft.objects.exists()
    forget_old_drafts(now + timedelta(hours=25))
    assert not Draft.objects.exists()


def test_with_a_person_their_drafts_go(typed, els):
    typed("een", 1)
    els.delete()
    assert not Draft.objects.exists()
