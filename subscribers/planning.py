"""What PostgreSQL is told before it meets many rows; SQLite needs no word of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

# Of a stretch a few rows are looked up by key, not all there are gone through.
_DETOURS = ("enable_hashjoin", "enable_mergejoin", "enable_bitmapscan")
# New words wait in a list before they go into the index of parts of addresses: of a
# long list many go to the same place. Who searches meanwhile reads the list as well.
_ROOM = {"gin_pending_list_limit": "64MB", "work_mem": "64MB"}
# Everybody is in memory, or on a disk without an arm that moves: looking up the few who
# are blocked is quicker there than going through all.
_FOR_MANY = {"work_mem": "128MB", "random_page_cost": "1.1"}
_BY_KEY = dict.fromkeys(_DETOURS, "off") | _ROOM


def look_up_by_key() -> None:
    """Let PostgreSQL look up the few rows of a stretch by key, in this transaction.

    The tables grow under its eyes, so what it thinks of their size is old, and it takes
    the index for parts of an address to be quicker than that of addresses.
    """
    _tell(_BY_KEY)


def do_not_wait_for_the_disk() -> None:
    """Let PostgreSQL end this transaction before it is on the disk.

    For what is done once more when it was lost. A power cut may take the last of such
    transactions, each as a whole; none on which rests what somebody else ended since.
    """
    _tell({"synchronous_commit": "off"})


@contextmanager
def room_for_many() -> Iterator[None]:
    """Let a question about all readers be answered in memory.

    In the four megabytes it has by itself, PostgreSQL looks each reader up instead of
    keeping at hand, say, who got the last issue.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic():
        _tell(_FOR_MANY)
        yield


def _tell(settings: dict[str, str]) -> None:
    if connection.vendor == "postgresql":
        asked = ", ".join("set_config(%s, %s, true)" for _setting in settings)
        with connection.cursor() as cursor:
            values = [word for setting in settings.items() for word in setting]
            cursor.execute(f"SELECT {asked}", values)


def count_for_the_planner(*models: Any) -> None:
    """Tell PostgreSQL that a table has many more rows than a moment ago."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for model in models:
                cursor.execute(f"ANALYZE {model._meta.db_table}")


def tidy(model: Any) -> None:
    """Put into the indexes of parts of words what waits for it.

    Else whoever adds the next reader has to wait while that is done. Only the owner of
    a table may; another has to leave it to the server, which does it sooner or later.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(_TIDYING, [model._meta.db_table])


_TIDYING = """
    SELECT gin_clean_pending_list(i.indexrelid)
    FROM pg_index AS i
    JOIN pg_class AS c ON c.oid = i.indexrelid
    JOIN pg_am AS a ON a.oid = c.relam AND a.amname = 'gin'
    WHERE i.indrelid = %s::regclass AND pg_has_role(c.relowner, 'USAGE')
"""
