"""Take away what PostgreSQL does for each reader that is added and nobody asks for.

* An index that another one begins with, and one of a column that nearly always is empty.
* The second index that Django adds to words, for those that begin with something: of
  hashes and tokens nobody asks that, and parts of addresses have a better one.
* Looking up the newsletter of each row: rows are made from it, and it never goes.

On SQLite this would make the tables anew, and win nothing that anybody notices.
"""

from typing import Any

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

NOT_NEEDED = (
    "subscribers_subscriber_address_hash_defd1eb2_like",
    "subscribers_subscription_token_5d8b7b2d_like",
)
# That of addresses has to do where the better one could not be made.
ADDRESSES, BETTER = (
    "subscribers_subscriber_address_key_4dff5f42_like",
    "any_part_of_an_address",
)


class AlterOnPostgreSQL(migrations.AlterField):
    """Alter a field where the table need not be made anew for it."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: Any,
        to_state: Any,
    ) -> None:
        """Leave SQLite as it is; backwards is the same, the other way around."""
        if schema_editor.connection.vendor == "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)


def drop_indexes(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take away the second indexes."""
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [BETTER])
        (has_better,) = cursor.fetchone()
    for name in (*NOT_NEEDED, *([ADDRESSES] if has_better else [])):
        schema_editor.execute(f"DROP INDEX IF EXISTS {name}")


class Migration(migrations.Migration):

    dependencies = [("subscribers", "0002_find_any_part_of_an_address")]

    operations = [
        AlterOnPostgreSQL(
            model_name="consent",
            name="mailing_list",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="consents",
                to="subscribers.mailinglist",
            ),
        ),
        AlterOnPostgreSQL(
            model_name="subscription",
            name="mailing_list",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="subscriptions",
                to="subscribers.mailinglist",
            ),
        ),
        AlterOnPostgreSQL(
            model_name="subscription",
            name="subscriber",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="subscriptions",
                to="subscribers.subscriber",
            ),
        ),
        AlterOnPostgreSQL(
            model_name="subscriber",
            name="merged_into",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged",
                to="subscribers.subscriber",
            ),
        ),
        migrations.AddIndex(
            model_name="subscriber",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)),
                fields=["merged_into"],
                name="who_was_merged",
            ),
        ),
        migrations.RunPython(drop_indexes, migrations.RunPython.noop),
    ]
