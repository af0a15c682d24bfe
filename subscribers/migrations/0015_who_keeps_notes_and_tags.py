"""Who helps readers keeps notes of them and tags them."""

from importlib import import_module

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_OF_READERS = {
    "note": ("view", "add", "delete"),
    "tag": ("view", "add", "change", "delete"),
}
ROLES = {"Uitgever": _OF_READERS, "Lezersservice": _OF_READERS}


def share_out(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give each role what it needs for this."""
    ways_in = import_module("subscribers.migrations.0008_who_looks_after_ways_in")
    ways_in.share_out(apps, schema_editor, ROLES)


class Migration(migrations.Migration):

    dependencies = [("subscribers", "0014_notes_and_tags")]

    operations = [migrations.RunPython(share_out, migrations.RunPython.noop)]
