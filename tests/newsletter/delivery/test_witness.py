"""The second witness, and a ledger that a restored backup has rewound."""

import os
import subprocess
import sys
from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db.utils import ConnectionHandler

from newsletter.audit.models import AuditEntry
from newsletter.delivery import witness
from newsletter.delivery.control import resume
from newsletter.delivery.ledger import broken_invariants
from newsletter.delivery.models import (
    Attempt,
    Batch,
    BatchState,
    DeliveryException,
    Dispatch,
    DispatchState,
)
from newsletter.delivery.outcomes import WITNESS_SILENT, WITNESSED
from newsletter.delivery.preparation import start
from newsletter.delivery.progress import progress
from newsletter.delivery.reconciling import reconcile
from newsletter.delivery.splitting import split_off
from newsletter.delivery.submission import submit_batch
from newsletter.delivery.sweeping import sweep
from newsletter.delivery.witness import WitnessSilent, attempts_seen, span
from subscribers.consent import unsubscribe
from tests.factories import UserFactory
from tests.newsletter.delivery.mails import how_many_mails


@pytest.fixture
def later(now, settings):
    return now + timedelta(seconds=settings.QUARANTINE_SECONDS + 60)


@pytest.fixture
def two_batches(scheduled, readers, mailing_list, now):
    """Alice and Bob in the first batch, Charlie in the second."""
    mailing_list.group_size = 2
    mailing_list.save()
    start(scheduled.pk, now=now)
    return list(scheduled.batches.order_by("number"))


def put_back(dispatch):
    """Make the ledger what a backup of before the first request would hold."""
    Attempt.objects.filter(batch__dispatch=dispatch).delete()
    dispatch.batches.update(
        state=BatchState.READY,
        token=None,
        attempt_count=0,
        submitted_at=None,
        resolved_at=None,
        resolved_by="",
    )
    Dispatch.objects.filter(pk=dispatch.pk).update(
        state=DispatchState.SENDING, finished_at=None
    )


def test_an_attempt_is_seen_once(db, now):
    issue = uuid4()
    assert witness.testify(issue, 1, 1, now=now)
    assert not witness.testify(issue, 1, 1, now=now)
    assert witness.testify(issue, 1, 2, now=now)
    assert witness.testify(issue, 2, 1, now=now)
    assert witness.testimony(issue) == {1: 2, 2: 1}
    assert attempts_seen(issue) == 3


def test_the_witness_knows_from_when_to_when(db, now):
    issue = uuid4()
    assert span(issue) is None
    witness.testify(issue, 1, 1, now=now)
    witness.testify(issue, 2, 1, now=now + timedelta(minutes=5))
    assert span(issue) == (now, now + timedelta(minutes=5))


def test_every_attempt_is_seen_by_the_witness(batch, clock):
    submit_batch(batch.pk, clock=clock)
    assert witness.testimony(batch.dispatch.issue.uuid) == {batch.number: 1}


def test_nothing_leaves_while_the_witness_is_silent(
    batch, clock, tmp_path, monkeypatch
):
    gone = {"ENGINE": "django.db.backends.sqlite3", "NAME": tmp_path / "no" / "folder"}
    monkeypatch.setattr(witness, "_connections", ConnectionHandler({"default": gone}))
    with pytest.raises(WitnessSilent):
        attempts_seen(uuid4())
    submit_batch(batch.pk, clock=clock)
    batch.refresh_from_db()
    assert batch.state == BatchState.READY
    assert batch.last_error == WITNESS_SILENT
    assert not how_many_mails()


def test_a_queue_message_after_a_restore_mails_nobody_twice(batch, clock, later):
    submit_batch(batch.pk, clock=clock)
    put_back(batch.dispatch)
    submit_batch(batch.pk, clock=clock)
    batch.refresh_from_db()
    assert batch.state == BatchState.AMBIGUOUS
    assert batch.last_error == WITNESSED
    assert how_many_mails() == 3
    assert reconcile(batch.pk, now=later)
    batch.refresh_from_db()
    assert batch.state == BatchState.DONE


def test_a_sweep_holds_what_a_restored_backup_rewound(two_batches, clock, now):
    first, second = two_batches
    submit_batch(first.pk, clock=clock)
    put_back(first.dispatch)
    work = sweep(now + timedelta(minutes=1))
    assert not work.to_submit
    states = [Batch.objects.get(pk=batch.pk).state for batch in (first, second)]
    assert states == [BatchState.AMBIGUOUS, BatchState.READY]
    dispatch = Dispatch.objects.get()
    assert dispatch.state == DispatchState.PAUSED
    assert "back-up" in dispatch.pause_reason
    assert AuditEntry.objects.filter(act="paused").count() == 1


