"""Publishers and Lezersservice take lists in and out; an undone import takes its
consents along.

A consent is never changed or deleted. The one exception is what an import wrote that is
being undone: nobody agreed to that here, and the record should not say so.
"""

from importlib import import_module

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

RIGHTS = ("view_import", "add_import", "change_import", "export_import")
ROLES = ("Uitgever", "Lezersservice")

GUARD = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {exception}
    RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$
"""
EXCEPTION = """
    IF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'subscribers_consent' THEN
        IF OLD.channel = current_setting('newsletter.import_undone', true)
           AND OLD.act IN ('imported', 'withdrawn') THEN
            RETURN OLD;
        END IF;
    END IF;
"""


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


def let_undone_go(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Let PostgreSQL's guard make the exception; SQLite's never minded deleting."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(GUARD.replace("{exception}", EXCEPTION), params=None)


def let_nothing_go(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the exception away again."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(GUARD.replace("{exception}", ""), params=None)


class Migration(migrations.Migration):

    dependencies = [
        ("subscribers", "0018_lists_taken_in_from_elsewhere"),
        ("newsletter", "0024_protect_consents_anew"),
    ]

    operations = [
        migrations.RunPython(share_out, migrations.RunPython.noop),
        migrations.RunPython(let_undone_go, let_nothing_go),
    ]
