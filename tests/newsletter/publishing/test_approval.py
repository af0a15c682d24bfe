"""A yes is to one issue as it is at that moment, byte for byte."""

from datetime import timedelta

import pytest

from newsletter.audit.models import AuditEntry
from newsletter.delivery.models import Dispatch, DispatchState
from newsletter.publishing.approval import CannotApprove, approve, latest_approval
from newsletter.publishing.models import Approval
from newsletter.publishing.scheduling import schedule
from newsletter.rendering.models import Rendition
from tests.newsletter.publishing.issues import change


def test_approving_freezes_the_issue_and_is_put_on_record(issue, els, now):
    approval = approve(issue, by=els, now=now)

    assert approval.rendition.issue_version == issue.version
    assert approval.rendition.subject == "Stilte op zondag"
    assert (approval.approved_by, approval.approved_at) == (els, now)
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.actor) == ("approved", els)
    assert entry.details["sha256"] == approval.rendition.sha256


def test_pressing_twice_says_yes_once(issue, els, now):
    first = approve(issue, by=els, now=now)
    second = approve(issue, by=els, now=now)

    assert first == second
    assert Rendition.objects.count() == AuditEntry.objects.count() == 1


def test_a_change_after_the_yes_makes_it_lapse(issue, els, now):
    approve(issue, by=els, now=now)

    change(issue, subject="Stilte op maandag")

    assert latest_approval(issue) is None
    again = approve(issue, by=els, now=now)
    assert again.rendition.subject == "Stilte op maandag"
    assert Approval.objects.count() == 2


def test_what_changed_since_one_looked_is_not_approved(issue, els, now):
    seen = issue.version
    change(issue, subject="Iets heel anders")

    with pytest.raises(CannotApprove, match="intussen gewijzigd"):
        approve(issue, by=els, now=now, seen_version=seen)

    assert not Approval.objects.exists()


def test_a_save_in_the_moment_of_approving_wins(issue, els, now):
    """The row says a later version than the one that was frozen."""
    type(issue).objects.filter(pk=issue.pk).update(version=issue.version + 1)

    with pytest.raises(CannotApprove, match="intussen gewijzigd"):
        approve(issue, by=els, now=now)

    assert not Approval.objects.exists()


def test_an_issue_that_is_not_in_order_is_not_approved(issue, els, now):
    issue.subject = ""

    with pytest.raises(CannotApprove, match="onderwerp is leeg"):
        approve(issue, by=els, now=now)


def test_an_issue_without_readers_may_be_approved_already(issue, els, now):
    issue.mailing_list.subscriptions.all().delete()

    assert approve(issue, by=els, now=now)


def test_a_scheduled_issue_leaves_as_last_approved(issue, els, now):
    approve(issue, by=els, now=now)
    dispatch = schedule(issue, by=els, now=now)
    change(issue, subject="Nog stiller op zondag")
    dispatch.refresh_from_db()
    assert dispatch.rendition.subject == "Stilte op zondag"

    approval = approve(issue, by=els, now=now + timedelta(hours=1))

    dispatch.refresh_from_db()
    assert dispatch.rendition == approval.rendition


def test_an_issue_that_has_left_is_not_approved_again(issue, els, now):
    approve(issue, by=els, now=now)
    schedule(issue, by=els, now=now)
    Dispatch.objects.update(state=DispatchState.SENDING)
    change(issue, subject="Te laat")

    with pytest.raises(CannotApprove, match="al vertrokken"):
        approve(issue, by=els, now=now)
