"""The columns that consents got are never changed, either (see 0002)."""

from importlib import import_module

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def protect_anew(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Write the triggers again, over the columns there are now."""
    tables = import_module("newsletter.migrations.0002_append_only_tables")
    tables.unprotect(apps, schema_editor)
    tables.protect(apps, schema_editor)


class Migration(migrations.Migration):
    """After the columns: on SQLite they rebuild the table and drop its triggers."""

    dependencies = [
        ("newsletter", "0023_best_of_the_month"),
        ("subscribers", "0013_consents_recorded_by_us"),
    ]
    operations = [migrations.RunPython(protect_anew, protect_anew)]
