"""Publishers and Beheer look after topics and ways in; Beheer says on which sites."""

from importlib import import_module

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_ALL = ("view", "add", "change", "delete")
ROLES = {
    "Beheer": {"topic": _ALL, "signupsource": _ALL, "formsite": _ALL},
    "Uitgever": {"topic": _ALL, "signupsource": _ALL, "formsite": ("view",)},
    "Lezersservice": {"topic": ("view",), "signupsource": ("view",)},
}


def share_out(
    apps: Apps,
    schema_editor: BaseDatabaseSchemaEditor,
    shares: dict[str, dict[str, tuple[str, ...]]] = ROLES,
) -> None:
    """Give each role what it needs for this."""
    database = schema_editor.connection.alias
    roles = import_module("newsletter.migrations.0003_roles")
    roles.make_permissions(apps, "subscribers", database)
    permissions = apps.get_model("auth", "Permission").objects.using(database)
    for group in apps.get_model("auth", "Group").objects.using(database):
        for model, acts in shares.get(group.name, {}).items():
            group.permissions.add(
                *permissions.filter(
                    content_type__app_label="subscribers",
                    codename__in=[f"{act}_{model}" for act in acts],
                )
            )


class Migration(migrations.Migration):

    dependencies = [
        ("subscribers", "0007_ways_in_and_topics"),
        ("newsletter", "0003_roles"),
    ]

    operations = [migrations.RunPython(share_out, migrations.RunPython.noop)]
