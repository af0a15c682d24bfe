"""Migrate once for all the processes of a run; each begins with a copy.

Seconds of work a process otherwise. Without MIGRATED_DATABASES (the folder of a
run, see tools/run_tests.py) pytest-django makes a database as always.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection
from django.test.utils import setup_databases

FOLDER = "MIGRATED_DATABASES"


def copy_a_migrated_database(folder: Path, whose: str) -> None:
    """Let the connection of this process lead to a copy for ``whose`` alone."""
    with _one_at_a_time(folder):
        _lead_to_the_example(folder)
        connection.creation.clone_test_db(suffix=whose, verbosity=0)
    copy = connection.creation.get_test_db_clone_settings(suffix=whose)
    connection.settings_dict.update(copy)


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _lead_to_the_example(folder: Path) -> None:
    """Make the database that the others are copied from, where this is the first."""
    example = {"sqlite": str(folder / "migrated.sqlite3")}.get(
        connection.vendor, "migrated"
    )
    made = folder / f"{connection.vendor}.made"
    if made.exists():
        connection.settings_dict["NAME"] = example
    else:
        connection.settings_dict["TEST"]["NAME"] = example
        setup_databases(verbosity=0, interactive=False, serialized_aliases=[])
        _write_all_into_its_file()
        made.touch()
    # PostgreSQL copies only what nobody is connected to.
    connection.close()


def _write_all_into_its_file() -> None:
    """Leave nothing in SQLite's log: only the file itself is copied.

    Closing would do so too, but only when no other connection is left anywhere.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
