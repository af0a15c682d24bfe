"""The database's own index of what search knows of each public page.

Django knows neither the column on PostgreSQL nor the table on SQLite. A later change of
newsletter_archiveentry on SQLite makes the table anew and drops its triggers: that
migration has to run `make_index` once more.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

ON_POSTGRESQL = (
    """
    ALTER TABLE newsletter_archiveentry ADD COLUMN words tsvector
    GENERATED ALWAYS AS (
        setweight(to_tsvector('dutch', folded_title), 'A')
        || setweight(to_tsvector('dutch', folded_text), 'B')
    ) STORED
    """,
    "CREATE INDEX archive_words ON newsletter_archiveentry USING gin (words)",
)
# An index beside the table, kept by triggers (SQLite, "FTS5 external content tables").
_NEW = "INSERT INTO newsletter_archivewords(rowid, folded_title, folded_text) VALUES (new.id, new.folded_title, new.folded_text);"
_OLD = "INSERT INTO newsletter_archivewords(newsletter_archivewords, rowid, folded_title, folded_text) VALUES ('delete', old.id, old.folded_title, old.folded_text);"
ON_SQLITE = (
    """
    CREATE VIRTUAL TABLE newsletter_archivewords USING fts5(
        folded_title, folded_text,
        content='newsletter_archiveentry', content_rowid='id', tokenize='unicode61'
    )
    """,
    f"CREATE TRIGGER archive_words_added AFTER INSERT ON newsletter_archiveentry BEGIN {_NEW} END",
    f"CREATE TRIGGER archive_words_gone AFTER DELETE ON newsletter_archiveentry BEGIN {_OLD} END",
    f"CREATE TRIGGER archive_words_changed AFTER UPDATE ON newsletter_archiveentry BEGIN {_OLD} {_NEW} END",
)


def make_index(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the index of words, each database in its own way."""
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    for statement in ON_SQLITE if is_sqlite else ON_POSTGRESQL:
        schema_editor.execute(statement)


def drop_index(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Drop what does not go with the table."""
    if schema_editor.connection.vendor == "sqlite":
        for name in ("added", "gone", "changed"):
            schema_editor.execute(f"DROP TRIGGER archive_words_{name}")
        schema_editor.execute("DROP TABLE newsletter_archivewords")


class Migration(migrations.Migration):
    dependencies = [("newsletter", "0003_roles")]
    # Where it was done before the first release, under its number of then.
    replaces = [("newsletter", "0026_words_of_the_archive")]

    operations = [migrations.RunPython(make_index, drop_index)]
