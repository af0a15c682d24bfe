"""Who keeps the house sees what providers told and could not be read."""

from importlib import import_module

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

GIVEN = ("view_providercall", "change_providercall", "view_providerevent")


def share_out(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Let Beheer look, and have them tried again."""
    database = schema_editor.connection.alias
    roles = import_module("newsletter.migrations.0003_roles")
    roles.make_permissions(apps, "newsletter", database)
    permissions = apps.get_model("auth", "Permission").objects.using(database)
    groups = apps.get_model("auth", "Group").objects.using(database)
    given = permissions.filter(
        content_type__app_label="newsletter", codename__in=GIVEN
    )
    for group in groups.filter(name="Beheer"):
        group.permissions.add(*given)


class Migration(migrations.Migration):
    dependencies = [("newsletter", "0041_who_sees_alerts")]
    operations = [migrations.RunPython(share_out, migrations.RunPython.noop)]
