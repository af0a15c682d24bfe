"""Readers of whom nobody can tell get it again only when a person says so."""

import pytest

from newsletter.audit.models import AuditEntry
from newsletter.delivery.control import CannotControl, stop
from newsletter.delivery.ledger import broken_invariants
from newsletter.delivery.models import (
    Batch,
    BatchState,
    Delivery,
    DeliveryException,
    Dispatch,
    DispatchState,
)
from newsletter.delivery.resending import resend_unknown, unknown_readers
from newsletter.delivery.settling import finish_if_settled
from newsletter.delivery.submission import submit_batch
from newsletter.delivery.sweeping import sweep
from newsletter.outbox.mailbox import read_mailbox


@pytest.fixture
def two_unknown(dispatch, batch, now):
    """Alice and Bob are uncertain; Charlie has it."""
    Batch.objects.filter(pk=batch.pk).update(state=BatchState.UNKNOWN)
    uncertain = Delivery.objects.order_by("pk")[:2].values_list("pk", flat=True)
    Delivery.objects.filter(pk__in=list(uncertain)).update(
        exception=DeliveryException.UNKNOWN
    )
    Batch.objects.filter(pk=batch.pk).update(state=BatchState.DONE)
    finish_if_settled(dispatch.pk, now=now)
    dispatch.refresh_from_db()
    assert dispatch.state == DispatchState.SENT
    return dispatch


def test_exactly_the_unknown_readers_get_it(two_unknown, admin_user, now):
    assert resend_unknown(two_unknown, by=admin_user, now=now) == 2
    for batch_id in sweep(now).to_submit:
        submit_batch(batch_id, clock=lambda: now)
    assert sorted(mail.to for mail in read_mailbox()) == [
        "alice@example.nl",
        "bob@example.nl",
    ]
    two_unknown.refresh_from_db()
    assert two_unknown.state == DispatchState.SENT
    assert not unknown_readers(two_unknown).exists()
    assert not broken_invariants(now=now)


def test_pressing_twice_sends_once(two_unknown, admin_user, now):
    resend_unknown(two_unknown, by=admin_user, now=now)
    with pytest.raises(CannotControl):
        resend_unknown(two_unknown, by=admin_user, now=now)
    assert Batch.objects.filter(state=BatchState.READY).count() == 1


def test_it_is_on_record_who_decided(two_unknown, admin_user, now):
    resend_unknown(two_unknown, by=admin_user, now=now)
    act = AuditEntry.objects.get(act="resent to unknown")
    assert act.actor == admin_user
    assert act.details == {"readers": 2}


def test_what_was_stopped_is_not_sent_to_anybody(dispatch, batch, admin_user, now):
    Batch.objects.update(state=BatchState.UNKNOWN)
    Delivery.objects.update(exception=DeliveryException.UNKNOWN)
    stop(dispatch, by=admin_user, now=now)
    with pytest.raises(CannotControl):
        resend_unknown(dispatch, by=admin_user, now=now)
    assert Dispatch.objects.get().state == DispatchState.CANCELLED
