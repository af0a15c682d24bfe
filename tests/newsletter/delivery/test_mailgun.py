"""Batches at a provider that merges: every answer Mailgun can give."""

import time
from datetime import timedelta

import pytest

from newsletter.delivery import mailgun as mailgun_form
from newsletter.delivery.keeping import KeptFew
from newsletter.delivery.ledger import broken_invariants
from newsletter.delivery.models import (
    Batch,
    BatchState,
    Delivery,
    DeliveryEvent,
    Dispatch,
    DispatchState,
)
from newsletter.delivery.preparation import start
from newsletter.delivery.progress import progress
from newsletter.delivery.reconciling import reconcile
from newsletter.delivery.submission import submit_batch
from newsletter.delivery.sweeping import sweep
from newsletter.issues.blocks import OpeningBlock, TextBlock
from newsletter.rendering.freezing import freeze


@pytest.fixture
def batch(mailgun, scheduled, readers, now):
    start(scheduled.pk, now=now)
    return scheduled.batches.get()


@pytest.fixture
def later(now, settings):
    return now + timedelta(seconds=settings.SEARCH_LAG_SECONDS + 60)


def state_of(batch):
    return Batch.objects.get(pk=batch.pk).state


def recipients(mailgun):
    return sorted(line["recipient"] for line in mailgun.accepted())


def test_a_batch_is_one_request(mailgun, batch, clock):
    submit_batch(batch.pk, clock=clock)
    assert mailgun.requests == 1
    assert recipients(mailgun) == [
        "alice@example.nl",
        "bob@example.nl",
        "charlie@example.nl",
    ]


def test_each_reader_has_their_own_way_to_leave(mailgun, batch, readers, clock):
    submit_batch(batch.pk, clock=clock)
    links = {line["recipient"]: line["list_unsubscribe"] for line in mailgun.accepted()}
    for reader in readers:
        assert reader.token in links[reader.subscriber.address]
    assert all(line["unsubscribe_in_html"] for line in mailgun.accepted())


def test_the_headers_that_mail_programs_ask_for_are_there(mailgun, batch, clock):
    submit_batch(batch.pk, clock=clock)
    headers = mailgun.accepted()[0]["headers"]
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["List-Id"] == "<zondag.nieuws.example.nl>"
    assert headers["X-Auto-Response-Suppress"] == "OOF, AutoReply"


def test_readers_are_greeted_by_name(mailgun, scheduled, issue, readers, clock, now):
    OpeningBlock.objects.create(parent=issue, ordering=1, body="<p>Dag.</p>")
    rendition = freeze(issue, by=None, now=now)
    Dispatch.objects.filter(pk=scheduled.pk).update(rendition=rendition)
    start(scheduled.pk, now=now)
    submit_batch(scheduled.batches.get().pk, clock=clock)
    assert {line["greeting"] for line in mailgun.accepted()} == {
        "Goedemorgen Alice",
        "Goedemorgen Bob",
        "Goedemorgen Charlie",
    }


def test_an_editors_own_merge_words_arrive_as_typed(
    mailgun, scheduled, issue, readers, clock, now
):
    issue.subject = "Alles over %recipient.name_html% en %recipient_email%"
    issue.save()
    TextBlock.objects.create(parent=issue, body="<p>%recipient.unsubscribe_url%</p>")
    rendition = freeze(issue, by=None, now=now)
    Dispatch.objects.filter(pk=scheduled.pk).update(rendition=rendition)
    start(scheduled.pk, now=now)
    submit_batch(scheduled.batches.get().pk, clock=clock)
    assert {line["subject"] for line in mailgun.accepted()} == {issue.subject}


def test_what_took_too_long_to_make_does_not_leave(
    mailgun, batch, clock, settings, monkeypatch
):
    # Somebody else may have the batch by then, and have sent it.
    settings.LEASE_SECONDS, settings.TASK_SECONDS = 1.05, 1.0

    def slowly(*of, make=mailgun_form.build_form):
        time.sleep(0.3)
        return make(*of)

    monkeypatch.setattr(mailgun_form, "build_form", slowly)
    monkeypatch.setattr(mailgun_form, "_forms", KeptFew())
    submit_batch(batch.pk, clock=clock)
    assert mailgun.requests == 0
    assert state_of(batch) == BatchState.READY


@pytest.mark.parametrize(
    ("fault", "state", "taken"),
    [
        ("", BatchState.DONE, 3),
        ("429", BatchState.READY, 0),
        ("400", BatchState.FAILED, 0),
        ("401", BatchState.FAILED, 0),
        ("500", BatchState.AMBIGUOUS, 0),
        ("500 after", BatchState.AMBIGUOUS, 3),
        ("reset before", BatchState.AMBIGUOUS, 0),
        ("reset after", BatchState.AMBIGUOUS, 3),
        ("broken answer", BatchState.AMBIGUOUS, 3),
        ("slow 3", BatchState.AMBIGUOUS, 3),
    ],
)
def test_what_each_answer_proves(mailgun, batch, clock, fault, state, taken):
    mailgun.faults = [fault]
    submit_batch(batch.pk, clock=clock)
    assert (state_of(batch), len(mailgun.accepted())) == (state, taken)


@pytest.mark.parametrize("fault", ["500", "500 after", "reset before", "reset after"])
def test_an_uncertain_batch_reaches_everyone_exactly_once(
    mailgun, batch, scheduled, clock, later, fault
):
    mailgun.faults = [fault]
    submit_batch(batch.pk, clock=clock)
    reconcile(batch.pk, now=later)
    for batch_id in sweep(later).to_submit:
        submit_batch(batch_id, clock=lambda: later)
    assert recipients(mailgun) == [
        "alice@example.nl",
        "bob@example.nl",
        "charlie@example.nl",
    ]
    scheduled.refresh_from_db()
    assert scheduled.state == DispatchState.SENT
    assert progress(scheduled).accepted == 3
    assert not broken_invariants(now=later)


