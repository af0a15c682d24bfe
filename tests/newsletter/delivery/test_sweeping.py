"""The sweep: whatever the queue loses, it finds again in the database."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from newsletter import tasks
from newsletter.delivery import sweeping
from newsletter.delivery.models import (
    Attempt,
    AttemptOutcome,
    Batch,
    BatchState,
    Dispatch,
    DispatchState,
)
from newsletter.delivery.preparation import start
from newsletter.delivery.progress import progress
from newsletter.delivery.reconciling import GIVE_UP_AFTER, reconcile
from newsletter.delivery.submission import submit_batch
from newsletter.delivery.sweeping import last_sweep, sweep, waiting_since
from newsletter.delivery.vital_signs import ProviderPace
from newsletter.outbox.mailbox import read_mailbox
from tests.newsletter.delivery.acts import in_another_worker
from tests.newsletter.delivery.mails import how_many_mails

SECOND = timedelta(seconds=1)


@pytest.fixture
def later(now, settings):
    return now + timedelta(seconds=settings.QUARANTINE_SECONDS + 60)


def uncertain(batch, now, **columns):
    Batch.objects.filter(pk=batch.pk).update(
        state=BatchState.AMBIGUOUS, submitted_at=now, provider="local", **columns
    )


def test_what_is_due_starts_and_is_handed_out(scheduled, readers, now):
    work = sweep(now)
    scheduled.refresh_from_db()
    assert scheduled.state == DispatchState.SENDING
    assert work.to_submit == (scheduled.batches.get().pk,)


def test_what_was_handed_out_is_handed_out_again_only_after_a_while(
    dispatch, batch, now, settings
):
    assert sweep(now).to_submit == (batch.pk,)
    assert sweep(now + settings.ENQUEUE_AGAIN_AFTER).to_submit == ()
    assert sweep(now + settings.ENQUEUE_AGAIN_AFTER + SECOND).to_submit == (batch.pk,)


def test_an_issue_that_cannot_start_holds_up_no_other(
    scheduled, readers, now, monkeypatch, caplog
):
    def fail(dispatch_id, *, now):
        raise RuntimeError("broken")

    monkeypatch.setattr(sweeping, "start", fail)
    sweep(now)
    assert last_sweep() == now
    assert "could not be started" in caplog.text


def test_a_sweep_says_when_it_was(db, now):
    assert last_sweep() is None
    sweep(now)
    sweep(now + SECOND)
    assert last_sweep() == now + SECOND


def test_a_lease_that_ends_takes_the_token_with_it(dispatch, batch, now):
    Batch.objects.update(state=BatchState.SUBMITTING, lease_until=now)
    sweep(now + SECOND)
    batch.refresh_from_db()
    assert (batch.state, batch.token) == (BatchState.AMBIGUOUS, None)


def test_a_look_up_whose_worker_died_is_done_again(dispatch, batch, now, later):
    uncertain(batch, now)
    Batch.objects.update(state=BatchState.RECONCILING, lease_until=later)
    work = sweep(later + SECOND)
    assert Batch.objects.get().state == BatchState.AMBIGUOUS
    assert work.to_reconcile == (batch.pk,)


def test_no_evidence_is_asked_within_the_quarantine(dispatch, batch, now, settings):
    uncertain(batch, now)
    almost = now + timedelta(seconds=settings.QUARANTINE_SECONDS - 1)
    assert sweep(almost).to_reconcile == ()
    assert sweep(almost + SECOND).to_reconcile == (batch.pk,)


def test_a_mailbox_tells_exactly_who_has_it(
    dispatch, batch, clock, now, later, settings
):
    submit_batch(batch.pk, clock=clock)
    uncertain(batch, now)
    Attempt.objects.update(outcome=AttemptOutcome.OPEN)
    Dispatch.objects.update(state=DispatchState.SENDING)
    # The file of one reader never arrived.
    lost = read_mailbox()[0]
    (settings.MAILBOX_DIR / lost.name).unlink()
    assert reconcile(batch.pk, now=later)
    for batch_id in sweep(later).to_submit:
        submit_batch(batch_id, clock=lambda: later)
    assert how_many_mails() == 3
    assert progress(dispatch).accepted == 3
    assert list(Batch.objects.order_by("number").values_list("size", flat=True)) == [
        2,
        1,
    ]


def test_a_late_answer_settles_what_nobody_else_can(dispatch, batch, clock, now, later):
    submit_batch(batch.pk, clock=clock)
    uncertain(batch, now)
    Batch.objects.update(provider="smtp")
    Dispatch.objects.update(state=DispatchState.SENDING)
    assert Attempt.objects.get().outcome == AttemptOutcome.ACCEPTED
    assert reconcile(batch.pk, now=later)
    assert progress(dispatch).accepted == 3


def test_where_nobody_can_tell_readers_are_uncertain_but_for_those_of_whom_one_heard(
    dispatch, batch, now, later
):
    uncertain(batch, now)
    Batch.objects.update(provider="smtp")
    heard = dispatch.deliveries.first()
    dispatch.deliveries.filter(pk=heard.pk).update(event="delivered")
    assert reconcile(batch.pk, now=later)
    counted = progress(dispatch)
    assert (counted.accepted, counted.unknown, counted.balances) == (1, 2, True)
    dispatch.refresh_from_db()
    assert dispatch.state == DispatchState.SENT


def test_a_provider_that_says_nothing_is_asked_again_for_a_day(
    dispatch, batch, now, later, settings
):
    settings.ANYMAIL = {
        **settings.ANYMAIL,
        "MAILGUN_API_URL": "http://127.0.0.1:1/v3",
        "MAILGUN_SENDER_DOMAIN": "example.nl",
    }
    uncertain(batch, now)
    Batch.objects.update(provider="mailgun")
    assert not reconcile(batch.pk, now=later)
    assert sweep(later).to_reconcile == ()
    assert sweep(later + timedelta(seconds=31)).to_reconcile == (batch.pk,)
    assert reconcile(batch.pk, now=now + GIVE_UP_AFTER + SECOND)
    assert progress(dispatch).unknown == 3


def test_the_task_hands_out_what_the_sweep_finds(dispatch, batch, now, monkeypatch):
    handed_out: list[int] = []
    monkeypatch.setattr(tasks.submit, "delay", handed_out.append)
    monkeypatch.setattr(tasks.timezone, "now", lambda: now)
    # The moment of the tests is not that of the database.
    monkeypatch.setattr(tasks, "refuse_a_wrong_clock", lambda now: None)
    tasks.sweep()
    assert handed_out == [batch.pk]


def test_tasks_go_to_queues_of_their_own(settings):
    routes = settings.CELERY_TASK_ROUTES
    assert routes[tasks.submit.name]["queue"] == "send"
    assert routes[tasks.settle.name]["queue"] == "send"
    assert routes[tasks.send_outgoing_mail.name]["queue"] == "mail"
    assert routes[tasks.sweep.name]["queue"] == "clock"
    assert tasks.app.conf.beat_schedule["sweep"]["task"] == tasks.sweep.name


def test_no_task_relies_on_a_moment_in_the_queue(settings):
    # ETA and countdown run several times over (measured): not_before is a column.
    assert tasks.app.conf.task_acks_late
    assert tasks.app.conf.task_reject_on_worker_lost
    assert tasks.app.conf.worker_prefetch_multiplier == 1
    assert tasks.app.conf.result_backend is None
    assert tasks.app.conf.broker_connection_max_retries is None


def test_two_sweeps_in_one_moment_start_once(scheduled, readers, now):
    sweep(now)
    sweep(now)
    assert not start(scheduled.pk, now=now)
    assert scheduled.batches.count() == 1


def test_a_group_that_was_handed_out_and_not_taken_up_is_noticed(batch, now):
    assert waiting_since(now) is None
    sweep(now)
    assert waiting_since(now) == batch.not_before


def test_who_hands_over_keeps_nobody_waiting(dispatch, batch, now, clock):
    sweep(now)
    submit_batch(batch.pk, clock=clock)
    assert waiting_since(now) is None


def test_nobody_waits_for_a_provider_that_rests(batch, now):
    sweep(now)
    ProviderPace.objects.create(
        provider=batch.dispatch.provider, closed_until=now + timedelta(hours=1)
    )
    assert waiting_since(now) is None


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite locks no rows but all of them"
)
@pytest.mark.django_db(transaction=True)
def test_a_worker_that_froze_in_the_middle_of_a_change_holds_up_no_other_group(
    groups, now
):
    for batch in groups[:2]:
        Batch.objects.filter(pk=batch.pk).update(
            state=BatchState.SUBMITTING, submitted_at=now, lease_until=now
        )
    with transaction.atomic():
        Batch.objects.select_for_update().get(pk=groups[0].pk)
        swept, _found = in_another_worker(lambda: sweep(now + SECOND))
        swept.join(10)
        assert not swept.is_alive()
    states = Batch.objects.order_by("number").values_list("state", flat=True)
    assert list(states) == [
        BatchState.SUBMITTING,
        BatchState.AMBIGUOUS,
        BatchState.READY,
    ]


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite gives back what ends, no sooner"
)
def test_the_database_takes_back_what_a_frozen_worker_holds(db, settings):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setting::int FROM pg_settings"
            " WHERE name = 'idle_in_transaction_session_timeout'"
        )
        assert cursor.fetchone() == (settings.TASK_SECONDS * 1000,)
