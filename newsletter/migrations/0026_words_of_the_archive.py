"""What search knows of each public page, and the database's own index of it.

Django knows neither the column on PostgreSQL nor the table on SQLite. A later change of
newsletter_archiveentry on SQLite makes the table anew and drops its triggers: that
migration has to run `make_index` once more.
"""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
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

    dependencies = [
        ('newsletter', '0025_find_acts_by_subject'),
    ]

    operations = [
        migrations.CreateModel(
            name='ArchiveEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200)),
                ('text', models.TextField()),
                ('folded_title', models.CharField(max_length=400)),
                ('folded_text', models.TextField()),
                ('day', models.DateField()),
                ('read_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'entry of the archive',
                'verbose_name_plural': 'entries of the archive',
            },
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(fields=['state', 'updated_at'], name='article_changed'),
        ),
        migrations.AddField(
            model_name='archiveentry',
            name='article',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='newsletter.article'),
        ),
        migrations.AddField(
            model_name='archiveentry',
            name='issue',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='newsletter.issue'),
        ),
        migrations.AddConstraint(
            model_name='archiveentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('article__isnull', True), ('issue__isnull', False)), models.Q(('article__isnull', False), ('issue__isnull', True)), _connector='OR'), name='archive_entry_is_of_one_page'),
        ),
        migrations.RunPython(make_index, drop_index),
    ]
