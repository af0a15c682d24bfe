"""One act for many readers: each once, whatever happens to the worker."""

from datetime import timedelta
from uuid import uuid4

import pytest

from newsletter.audit.models import AuditEntry
from subscribers import chores
from subscribers.chores import (
    CannotDo,
    decide,
    do_due,
    do_slice,
    forget_undecided,
    stop,
    write_down,
)
from subscribers.models import (
    Chore,
    ChoreKind,
    ChoreReader,
    ChoreState,
    Consent,
    ConsentAct,
    Import,
    ImportTag,
    Subscriber,
    Subscription,
    SubscriptionState,
    Tag,
)
from subscribers.privacy import erase
from subscribers.suppression import is_lastingly_suppressed
from tests.factories import MailingListFactory, SubscriptionFactory, UserFactory


@pytest.fixture
def els(db):
    return UserFactory.create()


@pytest.fixture
def readers(mailing_list):
    return SubscriptionFactory.create_batch(5, mailing_list=mailing_list)


@pytest.fixture
def tag(db):
    return Tag.objects.create(name="proeflezer")


@pytest.fixture
def chore(readers, els, now):
    return write_down(Subscriber.objects.values("pk"), "iedereen", by=els, now=now)


@pytest.fixture
def small_slices(monkeypatch):
    monkeypatch.setattr(chores, "SLICE", 2)


def work(now, *, looks=99):
    """Let a worker go on until it has looked at the clock so often."""
    moments = iter(now + timedelta(seconds=n) for n in range(1000))
    do_due(clock=lambda: next(moments), within=timedelta(seconds=looks))


def how_far(chore):
    chore.refresh_from_db()
    return chore.state, chore.done, chore.changed


# --- What is done ---


def test_who_has_a_tag_already_keeps_it_and_the_others_get_it(
    chore, readers, tag, els, now
):
    tag.subscribers.add(readers[0].subscriber)
    decide(chore, ChoreKind.TAG, tag=tag, by=els, now=now)
    work(now)
    assert tag.subscribers.count() == 5
    assert how_far(chore) == (ChoreState.DONE, 5, 4)
    assert not ChoreReader.objects.exists()


@pytest.mark.parametrize("act", [ChoreKind.TAG, ChoreKind.UNTAG])
def test_a_tag_of_an_import_is_ours_once_a_colleague_gave_or_took_it(
    act, chore, readers, mailing_list, tag, els, now
):
    source = Import.objects.create(mailing_list=mailing_list, created_at=now)
    reader = readers[0].subscriber
    tag.subscribers.add(reader)
    ImportTag.objects.create(source=source, number=1, subscriber=reader, tag=tag)
    decide(chore, act, tag=tag, by=els, now=now)
    work(now)
    assert not ImportTag.objects.exists()


def test_a_tag_is_taken_away(chore, readers, tag, els, now):
    tag.subscribers.add(readers[0].subscriber, readers[1].subscriber)
    decide(chore, ChoreKind.UNTAG, tag=tag, by=els, now=now)
    work(now)
    assert not tag.subscribers.exists()
    assert how_far(chore) == (ChoreState.DONE, 5, 2)


def test_who_is_unsubscribed_leaves_one_list_on_record(
    chore, readers, mailing_list, els, now
):
    other = SubscriptionFactory(
        subscriber=readers[0].subscriber,
        mailing_list=MailingListFactory(slug="doordeweeks"),
    )
    decide(
        chore,
        ChoreKind.UNSUBSCRIBE,
        mailing_list=mailing_list,
        note="Lazen een jaar niets",
        by=els,
        now=now,
    )
    work(now)
    places = Subscription.objects.filter(mailing_list=mailing_list)
    assert {one.state for one in places} == {SubscriptionState.UNSUBSCRIBED}
    other.refresh_from_db()
    assert other.state == SubscriptionState.CONFIRMED
    assert Consent.objects.filter(act=ConsentAct.WITHDRAWN).count() == 5
    begun = AuditEntry.objects.get(act="chore begun")
    assert begun.details["why"] == "Lazen een jaar niets"


def test_addresses_are_blocked(chore, readers, els, now):
    decide(chore, ChoreKind.BLOCK, note="Spamval", by=els, now=now)
    work(now)
    assert all(is_lastingly_suppressed(one.subscriber.address_hash) for one in readers)


def test_who_was_forgotten_meanwhile_is_left_alone(chore, readers, tag, els, now):
    decide(chore, ChoreKind.TAG, tag=tag, by=els, now=now)
    erase(readers[0].subscriber, channel="own data page", now=now)
    work(now)
    assert tag.subscribers.count() == 4
    assert how_far(chore) == (ChoreState.DONE, 5, 4)


