"""What asks for a person is seen by editors, publishers and who keeps the house."""

from importlib import import_module

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

WHO_LOOKS = ("Redactie", "Uitgever", "Beheer")


def share_out(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Let these roles look."""
    database = schema_editor.connection.alias
    roles = import_module("newsletter.migrations.0003_roles")
    roles.make_permissions(apps, "newsletter", database)
    permissions = apps.get_model("auth", "Permission").objects.using(database)
    groups = apps.get_model("auth", "Group").objects.using(database)
    looking = permissions.get(
        content_type__app_label="newsletter", codename="view_alert"
    )
    for group in groups.filter(name__in=WHO_LOOKS):
        group.permissions.add(looking)


class Migration(migrations.Migration):
    dependencies = [("newsletter", "0040_mails_about_corrections")]
    operations = [migrations.RunPython(share_out, migrations.RunPython.noop)]
