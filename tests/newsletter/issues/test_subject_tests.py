"""Trying subjects against each other: what may be tried, and that it is content."""

import pytest

from newsletter.issues.subject_tests import (
    CannotTestSubjects,
    SubjectTest,
    subjects_of,
    try_subjects,
)
from tests.factories import IssueFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue():
    return IssueFactory.create(subject="Stilte op zondag")


def try_these(issue, *others, share=20, wait=120, seen=None):
    try_subjects(
        issue,
        others,
        share_percent=share,
        wait_minutes=wait,
        seen_version=seen or issue.version,
        by=UserFactory.create(),
    )


def test_an_issue_has_one_subject_until_others_are_tried(issue):
    assert subjects_of(issue) == ["Stilte op zondag"]
    try_these(issue, "Een kwartier niets", "Hoor je dat? Niets.")
    assert subjects_of(issue) == [
        "Stilte op zondag",
        "Een kwartier niets",
        "Hoor je dat? Niets.",
    ]


def test_trying_subjects_is_a_change_of_the_issue(issue):
    before = issue.version
    try_these(issue, "Een kwartier niets")
    assert issue.version == before + 1
    assert issue.updated_by.username == "els"


def test_no_other_subject_ends_the_test(issue):
    try_these(issue, "Een kwartier niets")
    try_these(issue, "", "  ")
    assert subjects_of(issue) == ["Stilte op zondag"]
    assert not SubjectTest.objects.exists()


def test_four_subjects_at_most(issue):
    try_these(issue, "Twee", "Drie", "Vier")
    with pytest.raises(CannotTestSubjects, match="4"):
        try_these(issue, "Twee", "Drie", "Vier", "Vijf")
    assert len(subjects_of(issue)) == 4


@pytest.mark.parametrize("other", ["Stilte op zondag", " stilte  op ZONDAG "])
def test_the_same_subject_is_not_tried_against_itself(issue, other):
    with pytest.raises(CannotTestSubjects, match="hetzelfde"):
        try_these(issue, other)


def test_two_others_that_are_the_same_are_refused(issue):
    with pytest.raises(CannotTestSubjects, match="hetzelfde"):
        try_these(issue, "Een kwartier niets", "Een kwartier niets")


def test_an_issue_without_a_subject_has_nothing_to_try_against():
    issue = IssueFactory.create(subject="")
    with pytest.raises(CannotTestSubjects, match="eigen onderwerp"):
        try_these(issue, "Een kwartier niets")


@pytest.mark.parametrize(("share", "wait"), [(4, 120), (51, 120), (20, 14), (20, 1441)])
def test_a_share_or_a_time_out_of_bounds_is_refused_and_changes_nothing(
    issue, share, wait
):
    before = issue.version
    with pytest.raises(CannotTestSubjects):
        try_these(issue, "Een kwartier niets", share=share, wait=wait)
    issue.refresh_from_db()
    assert issue.version == before
    assert subjects_of(issue) == ["Stilte op zondag"]


@pytest.mark.parametrize("sign", ["\x00", "\u202e", "\ue000"])
def test_a_sign_that_breaks_a_header_is_refused(issue, sign):
    with pytest.raises(CannotTestSubjects):
        try_these(issue, f"Een kwartier{sign}niets")
    assert subjects_of(issue) == ["Stilte op zondag"]


def test_what_somebody_else_saved_meanwhile_is_not_passed_over(issue):
    with pytest.raises(CannotTestSubjects, match="intussen"):
        try_these(issue, "Een kwartier niets", seen=issue.version + 1)
    assert subjects_of(issue) == ["Stilte op zondag"]