def test_who_comes_later_is_not_among_them(chore, mailing_list, tag, els, now):
    decide(chore, ChoreKind.TAG, tag=tag, by=els, now=now)
    SubscriptionFactory(mailing_list=mailing_list)
    work(now)
    assert tag.subscribers.count() == 5


# --- What may happen to a worker ---


def test_a_worker_without_time_leaves_the_rest_to_the_next(
    chore, tag, els, now, small_slices
):
    decide(chore, ChoreKind.TAG, tag=tag, by=els, now=now)
    work(now, looks=6)
    state, done, _changed = how_far(chore)
    assert state == ChoreState.RUNNING
    assert 0 < done < 5
    work(now)
    assert how_far(chore) == (ChoreState.DONE, 5, 5)


def test_of_a_worker_that_was_killed_another_takes_over_after_a_minute(
    chore, tag, els, now, small_slices
):
    decide(chore, ChoreKind.TAG, tag=tag, by=els, now=now)
    killed = uuid4()
    Chore.objects.update(token=killed, lease_until=now + timedelta(minutes=1))
    assert do_slice(chore.pk, killed, now=now)
    work(now)
    assert how_far(chore)[1] == 2
    work(now + timedelta(minutes=2))
    assert how_far(chore) == (ChoreState.DONE, 5, 5)
    # It was not dead after all, only slow.
    assert not do_slice(chore.pk, killed, now=now + timedelta(minutes=3))


def test_a_slice_that_fails_leaves_nothing_half_done(
    chore, tag, els, now, small_slices, monkeypatch
):
    decide(chore, ChoreKind.TAG, tag=tag, by=els, now=now)

    def fails(*args):
        tag.subscribers.add(Subscriber.objects.first())
        raise RuntimeError("power cut")

    with monkeypatch.context() as broken:
        broken.setitem(chores._ACTS, ChoreKind.TAG, fails)
        with pytest.raises(RuntimeError):
            work(now)
    assert how_far(chore) == (ChoreState.RUNNING, 0, 0)
    assert not tag.subscribers.exists()
    assert ChoreReader.objects.count() == 5


def test_what_was_stopped_goes_no_further(chore, tag, els, now, small_slices):
    decide(chore, ChoreKind.TAG, tag=tag, by=els, now=now)
    token = uuid4()
    Chore.objects.update(token=token, lease_until=now + timedelta(minutes=1))
    do_slice(chore.pk, token, now=now)
    assert stop(chore, by=els, now=now)
    assert not stop(chore, by=els, now=now)
    assert not do_slice(chore.pk, token, now=now)
    work(now + timedelta(hours=1))
    assert how_far(chore) == (ChoreState.STOPPED, 2, 2)
    assert tag.subscribers.count() == 2
    acts = AuditEntry.objects.filter(act__startswith="chore").order_by("pk")
    assert [act.act for act in acts] == ["chore begun", "chore stopped"]


# --- Deciding ---


def test_nothing_happens_before_somebody_decides(chore, now):
    work(now)
    assert how_far(chore) == (ChoreState.ASKED, 0, 0)


def test_what_is_missing_is_asked(chore, els, now):
    for kind, words in (
        (ChoreKind.TAG, "label"),
        (ChoreKind.UNSUBSCRIBE, "nieuwsbrief"),
        (ChoreKind.BLOCK, "waarom"),
    ):
        with pytest.raises(CannotDo, match=words):
            decide(chore, kind, by=els, now=now)


def test_the_first_decision_stands(chore, tag, els, now):
    for _press in range(2):
        decide(chore, ChoreKind.TAG, tag=tag, by=els, now=now)
    with pytest.raises(CannotDo, match="iets anders"):
        decide(chore, ChoreKind.BLOCK, note="Nee", by=els, now=now)
    assert AuditEntry.objects.filter(act="chore begun").count() == 1


def test_for_nobody_nothing_is_written_down(mailing_list, els, now):
    with pytest.raises(CannotDo):
        write_down(Subscriber.objects.values("pk"), "niemand", by=els, now=now)
    assert not Chore.objects.exists()


def test_what_nobody_decided_about_is_forgotten_after_a_day(chore, now):
    forget_undecided(now + timedelta(hours=23))
    assert Chore.objects.exists()
    forget_undecided(now + timedelta(hours=25))
    assert not Chore.objects.exists()
    assert not ChoreReader.objects.exists()
