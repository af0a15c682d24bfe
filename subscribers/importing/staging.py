"""Writing the rows of a file into the database, where they touch nothing else."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from subscribers.importing.columns import Standing
from subscribers.importing.rows import ReadRow
from subscribers.models import Import, ImportRow, LeftOut

_TABLE = ImportRow._meta.db_table
_COLUMNS = ("source_id", *ReadRow._fields)


def write_rows(source: Import, rows: Sequence[ReadRow]) -> None:
    """Write rows by COPY, or on SQLite one prepared statement."""
    if connection.vendor == "postgresql":
        columns = ", ".join(map(connection.ops.quote_name, _COLUMNS))
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY {_TABLE} ({columns}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row((source.pk, *row))
        return
    columns = ", ".join(map(connection.ops.quote_name, _COLUMNS))
    places = ", ".join(["%s"] * len(_COLUMNS))
    statement = f"INSERT INTO {_TABLE} ({columns}) VALUES ({places})"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.executemany(statement, [_adapted(source, row) for row in rows])


def _adapted(source: Import, row: ReadRow) -> list[Any]:
    moments = (
        connection.ops.adapt_datetimefield_value(value)
        if isinstance(value, datetime)
        else value
        for value in row
    )
    return [source.pk, *map(_text, moments)]


def _text(value: Any) -> Any:
    # Choices are text with a class of their own, which SQLite does not know.
    return str(value) if isinstance(value, str) else value


def leave_out_doubles(source: Import) -> int:
    """Mark all rows of an address but one; who left somewhere has left.

    Of the rows of one address the gravest counts, then the first.
    """
    gravest = " ".join(
        f"WHEN '{standing}' THEN {place}"
        for place, standing in enumerate(
            (
                Standing.COMPLAINED,
                Standing.BLOCKED,
                Standing.BOUNCED,
                Standing.UNSUBSCRIBED,
            )
        )
    )
    statement = f"""
        UPDATE {_TABLE} SET left_out = %s, reason = %s
        WHERE source_id = %s AND number IN (
            SELECT number FROM (
                SELECT number, ROW_NUMBER() OVER (
                    PARTITION BY address_key
                    ORDER BY CASE standing {gravest} ELSE 9 END, number
                ) AS place
                FROM {_TABLE} WHERE source_id = %s AND left_out = ''
            ) AS ranked WHERE place > 1
        )
    """  # noqa: S608 (names of ours, every value is a parameter)
    reason = _("This address stands in the file more than once.")
    with connection.cursor() as cursor:
        cursor.execute(statement, [LeftOut.DOUBLE, reason, source.pk, source.pk])
        return int(cursor.rowcount)
