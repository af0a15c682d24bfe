"""Publishers and Lezersservice take lists in and out."""

from importlib import import_module

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

RIGHTS = ("view_import", "add_import", "change_import", "export_import")
ROLES = ("Uitgever", "Lezersservice")

def share_out(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give each role what it needs for this."""
    database = schema_editor.connection.alias
    roles = import_module("newsletter.migrations.0003_roles")
    roles.make_permissions(apps, "subscribers", database)
    permissions = apps.get_model("auth", "Permission").objects.using(database)
    for group in apps.get_model("auth", "Group").objects.using(database):
        if group.name in ROLES:
            group.permissions.add(
                *permissions.filter(
                    content_type__app_label="subscribers", codename__in=RIGHTS
                )
            )


class Migration(migrations.Migration):

    dependencies = [
        ("subscribers", "0018_lists_taken_in_from_elsewhere"),
        ("newsletter", "0024_protect_consents_anew"),
    ]

    operations = [migrations.RunPython(share_out, migrations.RunPython.noop)]
