"""The second witness: who was handed over, kept outside the database of the rest.

A backup that is put back rewinds the ledger, and a rewound ledger would mail everyone
again. This small database is never backed up or restored with the rest; an attempt it
has seen before is not made a second time.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, IntegrityError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler

_TABLE = """
    CREATE TABLE IF NOT EXISTS witnessed (
        issue CHAR(32) NOT NULL,
        number INTEGER NOT NULL,
        attempt INTEGER NOT NULL,
        at CHAR(32) NOT NULL,
        PRIMARY KEY (issue, number, attempt)
    )
"""

# A handler of its own: the project's databases are migrated, emptied, dumped and
# restored, and this one must not be.
_connections = ConnectionHandler({"default": settings.WITNESS_DATABASE})


class WitnessSilent(Exception):
    """The witness cannot be asked; nothing may be handed over meanwhile."""


def testify(issue: UUID, number: int, attempt: int, *, now: datetime) -> bool:
    """Write down an attempt that is about to be made; False when it was made before.

    Raises:
        WitnessSilent: not written, so the attempt must not be made.
    """
    at = now.astimezone(UTC).isoformat(timespec="microseconds")
    with _asking() as connection, connection.cursor() as cursor:
        try:
            cursor.execute(
                "INSERT INTO witnessed (issue, number, attempt, at)"
                " VALUES (%s, %s, %s, %s)",
                [issue.hex, number, attempt, at],
            )
        except IntegrityError:
            return False
    return True


def testimony(issue: UUID) -> dict[int, int]:
    """Return the last attempt that was seen of each batch, by its number."""
    rows = _read(
        "SELECT number, MAX(attempt) FROM witnessed WHERE issue = %s GROUP BY number",
        issue,
    )
    return {int(number): int(attempt) for number, attempt in rows}


def last_number_seen(issue: UUID) -> int:
    """Return the highest number of a batch that was seen of an issue; 0 for none.

    A batch that a restored backup forgot keeps its number: a new one with the same
    would be taken for it.
    """
    try:
        return int(_read(_LAST_NUMBER, issue)[0][0] or 0)
    except WitnessSilent:
        # Then nothing is handed over either, and a number is soon found to be taken.
        return 0


_LAST_NUMBER = "SELECT MAX(number) FROM witnessed WHERE issue = %s"


def attempts_seen(issue: UUID) -> int:
    """Return how many attempts were seen of an issue."""
    return int(_read("SELECT COUNT(*) FROM witnessed WHERE issue = %s", issue)[0][0])


def span(issue: UUID) -> tuple[datetime, datetime] | None:
    """Return the first and the last moment that something of an issue left."""
    first, last = _read(
        "SELECT MIN(at), MAX(at) FROM witnessed WHERE issue = %s", issue
    )[0]
    if first is None:
        return None
    return datetime.fromisoformat(first), datetime.fromisoformat(last)


def _read(question: str, issue: UUID) -> list[tuple[Any, ...]]:
    with _asking() as connection, connection.cursor() as cursor:
        cursor.execute(question, [issue.hex])
        return list(cursor.fetchall())


@contextmanager
def _asking() -> Iterator[BaseDatabaseWrapper]:
    connection = _connections["default"]
    try:
        if connection.connection is None:
            _open(connection)
        yield connection
    except DatabaseError as error:
        connection.close()
        raise WitnessSilent(type(error).__name__) from error


def _open(connection: BaseDatabaseWrapper) -> None:
    """Connect, and make the table where there is none.

    Workers that make the file at the same moment refuse each other at once, whatever
    the time-out (SQLite changes a file to WAL by itself alone).
    """
    for tries_left in reversed(range(20)):
        try:
            with connection.cursor() as cursor:
                cursor.execute(_TABLE)
            return
        except DatabaseError:
            connection.close()
            if not tries_left:
                raise
            time.sleep(0.05)
