"""Tables whose rows are written once: the database itself refuses to change them.

Emptying the reference to a colleague who is deleted stays possible. PostgreSQL also
refuses to delete; SQLite does not, because Django empties tables that way in tests.
A later migration that rebuilds one of these tables on SQLite drops its triggers and
has to write them again; a test notices.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# Table, and the column that may become empty when a colleague is deleted.
APPEND_ONLY = (
    ("newsletter", "AuditEntry", "actor"),
    ("newsletter", "Rendition", "created_by"),
    ("subscribers", "Consent", None),
)
REFUSAL = "rows of {table} are never changed"

# One exception: an import that is undone takes along what it wrote itself. Nobody gave
# those consents here, and the transaction says which import it is undoing.
POSTGRES_FUNCTION = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'subscribers_consent' THEN
        IF OLD.channel = current_setting('newsletter.import_undone', true)
           AND OLD.act IN ('imported', 'withdrawn') THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def protect(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Put the triggers on the tables."""
    vendor = schema_editor.connection.vendor
    if vendor == "postgresql":
        # Without parameters (None), so that its percent sign stays one.
        schema_editor.execute(POSTGRES_FUNCTION, params=None)
    for app, name, may_be_emptied in APPEND_ONLY:
        options = apps.get_model(app, name)._meta
        emptied = options.get_field(may_be_emptied).column if may_be_emptied else ""
        kept = ", ".join(
            f'"{field.column}"'
            for field in options.local_concrete_fields
            if field.column != emptied
        )
        for statement in _statements(vendor, options.db_table, kept, emptied):
            schema_editor.execute(statement)


def unprotect(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take them away again."""
    vendor = schema_editor.connection.vendor
    for app, name, _column in APPEND_ONLY:
        table = apps.get_model(app, name)._meta.db_table
        on = f' ON "{table}"' if vendor == "postgresql" else ""
        for what in ("update", "reference", "delete"):
            schema_editor.execute(f'DROP TRIGGER IF EXISTS "{table}_{what}"{on}')
    if vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION refuse_change()")


def _statements(vendor: str, table: str, kept: str, emptied: str) -> list[str]:
    if vendor == "postgresql":
        action = "FOR EACH ROW {when} EXECUTE FUNCTION refuse_change()"
        condition = f'WHEN (NEW."{emptied}" IS NOT NULL)'
    else:
        refusal = REFUSAL.format(table=table)
        action = f"FOR EACH ROW {{when}} BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
        condition = f'WHEN NEW."{emptied}" IS NOT NULL'
    statements = [
        f'CREATE TRIGGER "{table}_update" BEFORE UPDATE OF {kept} ON "{table}" '
        + action.format(when="")
    ]
    if emptied:
        statements.append(
            f'CREATE TRIGGER "{table}_reference" BEFORE UPDATE OF "{emptied}" '
            f'ON "{table}" ' + action.format(when=condition)
        )
    if vendor == "postgresql":
        statements.append(
            f'CREATE TRIGGER "{table}_delete" BEFORE DELETE ON "{table}" '
            + action.format(when="")
        )
    return statements


class Migration(migrations.Migration):
    """After both apps have their tables."""

    dependencies = [
        ("newsletter", "0001_foundations"),
        ("subscribers", "0001_foundations"),
    ]
    operations = [migrations.RunPython(protect, unprotect)]
