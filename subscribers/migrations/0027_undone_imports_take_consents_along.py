"""PostgreSQL's guard of consents lets go of those that an undone import wrote.

The exception stands with the guard itself (newsletter 0002), so that whoever writes its
triggers anew keeps it; this brings it to databases that have the guard already.
"""

from importlib import import_module

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def let_undone_go(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Write the function again; SQLite's triggers never minded deleting."""
    if schema_editor.connection.vendor == "postgresql":
        tables = import_module("newsletter.migrations.0002_append_only_tables")
        again = tables.POSTGRES_FUNCTION.replace("CREATE", "CREATE OR REPLACE", 1)
        # Without parameters (None), so that its percent sign stays one.
        schema_editor.execute(again, params=None)


class Migration(migrations.Migration):

    dependencies = [
        ("subscribers", "0026_former_addresses"),
        ("newsletter", "0028_protect_renditions_with_their_readers"),
    ]

    operations = [migrations.RunPython(let_undone_go, migrations.RunPython.noop)]
