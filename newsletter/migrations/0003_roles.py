"""The roles as groups, with what each may do. Later changes by hand are left alone."""

from typing import Any

from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

ALL = ("view", "add", "change", "delete")
BLOCKS = tuple(
    f"newsletter.{kind}block"
    for kind in (
        "opening hero card text quote tips image button expert mustread question "
        "pausemoment advertorial helpline corrections divider"
    ).split()
)
EDITING = {
    "newsletter.article": ALL,
    "newsletter.mustread": ALL,
    "newsletter.author": ALL,
    "newsletter.category": ALL,
    "newsletter.expert": ALL,
    "newsletter.picture": ALL,
    "newsletter.issue": ALL,
    **{block: ALL for block in BLOCKS},
    "newsletter.dispatch": ("view", "pause"),
}
READER_MAIL = {
    "newsletter.readermail": ("view", "change"),
    "newsletter.mistakereport": ("view", "change"),
}
PUBLISHING = {
    "newsletter.approval": ("view", "add"),
    "newsletter.dispatch": ("view", "add", "pause", "control"),
}
READERS = {
    "subscribers.subscriber": ALL,
    "subscribers.subscription": ("view", "add", "change"),
    "subscribers.consent": ("view",),
    "subscribers.suppression": ("view", "add", "delete"),
}
HOUSE = {
    "subscribers.mailinglist": ALL,
    "auth.user": ALL,
    "auth.group": ALL,
    "newsletter.auditentry": ("view",),
    "newsletter.outgoingmail": ("view",),
}
ROLES = {
    "Redactie": {**EDITING, **READER_MAIL},
    "Uitgever": {**EDITING, **READER_MAIL, **PUBLISHING, **READERS},
    "Lezersservice": {**READER_MAIL, **READERS},
    "Beheer": HOUSE,
}


def make_roles(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the groups. Permissions come after all migrations, so they are made here."""
    database = schema_editor.connection.alias
    for label in ("auth", "newsletter", "subscribers"):
        make_permissions(apps, label, database)
    Group = apps.get_model("auth", "Group")
    for name, rights in ROLES.items():
        group, _is_new = Group.objects.using(database).get_or_create(name=name)
        group.permissions.add(*_permissions(apps, rights, database))


def make_permissions(apps: Apps, label: str, database: str) -> None:
    """Write the permissions of one app as Django does after migrating."""
    config = apps.get_app_config(label)
    # Without this mark Django takes an app of a migration for one without models.
    config.models_module = getattr(config, "models_module", None) or True
    create_permissions(config, apps=apps, verbosity=0, using=database)


def _permissions(
    apps: Apps, rights: dict[str, tuple[str, ...]], database: str
) -> list[Any]:
    Permission = apps.get_model("auth", "Permission")
    found = []
    for model, acts in rights.items():
        label, name = model.split(".")
        found += [
            Permission.objects.using(database).get(
                content_type__app_label=label, codename=f"{act}_{name}"
            )
            for act in acts
        ]
    return found


def unmake_roles(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the groups away again."""
    database = schema_editor.connection.alias
    apps.get_model("auth", "Group").objects.using(database).filter(
        name__in=ROLES
    ).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("newsletter", "0002_append_only_tables"),
        ("subscribers", "0001_foundations"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_roles, unmake_roles)]
