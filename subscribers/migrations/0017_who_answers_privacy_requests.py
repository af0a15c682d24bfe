"""Who helps readers answers what they ask under the privacy law."""

from importlib import import_module

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_REQUESTS = {"privacyrequest": ("view", "add", "change")}
ROLES = {"Uitgever": _REQUESTS, "Lezersservice": _REQUESTS}


def share_out(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give each role what it needs for this."""
    ways_in = import_module("subscribers.migrations.0008_who_looks_after_ways_in")
    ways_in.share_out(apps, schema_editor, ROLES)


class Migration(migrations.Migration):

    dependencies = [("subscribers", "0016_privacy_requests")]

    operations = [migrations.RunPython(share_out, migrations.RunPython.noop)]
