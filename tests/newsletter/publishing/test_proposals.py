"""A late change waits beside what was approved, and never keeps it from leaving."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from reversion.models import Revision, Version

from newsletter.audit.models import AuditEntry
from newsletter.delivery.models import Dispatch, DispatchState
from newsletter.delivery.preparation import start
from newsletter.issues.blocks import CardBlock, OpeningBlock, TextBlock
from newsletter.publishing.approval import approve, latest_approval
from newsletter.publishing.proposals import (
    CannotReject,
    proposal_of,
    reject_proposal,
)
from newsletter.publishing.scheduling import schedule
from tests.factories import UserFactory
from tests.newsletter.publishing.issues import change, issue_in_order


@pytest.fixture
def scheduled(issue, els, now):
    approve(issue, by=els, now=now)
    schedule(issue, by=els, now=now)
    return issue


def reject(issue, by, now):
    reject_proposal(issue, by=by, now=now, seen_version=issue.version)
    issue.refresh_from_db()


def test_what_is_approved_and_unchanged_has_no_proposal(scheduled):
    assert proposal_of(scheduled) is None


def test_an_issue_without_a_moment_has_no_proposal(issue, els, now):
    approve(issue, by=els, now=now)
    change(issue, subject="Toch anders op zondag")

    assert proposal_of(issue) is None


def test_a_comma_is_a_proposal_and_sunday_leaves_without_it(scheduled, now):
    change(scheduled, subject="Stilte, op zondag")

    proposal = proposal_of(scheduled)
    dispatch = Dispatch.objects.get()
    assert start(dispatch.pk, now=dispatch.due_at)

    [field] = proposal.changes.fields
    assert (field.old, field.new) == ("Stilte op zondag", "Stilte, op zondag")
    dispatch.refresh_from_db()
    assert dispatch.state == DispatchState.SENDING
    assert dispatch.rendition.subject == "Stilte op zondag"


def test_it_says_what_differs_block_by_block(scheduled):
    OpeningBlock.objects.update(body="<p>Het is heel stil.</p>")
    CardBlock.objects.all().delete()
    TextBlock.objects.create(parent=scheduled, ordering=90, body="<p>Nieuw.</p>")
    change(scheduled)

    changes = proposal_of(scheduled).changes

    assert {(str(one.what), one.block.kind) for one in changes.blocks} == {
        ("changed", "openingblock"),
        ("removed", "cardblock"),
        ("added", "textblock"),
    }


def test_a_changed_article_is_a_proposal_in_which_no_block_differs(scheduled):
    article = CardBlock.objects.get().article
    article.title = "Waarom lawaai helpt"
    article.save()

    proposal = proposal_of(scheduled)

    assert not proposal.changes
    assert not proposal.can_be_rejected


def test_what_was_changed_and_changed_back_is_no_proposal(scheduled):
    change(scheduled, subject="Stilte, op zondag")
    change(scheduled, subject="Stilte op zondag")

    assert proposal_of(scheduled) is None


def test_an_approved_proposal_leaves_instead(scheduled, els, now):
    change(scheduled, subject="Stilte, op zondag")

    approve(scheduled, by=els, now=now)

    assert Dispatch.objects.get().rendition.subject == "Stilte, op zondag"
    assert proposal_of(scheduled) is None


# --- Rejecting ---


def test_rejecting_puts_the_approved_text_back_as_a_new_version(scheduled, els, now):
    card = CardBlock.objects.get()
    OpeningBlock.objects.update(body="<p>Het is heel stil.</p>")
    card.delete()
    added = TextBlock.objects.create(parent=scheduled, ordering=90, body="<p>N.</p>")
    change(scheduled, subject="Stilte, op zondag")
    pien = UserFactory.create(username="pien")

    reject(scheduled, pien, now + timedelta(hours=1))

    assert (scheduled.subject, scheduled.version) == ("Stilte op zondag", 3)
    assert (scheduled.updated_by, scheduled.updated_at) == (
        pien,
        now + timedelta(hours=1),
    )
    assert OpeningBlock.objects.get().body == "<p>Het is stil.</p>"
    assert CardBlock.objects.get().article == card.article
    assert not TextBlock.objects.filter(pk=added.pk).exists()
    assert proposal_of(scheduled) is None


def test_the_yes_holds_for_the_text_that_is_back(scheduled, els, now):
    standing = latest_approval(scheduled)
    change(scheduled, subject="Stilte, op zondag")
    assert latest_approval(scheduled) is None

    reject(scheduled, els, now)

    assert latest_approval(scheduled) == standing
    assert approve(scheduled, by=els, now=now) == standing


def test_a_rejected_proposal_stays_in_the_history(scheduled, els, now):
    change(scheduled, subject="Stilte, op zondag")

    reject(scheduled, els, now)

    subjects = [
        version.field_dict["subject"]
        for version in Version.objects.get_for_object(scheduled)
    ]
    assert subjects[:2] == ["Stilte op zondag", "Stilte, op zondag"]
    entry = AuditEntry.objects.get(act="proposal rejected")
    assert (entry.actor, entry.details) == (els, {"version": 2})


def test_a_version_that_was_not_seen_is_not_rejected(scheduled, els, now):
    change(scheduled, subject="Stilte, op zondag")
    seen = scheduled.version
    change(scheduled, subject="Stilte, heel erg, op zondag")

    with pytest.raises(CannotReject, match="intussen gewijzigd"):
        reject_proposal(scheduled, by=els, now=now, seen_version=seen)

    scheduled.refresh_from_db()
    assert scheduled.subject == "Stilte, heel erg, op zondag"


def test_once_it_leaves_there_is_nothing_to_reject(scheduled, els, now):
    change(scheduled, subject="Te laat")
    Dispatch.objects.update(state=DispatchState.SENDING)

    with pytest.raises(CannotReject, match="niet meer ingepland"):
        reject(scheduled, els, now)


def test_a_text_that_was_not_kept_cannot_be_put_back(scheduled, els, now):
    Revision.objects.all().delete()
    change(scheduled, subject="Stilte, op zondag")

    assert proposal_of(scheduled).changes is None
    with pytest.raises(CannotReject, match="niet bewaard"):
        reject(scheduled, els, now)


def test_a_day_that_was_given_away_meanwhile_is_said(scheduled, els, now):
    day = scheduled.publication_date
    change(scheduled, publication_date=day + timedelta(days=7))
    issue_in_order(scheduled.mailing_list, publication_date=day)

    with pytest.raises(CannotReject, match="elders in gebruik") as refused:
        reject(scheduled, els, now)

    assert isinstance(refused.value.__cause__, Exception)
    assert not isinstance(refused.value, IntegrityError)
    scheduled.refresh_from_db()
    assert scheduled.publication_date != day


def test_a_list_that_needs_no_approval_has_proposals_too(issue, els, now):
    issue.mailing_list.needs_approval = False
    schedule(issue, by=els, now=now)
    change(issue, subject="Stilte, op zondag")

    assert proposal_of(issue).changes
    reject(issue, els, now)

    assert issue.subject == "Stilte op zondag"
