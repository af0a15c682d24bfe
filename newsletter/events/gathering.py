"""Rows that several threads bring at one moment, stored by one statement.

Each thread waits until its row is stored, so that an answer still means what it meant;
the database is asked once for all that came while it was busy with the last.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

from django.db import InterfaceError, OperationalError

Row = TypeVar("Row")

# The database is away: no row is to blame, and asking for each alone takes time.
_OF_NO_ROW = (OperationalError, InterfaceError)


def _taken() -> Lock:
    lock = Lock()
    lock.acquire()
    return lock


@dataclass
class _Brought(Generic[Row]):
    """A row, and whether its thread may go on: it is settled, or it is to store."""

    row: Row
    turn: Lock = field(default_factory=_taken)
    is_settled: bool = False
    trouble: BaseException | None = None

    def settle(self, trouble: BaseException | None) -> None:
        self.trouble = trouble
        self.is_settled = True
        self.turn.release()


class Gathering(Generic[Row]):
    """Where threads of one process bring rows of one kind.

    There is no thread of its own that could be away when a process ends: whoever comes
    first stores what all have brought, and then the first of those who came meanwhile.
    """

    def __init__(self, store: Callable[[Sequence[Row]], object]) -> None:
        """Begin.

        Args:
            store: stores rows, all or none; returns when they outlive a power cut.
        """
        self._store = store
        self._lock = Lock()
        self._brought: list[_Brought[Row]] = []
        self._is_storing = False

    def bring(self, row: Row) -> None:
        """Have a row stored; return when it is.

        Raises:
            Exception: whatever the database says of this row, or of itself.
        """
        mine = _Brought(row)
        with self._lock:
            self._brought.append(mine)
            must_wait, self._is_storing = self._is_storing, True
        if must_wait:
            mine.turn.acquire()
        if not mine.is_settled:
            self._store_all()
        if mine.trouble:
            raise mine.trouble

    def _store_all(self) -> None:
        with self._lock:
            some, self._brought = self._brought, []
        troubles = self._troubles_with([one.row for one in some])
        for one, trouble in zip(some, troubles, strict=True):
            one.settle(trouble)
        with self._lock:
            self._is_storing = bool(self._brought)
            if self._brought:
                self._brought[0].turn.release()

    def _troubles_with(self, rows: Sequence[Row]) -> Sequence[BaseException | None]:
        """Store rows; return for each what went wrong, or None."""
        trouble = self._trouble_with(rows)
        if trouble is None or len(rows) == 1 or isinstance(trouble, _OF_NO_ROW):
            return [trouble] * len(rows)
        # One of them cannot be stored: each by itself, then.
        return [self._trouble_with([row]) for row in rows]

    def _trouble_with(self, rows: Sequence[Row]) -> BaseException | None:
        try:
            self._store(rows)
        except BaseException as trouble:  # whatever it is, others wait for an answer
            return trouble
        return None
