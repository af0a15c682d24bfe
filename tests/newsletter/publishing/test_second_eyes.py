"""Who changed an issue last does not approve it, where somebody else can."""

from datetime import date

import pytest

from newsletter.audit.models import AuditEntry
from newsletter.issues.aiming import aim_of
from newsletter.publishing.approval import CannotApprove, approve
from newsletter.publishing.deputies import name_deputy
from newsletter.publishing.models import Approval
from newsletter.publishing.second_eyes import why_somebody_else
from newsletter.rendering.models import Rendition
from subscribers.models import Match, Segment, WhoApproves
from subscribers.segments import save
from tests.factories import UserFactory
from tests.newsletter.admin.colleagues import role_of


def colleague(name, role="Uitgever", **fields):
    person = UserFactory.create(
        username=name,
        first_name=name.capitalize(),
        email=f"{name}@example.nl",
        **fields,
    )
    person.groups.add(role_of(role))
    return person


@pytest.fixture
def els(db):
    return colleague("els")


@pytest.fixture
def pien(db):
    return colleague("pien")


@pytest.fixture
def of_els(issue, els):
    """The issue as Els saved it."""
    issue.updated_by = els
    issue.save()
    return issue


def test_of_two_publishers_the_one_who_did_not_write_approves(of_els, els, pien, now):
    with pytest.raises(CannotApprove, match="Vraag Pien om akkoord"):
        approve(of_els, by=els, now=now)

    assert approve(of_els, by=pien, now=now).approved_by == pien


def test_the_only_publisher_approves_what_she_mended(of_els, els, now):
    colleague("roos", "Redactie")

    assert approve(of_els, by=els, now=now)


def test_a_superuser_does_not_count_as_a_second_publisher(of_els, els, now):
    UserFactory.create(username="beheer", is_superuser=True)

    assert approve(of_els, by=els, now=now)


def test_who_does_not_work_here_any_more_does_not_count(of_els, els, now):
    colleague("jan", is_active=False)

    assert approve(of_els, by=els, now=now)


def test_a_list_may_always_ask_for_somebody_else(of_els, els, now):
    of_els.mailing_list.who_approves = WhoApproves.ANOTHER

    with pytest.raises(CannotApprove, match="niemand anders.*Wijs een vervanger aan"):
        approve(of_els, by=els, now=now)


def test_a_list_may_trust_everybody(of_els, els, pien, now):
    of_els.mailing_list.who_approves = WhoApproves.ANYONE

    assert approve(of_els, by=els, now=now)


def test_the_refusal_names_the_deputy_of_today(of_els, els, pien, now):
    roos = colleague("roos", "Redactie")
    name_deputy(
        pien, roos, first_day=date(2026, 11, 27), last_day=date(2026, 11, 29), now=now
    )

    with pytest.raises(CannotApprove, match="Vraag Pien of Roos"):
        approve(of_els, by=els, now=now)


def test_a_superuser_approves_their_own_text_only_in_an_emergency_on_record(
    of_els, els, pien, now
):
    els.is_superuser = True

    with pytest.raises(CannotApprove):
        approve(of_els, by=els, now=now)
    approve(of_els, by=els, now=now, in_emergency=True)

    assert AuditEntry.objects.get().act == "approved their own text in an emergency"


def test_a_publisher_has_no_emergency_of_her_own(of_els, els, pien, now):
    with pytest.raises(CannotApprove):
        approve(of_els, by=els, now=now, in_emergency=True)

    assert not Approval.objects.exists()


def test_an_emergency_that_is_none_is_an_ordinary_yes(of_els, pien, now):
    pien.is_superuser = True

    approve(of_els, by=pien, now=now, in_emergency=True)

    assert AuditEntry.objects.get().act == "approved"


# --- For whom it is ---


@pytest.fixture
def newcomers(issue, els, now):
    """Readers as Els put them together; the issue for them is Roos's."""
    newcomers = Segment(
        name="Nieuw",
        mailing_list=issue.mailing_list,
        conditions=[{"what": "joined_since", "value": "2026-11-01"}],
    )
    save(newcomers, by=els, now=now)
    issue.segment, issue.updated_by = newcomers, colleague("roos", "Redactie")
    issue.save()
    return newcomers


def test_who_said_who_is_in_a_segment_does_not_approve_what_goes_to_it(
    issue, newcomers, els, pien, now
):
    with pytest.raises(CannotApprove, match="“Nieuw”.*Vraag Pien om akkoord"):
        approve(issue, by=els, now=now)

    assert why_somebody_else(issue, by=pien, now=now) == ""


def test_another_name_for_a_segment_says_nothing_of_who_is_in_it(
    issue, newcomers, els, pien, now
):
    newcomers.name = "Pas gekomen"
    save(newcomers, by=pien, now=now)

    assert why_somebody_else(issue, by=pien, now=now) == ""
    newcomers.match = Match.ANY
    save(newcomers, by=pien, now=now)
    assert "Pas gekomen" in why_somebody_else(issue, by=pien, now=now)
    assert why_somebody_else(issue, by=els, now=now) == ""


def test_readers_whom_another_said_yes_to_before_are_known(
    issue, newcomers, els, pien, now
):
    rendition = Rendition.objects.create(
        issue=issue,
        number=1,
        issue_version=issue.version,
        aim=aim_of(issue),
        created_at=now,
    )
    Approval.objects.create(
        rendition=rendition, approved_by=pien, approved_at=now, for_version=1
    )

    assert why_somebody_else(issue, by=els, now=now) == ""


def test_where_both_publishers_had_a_hand_in_it_the_text_decides(
    issue, newcomers, els, pien, now
):
    issue.updated_by = pien

    assert why_somebody_else(issue, by=els, now=now) == ""
    issue.mailing_list.who_approves = WhoApproves.ANOTHER
    assert "niemand anders" in why_somebody_else(issue, by=els, now=now)
