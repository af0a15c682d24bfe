"""INSERT … SELECT into a model's table: whole sets at a time, on either database."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, connection, models, transaction


def value(of: Any) -> Any:
    """Return a value as this database takes it in a statement of our own."""
    if isinstance(of, datetime):
        return connection.ops.adapt_datetimefield_value(of)
    if isinstance(of, date):
        return connection.ops.adapt_datefield_value(of)
    return of


def next_key(model: type[models.Model]) -> str:
    """Return SQL for the key that the next row of a table gets; each row its own."""
    table = model._meta.db_table
    if connection.vendor == "postgresql":
        return f"nextval((SELECT pg_get_serial_sequence('{table}', 'id')::regclass))"
    # A key that was given once is never given again: links of readers are signed by it.
    last = f"SELECT seq FROM sqlite_sequence WHERE name = '{table}'"  # noqa: S608
    return f"(COALESCE(({last}), 0) + ROW_NUMBER() OVER ())"


def insert_select(
    model: type[models.Model],
    columns: Mapping[str, tuple[str, Sequence[Any]]],
    rest: str,
    values: Sequence[Any],
) -> int:
    """Insert what a SELECT finds; return how many rows.

    Args:
        columns: from field to its SQL with the values in it; the others get their
            default, so that a field added to the model needs no change here.
        rest: everything from FROM on, with a WHERE.
        values: of the placeholders in it.
    """
    given = dict(columns)
    for field in model._meta.local_concrete_fields:
        if not field.primary_key and field.name not in given:
            given[field.name] = ("%s", [field.get_default()])
    fields = (model._meta.get_field(name) for name in given)
    names = [str(field.column) for field in fields]  # type: ignore[union-attr]
    statement = f"""
        INSERT INTO {model._meta.db_table}
            ({", ".join(map(connection.ops.quote_name, names))})
        SELECT {", ".join(sql for sql, _values in given.values())}
        {rest}
    """
    every = [one for _sql, some in given.values() for one in some]
    with connection.cursor() as cursor:
        cursor.execute(statement, [value(one) for one in [*every, *values]])
        return int(cursor.rowcount)


def insert_what_is_missing(
    model: type[models.Model],
    columns: Mapping[str, tuple[str, Sequence[Any]]],
    rest: str,
    values: Sequence[Any],
) -> int:
    """Insert what a SELECT finds, unless it is there already; return how many rows.

    Nearly always none of them is: looking for each row before it is written is done
    only when one turned out to be there.
    """
    try:
        with transaction.atomic():
            return insert_select(model, columns, rest, values)
    except IntegrityError:
        unless = f"{rest} ON CONFLICT DO NOTHING"
        return insert_select(model, columns, unless, values)
