"""Letting an issue go with what stops it: a publisher's word, bound to the text."""

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from newsletter.articles.models import Picture
from newsletter.audit.models import AuditEntry
from newsletter.issues.blocks import CardBlock, TextBlock
from newsletter.publishing.approval import CannotApprove, approve
from newsletter.publishing.checklist import CHECKS
from newsletter.publishing.finding_models import Waiver
from newsletter.publishing.readiness import preflight, stops, waived
from newsletter.publishing.waiving import CannotWaive, take_back, waive
from tests.newsletter.publishing.issues import a_kept_picture, add_card, change

WHY = "De TK is hier de Tweede Kamer."
# The law, or there is no mail at all: no publisher lets these go.
FINAL = {
    "subject",
    "blocks",
    "renders",
    "blocks shown",
    "unsubscribe",
    "advertorial label",
    "postal address",
    "sender",
    "provider",
    "readers",
}


@pytest.fixture
def text(issue):
    return TextBlock.objects.create(
        parent=issue, ordering=50, body="<p>De TK debatteert over slaap.</p>"
    )


@pytest.fixture
def stop(issue, text, now):
    [stop] = stops(preflight(issue, now=now))
    return stop


def test_what_is_let_go_stops_no_longer_and_is_approved(issue, els, now, stop):
    with pytest.raises(CannotApprove):
        approve(issue, by=els, now=now)

    waive(issue, stop, reason=WHY, by=els, now=now)

    assert stops(preflight(issue, now=now)) == []
    [finding] = waived(preflight(issue, now=now))
    assert (finding.waiver.reason, finding.waiver.given_by) == (WHY, els)
    approve(issue, by=els, now=now)
    assert AuditEntry.objects.get(act="approved").details["let_go"] == [stop.code]


def test_it_is_on_record_with_its_reason(issue, els, now, stop):
    waive(issue, stop, reason=f"  {WHY}\n", by=els, now=now)

    entry = AuditEntry.objects.get(act="let a finding go")
    assert (entry.actor, entry.details["reason"]) == (els, WHY)


def test_other_words_are_another_finding(issue, els, now, stop, text):
    waive(issue, stop, reason=WHY, by=els, now=now)

    text.body = "<p>De TK debatteert over dromen.</p>"
    text.save()

    assert len(stops(preflight(issue, now=now))) == 1


def test_a_change_elsewhere_leaves_it_standing(issue, els, now, stop):
    waive(issue, stop, reason=WHY, by=els, now=now)

    change(issue, subject="Een heel ander onderwerp")

    assert stops(preflight(issue, now=now)) == []


def test_another_issue_with_the_same_words_is_not_let_go(issue, els, now, stop):
    waive(issue, stop, reason=WHY, by=els, now=now)
    waiver = Waiver.objects.get()

    with pytest.raises(IntegrityError), transaction.atomic():
        Waiver.objects.create(
            issue=issue, key=waiver.key, reason=WHY, given_by=els, given_at=now
        )


@pytest.mark.parametrize(
    "reason", ["", "   ", "mag wel", "x" * 301, "zo is het\u202e goed"]
)
def test_a_reason_has_to_say_something(issue, els, now, stop, reason):
    with pytest.raises(CannotWaive):
        waive(issue, stop, reason=reason, by=els, now=now)

    assert not Waiver.objects.exists()


def test_the_database_asks_for_a_reason_as_well(issue, els, now):
    with pytest.raises(IntegrityError), transaction.atomic():
        Waiver.objects.create(
            issue=issue, key="k", reason="mag wel", given_by=els, given_at=now
        )


def test_pressing_twice_keeps_the_first_reason(issue, els, now, stop):
    waive(issue, stop, reason=WHY, by=els, now=now)
    waive(issue, stop, reason="Een andere reden, later.", by=els, now=now)

    assert Waiver.objects.get().reason == WHY
    assert AuditEntry.objects.filter(act="let a finding go").count() == 1


def test_what_was_let_go_may_stop_again(issue, els, now, stop):
    waiver = waive(issue, stop, reason=WHY, by=els, now=now)

    take_back(waiver, by=els, now=now)

    assert len(stops(preflight(issue, now=now))) == 1


def test_the_law_and_a_mail_that_is_none_are_never_let_go(issue, els, now):
    assert {check.code for check in CHECKS if check.is_final} == FINAL
    issue.mailing_list.postal_address = ""
    [stop] = stops(preflight(issue, now=now))

    with pytest.raises(CannotWaive):
        waive(issue, stop, reason=WHY, by=els, now=now)


def test_what_only_warns_needs_no_leave(issue, els, now):
    issue.preheader = ""
    [warning] = preflight(issue, now=now)

    with pytest.raises(CannotWaive):
        waive(issue, warning, reason=WHY, by=els, now=now)


def test_no_two_checks_have_one_name():
    assert len({check.code for check in CHECKS}) == len(CHECKS)


def test_what_was_let_go_in_one_language_is_let_go_in_every_other(issue, els, now):
    change(issue, subject="TK is de Tweede Kamer")
    TextBlock.objects.create(parent=issue, ordering=50, body="<p>De TK slaapt.</p>")
    CardBlock.objects.create(parent=issue, ordering=60, title="Een verhaal")
    picture = a_kept_picture("")
    Picture.objects.filter(pk=picture.pk).update(licence="")
    add_card(issue, picture=picture)
    with override("en"):
        found = stops(preflight(issue, now=now))
        for finding in found:
            waive(issue, finding, reason="Dat mag hier best.", by=els, now=now)

    assert len(found) == 5
    assert stops(preflight(issue, now=now)) == []
