"""The proof that colleagues get half an hour before the readers."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission

from newsletter.delivery.models import Dispatch, DispatchState
from newsletter.delivery.sweeping import sweep
from newsletter.outbox.models import OutgoingMail
from tests.factories import UserFactory


@pytest.fixture
def els(db):
    """An editor: she may pause."""
    editor = UserFactory()
    editor.user_permissions.add(Permission.objects.get(codename="pause_dispatch"))
    return editor


@pytest.fixture
def due_in_an_hour(scheduled, now):
    Dispatch.objects.update(due_at=now + timedelta(hours=1))
    return scheduled


def proofs():
    return list(OutgoingMail.objects.values_list("to_address", flat=True))


def test_colleagues_get_the_proof_half_an_hour_before(due_in_an_hour, els, now):
    sweep(now + timedelta(minutes=29))
    assert proofs() == []
    sweep(now + timedelta(minutes=30))
    assert proofs() == ["els@example.nl"]


def test_the_proof_is_what_readers_will_get(due_in_an_hour, els, now):
    due_in_an_hour.issue.subject = "Changed since"
    due_in_an_hour.issue.save()
    sweep(now + timedelta(minutes=45))
    proof = OutgoingMail.objects.get()
    assert due_in_an_hour.rendition.subject in proof.subject
    assert "Changed since" not in proof.subject
    assert "dit stuk" in proof.html
    assert "\ue000" not in proof.html + proof.text


def test_a_proof_is_sent_once(due_in_an_hour, els, now):
    sweep(now + timedelta(minutes=30))
    sweep(now + timedelta(minutes=31))
    assert len(proofs()) == 1


def test_a_list_may_want_no_proof(due_in_an_hour, els, mailing_list, now):
    mailing_list.proof_minutes = 0
    mailing_list.save()
    sweep(now + timedelta(minutes=45))
    assert proofs() == []


def test_what_was_taken_back_has_no_proof(due_in_an_hour, els, now):
    Dispatch.objects.update(state=DispatchState.CANCELLED)
    sweep(now + timedelta(minutes=45))
    assert proofs() == []


def test_who_may_not_stop_it_gets_no_proof(due_in_an_hour, now):
    UserFactory()
    sweep(now + timedelta(minutes=45))
    assert proofs() == []


def test_who_left_the_magazine_gets_no_proof(due_in_an_hour, els, now):
    els.is_active = False
    els.save()
    sweep(now + timedelta(minutes=45))
    assert proofs() == []
