"""Find any part of an address or a name at once, with a million readers as well.

PostgreSQL keeps an index of every three letters in a row (pg_trgm). Its owner may add
that since version 13; where that is not allowed the search goes through all rows, which
takes about a second for a million. SQLite has no such index and few readers.
"""

from django.apps.registry import Apps
from django.db import DatabaseError, migrations, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

INDEXES = {
    "any_part_of_an_address": "address_key gin_trgm_ops",
    # As Django asks when it does not look at capitals.
    "any_part_of_a_first_name": "upper(first_name) gin_trgm_ops",
}


def add_indexes(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Add them where that can be."""
    connection = schema_editor.connection
    if connection.vendor != "postgresql":
        return
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except DatabaseError:
        print("  Without pg_trgm: searching readers goes through all rows.")
        return
    for name, what in INDEXES.items():
        schema_editor.execute(
            f"CREATE INDEX {name} ON subscribers_subscriber USING gin ({what})"
        )


def remove_indexes(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take them away again; the extension may serve others."""
    if schema_editor.connection.vendor == "postgresql":
        for name in INDEXES:
            schema_editor.execute(f"DROP INDEX IF EXISTS {name}")


class Migration(migrations.Migration):

    dependencies = [("subscribers", "0001_foundations")]
    # Where it was done before the first release, under its number of then.
    replaces = [("subscribers", "0023_find_any_part_of_an_address")]

    operations = [migrations.RunPython(add_indexes, remove_indexes)]
