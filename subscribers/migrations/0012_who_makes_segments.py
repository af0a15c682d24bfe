"""Publishers and who helps readers make segments; editors see them, to aim an issue."""

from importlib import import_module

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_ALL = ("view", "add", "change", "delete")
ROLES = {"Uitgever": _ALL, "Lezersservice": _ALL, "Redactie": ("view",)}


def share_out(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give each role what it needs for this."""
    database = schema_editor.connection.alias
    roles = import_module("newsletter.migrations.0003_roles")
    roles.make_permissions(apps, "subscribers", database)
    permissions = apps.get_model("auth", "Permission").objects.using(database)
    for group in apps.get_model("auth", "Group").objects.using(database):
        codenames = [f"{act}_segment" for act in ROLES.get(group.name, ())]
        group.permissions.add(
            *permissions.filter(
                content_type__app_label="subscribers", codename__in=codenames
            )
        )


class Migration(migrations.Migration):

    dependencies = [
        ("subscribers", "0011_segments"),
        ("newsletter", "0003_roles"),
    ]

    operations = [migrations.RunPython(share_out, migrations.RunPython.noop)]