def test_an_audience_that_was_frozen_anew_is_doubted_as_a_whole(
    two_batches, clock, now
):
    submit_batch(two_batches[0].pk, clock=clock)
    put_back(two_batches[0].dispatch)
    # A backup of before the start: the groups were made a second time.
    Dispatch.objects.update(started_at=now + timedelta(minutes=1))
    sweep(now + timedelta(minutes=1))
    assert {batch.state for batch in Batch.objects.all()} == {BatchState.AMBIGUOUS}


def test_after_a_restore_exactly_the_others_get_it(two_batches, clock, later):
    first, second = two_batches
    submit_batch(first.pk, clock=clock)
    put_back(first.dispatch)
    sweep(clock())
    for batch in two_batches:
        reconcile(batch.pk, now=later)
    resume(Dispatch.objects.get(), by=UserFactory(), now=later)
    assert sweep(later).to_submit == (second.pk,)
    submit_batch(second.pk, clock=lambda: later)
    assert how_many_mails() == 3
    assert Dispatch.objects.get().state == DispatchState.SENT
    assert not broken_invariants(now=later)


def test_what_was_caught_up_is_not_held_again(two_batches, clock, later):
    first, _second = two_batches
    submit_batch(first.pk, clock=clock)
    put_back(first.dispatch)
    sweep(clock())
    for batch in two_batches:
        reconcile(batch.pk, now=later)
    resume(Dispatch.objects.get(), by=UserFactory(), now=later)
    sweep(later)
    assert Dispatch.objects.get().state == DispatchState.SENDING


def test_a_ledger_that_forgot_nothing_is_left_alone(two_batches, clock):
    submit_batch(two_batches[0].pk, clock=clock)
    assert sweep(clock()).to_submit == (two_batches[1].pk,)


def test_after_restore_holds_and_explains(two_batches, clock):
    first, _second = two_batches
    submit_batch(first.pk, clock=clock)
    put_back(first.dispatch)
    said = StringIO()
    call_command("after_restore", stdout=said)
    assert Dispatch.objects.get().state == DispatchState.PAUSED
    assert "1 handed over according to the witness" in said.getvalue()
    assert "2 groups not settled" in said.getvalue()
    assert "Resume" in said.getvalue()


def test_many_workers_may_make_the_witness_at_once(tmp_path):
    """Real processes: each opens the file that is not there yet."""
    program = (
        "import django, sys, uuid; django.setup();"
        "from django.utils import timezone;"
        "from newsletter.delivery import witness;"
        "sys.stdin.read(1);"
        "assert witness.testify(uuid.uuid4(), 1, 1, now=timezone.now())"
    )
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", program],
            env={
                **os.environ,
                "DATA_DIR": str(tmp_path),
                "DJANGO_SETTINGS_MODULE": "newsletter.settings",
            },
            stdin=subprocess.PIPE,
        )
        for _worker in range(3)
    ]
    for worker in workers:
        worker.communicate(b".", timeout=60)
    assert [worker.returncode for worker in workers] == [0] * 3


def test_whoever_left_before_a_backup_was_put_back_was_not_mailed_wrongly(
    batch, clock, now, later, readers
):
    submit_batch(batch.pk, clock=clock)
    put_back(batch.dispatch)
    unsubscribe(readers[0], through="page", now=now + timedelta(minutes=1))
    noticed = now + timedelta(minutes=10)
    sweep(noticed)
    assert reconcile(batch.pk, now=noticed + (later - now))
    assert Batch.objects.get(pk=batch.pk).state == BatchState.DONE
    assert broken_invariants(now=later) == []


def test_whoever_left_after_a_forgotten_mail_is_known_to_have_it(
    batch, clock, now, later, readers
):
    submit_batch(batch.pk, clock=clock)
    put_back(batch.dispatch)
    unsubscribe(readers[0], through="page", now=now + timedelta(minutes=1))
    # A worker is quicker than the sweep: it skips who left, and the witness says no.
    submit_batch(batch.pk, clock=clock)
    left = batch.deliveries.get(subscriber=readers[0].subscriber)
    assert left.exception == DeliveryException.SKIPPED
    assert reconcile(batch.pk, now=later)
    left.refresh_from_db()
    assert left.exception == ""
    assert progress(batch.dispatch).accepted == 3
    assert broken_invariants(now=later) == []


def test_a_part_gets_no_number_that_a_restored_backup_forgot(two_batches, clock, now):
    first, second = two_batches
    issue = first.dispatch.issue.uuid
    witness.testify(issue, 7, 1, now=now)
    reader = second.deliveries.get()
    part = split_off(second, [reader.pk], state=BatchState.READY, not_before=now)
    assert part.number == 8
