"""A few readers first: who they are, when the others follow, when not."""

from datetime import date, timedelta

import pytest

from newsletter.delivery import first_wave
from newsletter.delivery.control import resume
from newsletter.delivery.first_wave import size_of_first_wave
from newsletter.delivery.ledger import broken_invariants
from newsletter.delivery.models import (
    FIRST_WAVE,
    Batch,
    BatchState,
    Delivery,
    DeliveryException,
    Dispatch,
    DispatchState,
)
from newsletter.delivery.preparation import start
from newsletter.delivery.submission import submit_batch
from newsletter.delivery.sweeping import sweep
from tests.factories import (
    DispatchFactory,
    IssueFactory,
    SubscriptionFactory,
    UserFactory,
)
from tests.newsletter.delivery.mails import how_many_mails
from tests.newsletter.delivery.sunday import add_readers

MINUTE = timedelta(seconds=60)


@pytest.mark.parametrize(
    ("readers", "first"),
    [(1000, 50), (5000, 50), (5001, 51), (60_000, 600)],
)
def test_the_first_wave_is_fifty_or_one_percent(readers, first):
    assert size_of_first_wave(readers) == first


def ten_of_twelve_first(monkeypatch):
    monkeypatch.setattr(first_wave, "SMALLEST_AUDIENCE", 12)
    monkeypatch.setattr(first_wave, "AT_LEAST", 10)


@pytest.fixture
def in_two_waves(scheduled, mailing_list, now, monkeypatch):
    """Twelve readers, of whom two make one batch; ten are the first wave."""
    ten_of_twelve_first(monkeypatch)
    add_readers(mailing_list, 12)
    mailing_list.group_size = 2
    mailing_list.save()
    assert start(scheduled.pk, now=now)
    scheduled.refresh_from_db()
    return scheduled


def send(now):
    for batch_id in sweep(now).to_submit:
        submit_batch(batch_id, clock=lambda: now)


def waves():
    return list(Batch.objects.order_by("number").values_list("wave", "size"))


def test_every_batch_has_the_readers_it_says(in_two_waves, now):
    assert waves() == [(0, 2)] * 5 + [(1, 2)]
    assert broken_invariants(now=now) == []


def test_only_the_first_wave_leaves_at_first(in_two_waves, now):
    send(now)
    assert how_many_mails() == 10
    send(now + timedelta(seconds=30))
    assert how_many_mails() == 10


def test_after_a_minute_the_others_follow_by_themselves(in_two_waves, now):
    send(now)
    send(now + MINUTE)
    assert how_many_mails() == 12
    in_two_waves.refresh_from_db()
    assert in_two_waves.opened_at == now + MINUTE
    assert in_two_waves.state == DispatchState.SENT


def test_the_pace_of_the_others_begins_when_they_follow(
    scheduled, mailing_list, now, monkeypatch
):
    Dispatch.objects.update(pace_minutes=30)
    ten_of_twelve_first(monkeypatch)
    add_readers(mailing_list, 16)
    mailing_list.group_size = 2
    mailing_list.save()
    start(scheduled.pk, now=now)
    send(now)
    opened = now + 2 * MINUTE
    sweep(opened)
    turns = Batch.objects.filter(wave=1).order_by("number")
    assert list(turns.values_list("not_before", flat=True)) == [
        opened,
        opened + timedelta(minutes=10),
        opened + timedelta(minutes=20),
    ]


def test_a_first_wave_that_is_refused_holds_the_others(in_two_waves, now):
    send(now)
    refused = Delivery.objects.filter(batch__wave=FIRST_WAVE)[:3].values("pk")
    Delivery.objects.filter(pk__in=list(refused.values_list("pk", flat=True))).update(
        exception=DeliveryException.REJECTED
    )
    send(now + MINUTE)
    in_two_waves.refresh_from_db()
    assert in_two_waves.state == DispatchState.PAUSED
    assert "3" in in_two_waves.pause_reason
    assert how_many_mails() == 10


def test_a_first_wave_that_is_uncertain_holds_the_others(in_two_waves, now):
    send(now)
    batch = Batch.objects.filter(wave=FIRST_WAVE).first()
    Batch.objects.filter(pk=batch.pk).update(state=BatchState.UNKNOWN)
    Delivery.objects.filter(batch=batch).update(exception=DeliveryException.UNKNOWN)
    send(now + MINUTE)
    in_two_waves.refresh_from_db()
    assert in_two_waves.state == DispatchState.PAUSED
    assert "Van 2 van de eerste lezers" in in_two_waves.pause_reason


def test_a_publisher_lets_the_others_follow(in_two_waves, now):
    test_a_first_wave_that_is_refused_holds_the_others(in_two_waves, now)
    resume(in_two_waves, by=UserFactory(), now=now + 2 * MINUTE)
    send(now + 2 * MINUTE)
    assert how_many_mails() == 12


def test_going_on_in_the_middle_of_the_first_wave_does_not_skip_it(in_two_waves, now):
    Dispatch.objects.update(state=DispatchState.PAUSED)
    in_two_waves.refresh_from_db()
    resume(in_two_waves, by=UserFactory(), now=now)
    in_two_waves.refresh_from_db()
    assert in_two_waves.opened_at is None


def test_colleagues_are_in_the_first_wave(scheduled, mailing_list, now, monkeypatch):
    ten_of_twelve_first(monkeypatch)
    monkeypatch.setattr(first_wave, "AT_LEAST", 2)
    UserFactory(email="Els@Example.nl")
    add_readers(mailing_list, 12)
    els = SubscriptionFactory(
        mailing_list=mailing_list, subscriber__address="els@example.nl"
    )
    start(scheduled.pk, now=now)
    delivery = Delivery.objects.get(subscriber=els.subscriber)
    assert delivery.batch.wave == FIRST_WAVE


def test_a_list_may_want_no_first_wave(scheduled, mailing_list, now, monkeypatch):
    ten_of_twelve_first(monkeypatch)
    mailing_list.has_first_wave = False
    mailing_list.save()
    add_readers(mailing_list, 12)
    start(scheduled.pk, now=now)
    scheduled.refresh_from_db()
    assert scheduled.opened_at == now
    assert {wave for wave, _size in waves()} == {1}


def earlier(issue, audience, now):
    """An issue of last week with so many readers."""
    before = IssueFactory(
        mailing_list=issue.mailing_list, publication_date=date(2026, 11, 22)
    )
    due_at = now - timedelta(days=7)
    return DispatchFactory(
        issue=before,
        state=DispatchState.SENT,
        due_at=due_at,
        started_at=due_at,
        audience_count=audience,
    )


@pytest.mark.parametrize(
    ("before", "asked"), [(90, True), (86, True), (80, False), (49, False), (47, False)]
)
def test_an_unusual_audience_is_asked_about(
    scheduled, mailing_list, now, before, asked
):
    add_readers(mailing_list, 60)
    earlier(scheduled.issue, before, now)
    start(scheduled.pk, now=now)
    scheduled.refresh_from_db()
    assert (scheduled.state == DispatchState.PAUSED) is asked
    if asked:
        assert "60" in scheduled.pause_reason
        assert str(before) in scheduled.pause_reason


def test_a_publisher_who_says_yes_lets_the_unusual_audience_have_it(
    scheduled, mailing_list, now
):
    add_readers(mailing_list, 60)
    earlier(scheduled.issue, 90, now)
    start(scheduled.pk, now=now)
    scheduled.refresh_from_db()
    resume(scheduled, by=UserFactory(), now=now)
    send(now)
    assert how_many_mails() == 60