def test_no_evidence_is_asked_before_the_quarantine_is_over(mailgun, batch, clock, now):
    mailgun.faults = ["500"]
    submit_batch(batch.pk, clock=clock)
    assert not reconcile(batch.pk, now=now + timedelta(seconds=60))
    assert state_of(batch) == BatchState.AMBIGUOUS


def test_a_search_that_lags_is_asked_again_and_nobody_gets_it_twice(
    mailgun, batch, scheduled, clock, now, later, settings
):
    mailgun.faults = ["500 after"]
    submit_batch(batch.pk, clock=clock)
    mailgun.lagging = 1
    soon = now + timedelta(seconds=settings.QUARANTINE_SECONDS + 1)
    assert not reconcile(batch.pk, now=soon)
    assert state_of(batch) == BatchState.AMBIGUOUS
    mailgun.lagging = 0
    assert reconcile(batch.pk, now=soon + timedelta(seconds=31))
    assert progress(scheduled).accepted == 3


def test_who_is_not_found_among_the_others_is_left_to_a_person(
    mailgun, batch, scheduled, clock, now, later
):
    mailgun.faults = ["500 after"]
    submit_batch(batch.pk, clock=clock)
    mailgun.lagging = 1
    assert reconcile(batch.pk, now=later)
    assert sweep(later).to_submit == ()
    counted = progress(scheduled)
    assert (counted.accepted, counted.unknown) == (2, 1)
    assert not broken_invariants(now=later)


def test_nothing_found_is_no_proof_before_the_search_has_caught_up(
    mailgun, batch, clock, now, later, settings
):
    mailgun.faults = ["500"]
    submit_batch(batch.pk, clock=clock)
    soon = now + timedelta(seconds=settings.QUARANTINE_SECONDS + 1)
    assert not reconcile(batch.pk, now=soon)
    assert state_of(batch) == BatchState.AMBIGUOUS
    assert reconcile(batch.pk, now=later)
    assert state_of(batch) == BatchState.READY


def test_every_page_of_a_search_is_read_and_other_issues_are_ignored(
    mailgun, batch, scheduled, clock, now, later, monkeypatch
):
    monkeypatch.setattr("newsletter.delivery.evidence._PAGE", 2)
    mailgun.foreign = 7
    mailgun.faults = ["500 after"]
    submit_batch(batch.pk, clock=clock)
    assert reconcile(batch.pk, now=later)
    assert progress(scheduled).accepted == 3


def test_a_search_without_end_is_given_up_in_time(
    mailgun, batch, clock, later, settings
):
    mailgun.faults = ["500 after"]
    submit_batch(batch.pk, clock=clock)
    settings.TASK_SECONDS = 0
    assert not reconcile(batch.pk, now=later)
    assert Batch.objects.get(pk=batch.pk).last_error == "the search takes too long"


def test_after_429_the_batch_waits_as_told(mailgun, batch, clock):
    mailgun.faults = ["429"]
    submit_batch(batch.pk, clock=clock)
    waits = Batch.objects.get(pk=batch.pk).not_before - clock()
    assert waits == timedelta(seconds=1)


def test_a_refused_key_pauses_the_issue_with_the_reason(
    mailgun, batch, scheduled, clock
):
    mailgun.faults = ["401"]
    submit_batch(batch.pk, clock=clock)
    scheduled.refresh_from_db()
    assert scheduled.state == DispatchState.PAUSED
    assert "sleutel" in scheduled.pause_reason or "key" in scheduled.pause_reason


def test_a_provider_that_is_not_there_took_nothing(batch, clock, settings, unused_port):
    settings.ANYMAIL = {
        **settings.ANYMAIL,
        "MAILGUN_API_URL": f"http://127.0.0.1:{unused_port}/v3",
    }
    submit_batch(batch.pk, clock=clock)
    assert state_of(batch) == BatchState.READY


def test_a_worker_that_died_after_its_intent_leaves_an_uncertain_batch(
    mailgun, batch, now, settings
):
    Batch.objects.filter(pk=batch.pk).update(
        state=BatchState.SUBMITTING,
        submitted_at=now,
        lease_until=now + timedelta(seconds=settings.LEASE_SECONDS),
    )
    sweep(now + timedelta(seconds=settings.LEASE_SECONDS + 1))
    assert state_of(batch) == BatchState.AMBIGUOUS


def test_a_worker_that_died_before_its_intent_costs_nothing(
    mailgun, batch, now, settings
):
    Batch.objects.filter(pk=batch.pk).update(
        state=BatchState.CLAIMED,
        lease_until=now + timedelta(seconds=settings.LEASE_SECONDS),
    )
    work = sweep(now + timedelta(seconds=settings.LEASE_SECONDS + 1))
    assert work.to_submit == (batch.pk,)


@pytest.fixture
def unused_port():
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def test_whom_the_provider_told_of_is_never_mailed_again(
    mailgun, batch, clock, now, settings
):
    mailgun.faults = ["500"]
    submit_batch(batch.pk, clock=clock)
    told = batch.deliveries.order_by("pk").first()
    Delivery.objects.filter(pk=told.pk).update(event=DeliveryEvent.DELIVERED)
    long_after = now + timedelta(
        seconds=settings.SEARCH_LAG_SECONDS + settings.QUARANTINE_SECONDS + 60
    )
    reconcile(batch.pk, now=long_after)
    told.refresh_from_db()
    assert told.batch.state == BatchState.DONE
    assert not sweep(long_after).to_submit
