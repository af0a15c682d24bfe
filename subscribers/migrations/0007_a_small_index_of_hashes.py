"""Find a reader by the hash of their address in an index a quarter of the size.

Of hashes nobody asks more than whether they are equal. To keep them in order took
PostgreSQL eleven microseconds of each reader that is added to 600,000; this takes three.
The index keeps its name.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

INDEX = "subscribers_subscriber_address_hash_defd1eb2"


def use_hash(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the index anew, without order."""
    _make(schema_editor, "hash")


def use_btree(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the index anew, as Django makes it."""
    _make(schema_editor, "btree")


def _make(schema_editor: BaseDatabaseSchemaEditor, kind: str) -> None:
    # SQLite has one kind of index, and few readers.
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX IF EXISTS {INDEX}")
        schema_editor.execute(
            f"CREATE INDEX {INDEX} ON subscribers_subscriber USING {kind}"
            " (address_hash)"
        )


class Migration(migrations.Migration):

    dependencies = [("subscribers", "0006_find_what_other_imports_say")]

    operations = [migrations.RunPython(use_hash, use_btree)]
