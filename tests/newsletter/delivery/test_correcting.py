"""A mistake in the text: the rest gets the corrected one, and we know who has which."""

from datetime import timedelta

import pytest

from newsletter.audit.models import AuditEntry
from newsletter.delivery.claiming import claim, intend
from newsletter.delivery.control import CannotControl, change_pace, pause
from newsletter.delivery.correcting import correct_and_continue, versions_of
from newsletter.delivery.ledger import broken_invariants
from newsletter.delivery.models import Batch, BatchState, Dispatch, DispatchState
from newsletter.delivery.submission import submit_batch
from newsletter.delivery.sweeping import sweep
from newsletter.outbox.mailbox import read_mailbox
from newsletter.rendering.freezing import freeze


@pytest.fixture
def groups(groups, now):
    """Three groups of one reader each; the first has the issue with the mistake."""
    submit_batch(groups[0].pk, clock=lambda: now)
    return groups


@pytest.fixture
def corrected(issue, now):
    issue.subject = "Nu zonder fout"
    issue.save()
    return freeze(issue, by=None, now=now)


@pytest.fixture
def paused(scheduled, groups, admin_user, now):
    pause(scheduled, reason="typing mistake", by=admin_user, now=now)
    return scheduled


def subjects():
    return sorted(mail.subject for mail in read_mailbox())


def test_the_rest_gets_the_corrected_text(paused, corrected, admin_user, now):
    assert correct_and_continue(paused, corrected, by=admin_user, now=now) == 2
    for batch_id in sweep(now + timedelta(minutes=2)).to_submit:
        submit_batch(batch_id, clock=lambda: now + timedelta(minutes=2))
    assert subjects() == ["Nu zonder fout", "Nu zonder fout", "Stilte op zondag"]
    assert Dispatch.objects.get().state == DispatchState.SENT
    assert not broken_invariants(now=now)


def test_it_is_known_who_has_which(paused, corrected, admin_user, now):
    correct_and_continue(paused, corrected, by=admin_user, now=now)
    newest, first = versions_of(paused)
    assert (newest.rendition, newest.handed_over, newest.waiting) == (corrected, 0, 2)
    assert (first.handed_over, first.waiting) == (1, 0)


def test_a_worker_with_the_old_text_at_hand_loses_its_claim(
    paused, groups, corrected, admin_user, now
):
    Dispatch.objects.update(state=DispatchState.SENDING)
    from uuid import uuid4

    (claimed,) = claim(groups[1].pk, uuid4(), now=now)
    Dispatch.objects.update(state=DispatchState.PAUSED)
    correct_and_continue(paused, corrected, by=admin_user, now=now)
    assert not intend(claimed.batch, now=now)


def test_a_corrected_batch_has_a_key_of_its_own(
    paused, groups, corrected, admin_user, now
):
    before = groups[1].idempotency_key
    correct_and_continue(paused, corrected, by=admin_user, now=now)
    submit_batch(groups[1].pk, clock=lambda: now + timedelta(minutes=2))
    groups[1].refresh_from_db()
    assert groups[1].idempotency_key == Batch.key_for(
        paused.issue.uuid, groups[1].number, corrected.sha256
    )
    assert groups[1].idempotency_key != before


def test_who_is_uncertain_keeps_the_text_they_may_have(
    paused, groups, corrected, admin_user, now
):
    Batch.objects.filter(pk=groups[1].pk).update(state=BatchState.AMBIGUOUS)
    assert correct_and_continue(paused, corrected, by=admin_user, now=now) == 1
    groups[1].refresh_from_db()
    assert groups[1].rendition_id == groups[0].rendition_id


def test_it_is_on_record_who_corrected(paused, corrected, admin_user, now):
    correct_and_continue(paused, corrected, by=admin_user, now=now)
    act = AuditEntry.objects.get(act="corrected")
    assert act.actor == admin_user
    assert act.details["readers"] == 2


def test_what_is_on_its_way_is_paused_first(
    scheduled, groups, corrected, admin_user, now
):
    with pytest.raises(CannotControl):
        correct_and_continue(scheduled, corrected, by=admin_user, now=now)
    assert Batch.objects.filter(rendition=corrected).count() == 0


def test_the_same_text_corrects_nothing(paused, admin_user, now):
    with pytest.raises(CannotControl):
        correct_and_continue(paused, paused.rendition, by=admin_user, now=now)


def turns(dispatch):
    waiting = dispatch.batches.filter(state=BatchState.READY).order_by("number")
    return list(waiting.values_list("not_before", flat=True))


def test_the_pace_may_be_changed_while_it_leaves(scheduled, groups, admin_user, now):
    later = now + timedelta(minutes=1)
    change_pace(scheduled, 40, by=admin_user, now=later)
    assert turns(scheduled) == [later, later + timedelta(minutes=20)]
    change_pace(scheduled, 0, by=admin_user, now=later)
    assert turns(scheduled) == [later, later]
    assert scheduled.pace_minutes == 0


def test_a_pace_is_not_changed_of_what_has_left(scheduled, groups, admin_user, now):
    Dispatch.objects.update(state=DispatchState.SENT)
    with pytest.raises(CannotControl):
        change_pace(scheduled, 40, by=admin_user, now=now)
