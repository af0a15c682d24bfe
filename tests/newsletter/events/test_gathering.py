"""Threads bring rows at one moment; the database is asked as seldom as may be."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import OperationalError

from newsletter.events.gathering import Gathering

SOON = 5.0


class Slow:
    """A database that is busy with the first row until all others are brought."""

    def __init__(self, *, trouble=None):
        self.trouble = trouble or {}
        self.asked = []
        self.all_brought = Event()

    def store(self, rows):
        self.asked.append(sorted(rows))
        if len(self.asked) == 1:
            self.all_brought.wait(SOON)
        for row in rows:
            if row in self.trouble:
                raise self.trouble[row]


def brought(database, *rows):
    """Bring rows, all but the first while that one is stored; return the troubles."""
    gathering = Gathering(database.store)
    with ThreadPoolExecutor(len(rows)) as threads:
        said = {rows[0]: threads.submit(gathering.bring, rows[0])}
        wait_until(lambda: database.asked)
        said |= {row: threads.submit(gathering.bring, row) for row in rows[1:]}
        wait_until(lambda: len(gathering._brought) == len(rows) - 1)
        assert not any(one.done() for one in said.values())
        database.all_brought.set()
        return {row: one.exception(SOON) for row, one in said.items()}


def wait_until(true):
    pause = Event()
    for _ in range(1000):
        if true():
            return
        pause.wait(0.001)
    raise AssertionError("it does not come to that")


def test_what_comes_while_the_database_is_busy_is_stored_by_one_statement():
    database = Slow()
    assert set(brought(database, "a", "b", "c", "d").values()) == {None}
    assert database.asked == [["a"], ["b", "c", "d"]]


def test_a_row_that_cannot_be_stored_fails_alone():
    bad = ValueError("c")
    database = Slow(trouble={"c": bad})
    said = brought(database, "a", "b", "c", "d")
    assert said == {"a": None, "b": None, "c": bad, "d": None}


def test_all_hear_that_the_database_is_away_and_it_is_asked_once_for_them():
    away = OperationalError("the server closed the connection")
    database = Slow(trouble={"b": away})
    said = brought(database, "a", "b", "c")
    assert said == {"a": None, "b": away, "c": away}
    assert len(database.asked) == 2


def test_the_next_row_is_stored_after_one_that_failed():
    database = Slow(trouble={"a": ValueError("a")})
    database.all_brought.set()
    gathering = Gathering(database.store)
    with pytest.raises(ValueError, match="a"):
        gathering.bring("a")
    gathering.bring("b")
    assert database.asked[-1] == ["b"]


def test_who_is_torn_away_while_storing_leaves_nobody_waiting():
    database = Slow(trouble={"b": SystemExit("the process ends")})
    said = brought(database, "a", "b", "c")
    assert (said["a"], said["c"]) == (None, None)
