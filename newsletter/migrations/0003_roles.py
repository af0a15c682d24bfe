"""The roles as groups, with what each may do. Later changes by hand are left alone."""

from typing import Any

from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

VIEW = ("view",)
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
    "newsletter.correction": ("view", "add", "change"),
    "newsletter.dispatch": ("view", "pause"),
    "newsletter.feed": VIEW,
    "newsletter.alert": VIEW,
    # To aim an issue at.
    "subscribers.segment": VIEW,
}
READER_MAIL = {
    "newsletter.readermail": ("view", "change"),
    "newsletter.mistakereport": ("view", "change"),
    "newsletter.answertext": ALL,
}
READERS = {
    "subscribers.subscriber": ALL,
    "subscribers.subscription": ("view", "add", "change"),
    "subscribers.consent": VIEW,
    "subscribers.suppression": ("view", "add", "delete"),
    "subscribers.segment": ALL,
    "subscribers.note": ("view", "add", "delete"),
    "subscribers.tag": ALL,
    "subscribers.privacyrequest": ("view", "add", "change"),
    "subscribers.import": ("view", "add", "change", "export"),
    "subscribers.chore": ("view", "add"),
    "subscribers.topic": VIEW,
    "subscribers.signupsource": VIEW,
    "subscribers.stayround": VIEW,
}
PUBLISHING = {
    "newsletter.approval": ("view", "add"),
    "newsletter.dispatch": ("view", "add", "pause", "control"),
    "subscribers.topic": ALL,
    "subscribers.signupsource": ALL,
    "subscribers.formsite": VIEW,
    "subscribers.stayround": ("view", "add"),
}
HOUSE = {
    "auth.user": ALL,
    "auth.group": ALL,
    "subscribers.mailinglist": ALL,
    "subscribers.topic": ALL,
    "subscribers.signupsource": ALL,
    "subscribers.formsite": ALL,
    "newsletter.feed": ALL,
    "newsletter.client": ALL,
    "newsletter.listener": ALL,
    "newsletter.notice": ("view", "change"),
    "newsletter.providerpace": ("view", "change"),
    "newsletter.providercall": ("view", "change"),
    "newsletter.providerevent": VIEW,
    "newsletter.outgoingmail": VIEW,
    "newsletter.auditentry": VIEW,
    "newsletter.alert": VIEW,
}
ROLES = {
    "Redactie": {**EDITING, **READER_MAIL},
    "Uitgever": {**EDITING, **READER_MAIL, **READERS, **PUBLISHING},
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
    there = {
        (permission.content_type.app_label, permission.codename): permission
        for permission in Permission.objects.using(database).select_related(
            "content_type"
        )
    }
    return [
        there[label, f"{act}_{name}"]
        for label, name, acts in ((*model.split("."), acts) for model, acts in rights.items())
        for act in acts
    ]


def unmake_roles(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the groups away again."""
    database = schema_editor.connection.alias
    apps.get_model("auth", "Group").objects.using(database).filter(
        name__in=ROLES
    ).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("newsletter", "0002_append_only_tables"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_roles, unmake_roles)]
