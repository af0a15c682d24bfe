"""Two stretches at a time: as if one came after the other, whatever becomes of them."""

import contextlib
import threading
from functools import partial

import pytest
from django.db import connection

from subscribers.addresses import address_hash
from subscribers.importing import working
from subscribers.importing.side_by_side import can_be_apart
from subscribers.models import (
    Consent,
    FormerAddress,
    Import,
    ImportState,
    Subscriber,
    Subscription,
)
from tests.factories import MailingListFactory, SubscriberFactory
from tests.subscribers.importing.lists import (
    agreed,
    looked_through,
    undone,
    worked_on,
)

# With its header eleven rows: of three at a time the first stretch is done alone, then
# two at once, and the two that are left.
TEN = "email\n" + "".join(f"lezer{n}@example.nl\n" for n in range(10))
FIRST, SECOND, AFTER_BOTH = 3, 6, 9
at_once = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite lets one write at a time"
)


@pytest.fixture
def ten(now, monkeypatch):
    """A list of ten readers that somebody agreed to, to be taken in by threes."""
    monkeypatch.setattr(working, "AT_ONCE", 3)
    return agreed(looked_through(TEN, MailingListFactory.create(), now), now)


@pytest.fixture
def taken_in_while(monkeypatch, ten, now):
    """Take the list in while something happens in a stretch, told by where it begins.

    Return the list, and by which thread each stretch was taken in.
    """

    def taken_in_while(happens):
        take_in, threads = working.take_in, {}

        def acts(stretch):
            threads[stretch.after] = threading.current_thread()
            counts = take_in(stretch)
            happens.get(stretch.after, lambda: None)()
            return counts

        with monkeypatch.context() as patched:
            patched.setattr(working, "take_in", acts)
            with contextlib.suppress(KeyboardInterrupt):
                worked_on(ten, now)
        ten.refresh_from_db()
        return ten, threads

    return taken_in_while


def is_killed():
    raise KeyboardInterrupt


@at_once
@pytest.mark.django_db(transaction=True)
def test_two_stretches_are_taken_in_at_once_and_undone_at_once(taken_in_while, now):
    source, threads = taken_in_while({})

    assert (source.state, source.result) == (ImportState.DONE, {"new": 10})
    assert threads[FIRST] == threads[AFTER_BOTH] == threading.main_thread()
    assert threads[SECOND] != threading.main_thread()
    assert undone(source, now).result == {"taken_out": 10}
    assert not Subscriber.objects.exists()


@at_once
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("killed", "mark"), [(FIRST, 3), (SECOND, 6)])
def test_what_came_before_one_that_was_killed_is_in_and_the_rest_follows(
    taken_in_while, now, killed, mark
):
    source, _threads = taken_in_while({killed: is_killed})

    # The header is the first of the rows.
    assert (source.rows_done, Subscription.objects.count()) == (mark, mark - 1)
    assert source.result == {"new": mark - 1}
    source = worked_on(source, now + working.LEASE)
    assert (source.state, source.result) == (ImportState.DONE, {"new": 10})
    assert Subscription.objects.count() == Consent.objects.count() == 10


@at_once
@pytest.mark.django_db(transaction=True)
def test_of_an_import_that_is_stopped_the_second_stretch_is_not_in(taken_in_while):
    running = Import.objects.filter(state=ImportState.TAKING_IN)
    stops = partial(running.update, state=ImportState.STOPPED)
    source, _threads = taken_in_while({FIRST: stops})

    assert (source.state, source.rows_done) == (ImportState.STOPPED, 6)
    assert Subscription.objects.count() == 5


def test_keys_of_rows_that_are_taken_in_together_begin_alike_and_differ(db, ten):
    keys = [(one.uuid.hex, one.token) for one in ten.rows.all()]

    assert len({uuid[:8] for uuid, _token in keys}) == 1
    assert len({token[:4] for _uuid, token in keys}) == 1
    assert len({uuid[8:] for uuid, _token in keys}) == len(keys)
    assert len({token[4:] for _uuid, token in keys}) == len(keys)
    assert all(token[-1].isalnum() for _uuid, token in keys)


# --- Who may stand there twice ---


def test_rows_of_whoever_moved_or_was_merged_are_not_taken_in_apart(db, ten):
    assert can_be_apart(ten, after=0, last=10)

    moved = SubscriberFactory.create(address="elders@example.nl")
    FormerAddress.objects.create(
        subscriber=moved, address_hash=address_hash("lezer3@example.nl")
    )
    SubscriberFactory.create(address="lezer7@example.nl", merged_into=moved)

    assert [can_be_apart(ten, after=n, last=n + 1) for n in range(3, 10)] == [
        *(True, False, True, True, True, False, True)
    ]
