"""What was put right, and which reports are of the same mistake."""

import django.db.models.deletion
import newsletter.characters
from django.conf import settings
from django.db import migrations, models
from importlib import import_module

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# Readers' service reads and thanks; what stands in an article is for the editors.
WHO_PUTS_RIGHT = ("Redactie", "Uitgever")


def share_out(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Let editors and publishers put right what readers point at."""
    database = schema_editor.connection.alias
    roles = import_module("newsletter.migrations.0003_roles")
    roles.make_permissions(apps, "newsletter", database)
    permissions = apps.get_model("auth", "Permission").objects.using(database)
    groups = apps.get_model("auth", "Group").objects.using(database)
    for group in groups.filter(name__in=WHO_PUTS_RIGHT):
        group.permissions.add(
            *permissions.filter(
                content_type__app_label="newsletter",
                codename__in=("view_correction", "add_correction", "change_correction"),
            )
        )


class Migration(migrations.Migration):

    dependencies = [
        ('newsletter', '0032_kinds_of_earlier_reader_mail'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='mistakereport',
            name='same_as',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='doubles', to='newsletter.mistakereport', verbose_name='the same mistake as'),
        ),
        migrations.CreateModel(
            name='Correction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('before', models.TextField(blank=True, verbose_name='as it stood')),
                ('after', models.TextField(blank=True, verbose_name='as it has to be')),
                ('sentence', models.TextField(max_length=1000, validators=[newsletter.characters.refuse_in_text], verbose_name='what readers read of it')),
                ('is_public', models.BooleanField(default=True, help_text='Under the article, at the issue and on the page of corrections.', verbose_name='tell readers')),
                ('waits', models.BooleanField(default=True, help_text='Waits for the block “Put right” until an issue told it.', verbose_name='in the next issue')),
                ('made_at', models.DateTimeField(db_index=True, verbose_name='when')),
                ('article', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='newsletter.article', verbose_name='article')),
                ('issue', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='newsletter.issue', verbose_name='issue')),
                ('made_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
            ],
            options={
                'verbose_name': 'correction',
                'verbose_name_plural': 'corrections',
                'ordering': ('-made_at', '-pk'),
            },
        ),
        migrations.AddField(
            model_name='mistakereport',
            name='correction',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='reports', to='newsletter.correction', verbose_name='correction'),
        ),
        migrations.AddConstraint(
            model_name='mistakereport',
            constraint=models.CheckConstraint(condition=models.Q(('same_as', None), models.Q(('same_as', models.F('pk')), _negated=True), _connector='OR'), name='report_is_no_double_of_itself'),
        ),
        migrations.AddConstraint(
            model_name='correction',
            constraint=models.CheckConstraint(condition=models.Q(('article__isnull', False), ('issue__isnull', False), _connector='OR'), name='correction_is_about_something'),
        ),
        migrations.RunPython(share_out, migrations.RunPython.noop),
    ]
