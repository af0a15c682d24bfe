"""A publisher asks quiet readers to stay; who helps readers sees it."""

from importlib import import_module

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

ROLES = {
    "Uitgever": {"stayround": ("view", "add")},
    "Lezersservice": {"stayround": ("view",)},
}


def share_out(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give each role what it needs for this."""
    ways_in = import_module("subscribers.migrations.0008_who_looks_after_ways_in")
    ways_in.share_out(apps, schema_editor, ROLES)


class Migration(migrations.Migration):

    dependencies = [("subscribers", "0024_ask_quiet_readers_to_stay")]

    operations = [migrations.RunPython(share_out, migrations.RunPython.noop)]
