"""Systems that ask us and systems that we tell; Beheer looks after both."""

import django.core.validators
import django.db.models.deletion
import newsletter.characters
import newsletter.hooks.models
import uuid
from django.conf import settings
from django.db import migrations, models
from importlib import import_module

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_ALL = ("view", "add", "change", "delete")
OF_BEHEER = {"client": _ALL, "listener": _ALL, "notice": ("view", "change")}


def share_out(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give Beheer what it needs for this."""
    database = schema_editor.connection.alias
    roles = import_module("newsletter.migrations.0003_roles")
    roles.make_permissions(apps, "newsletter", database)
    permissions = apps.get_model("auth", "Permission").objects.using(database)
    groups = apps.get_model("auth", "Group").objects.using(database)
    for group in groups.filter(name="Beheer"):
        for model, acts in OF_BEHEER.items():
            group.permissions.add(
                *permissions.filter(
                    content_type__app_label="newsletter",
                    codename__in=[f"{act}_{model}" for act in acts],
                )
            )


class Migration(migrations.Migration):

    dependencies = [
        ('newsletter', '0028_protect_renditions_with_their_readers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Client',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, unique=True, validators=[newsletter.characters.refuse_in_line], verbose_name='name')),
                ('scopes', models.JSONField(default=list, verbose_name='what it may do')),
                ('token_hash', models.CharField(editable=False, max_length=64, unique=True)),
                ('token_begins', models.CharField(editable=False, max_length=12, verbose_name='token')),
                ('expires_at', models.DateTimeField(blank=True, help_text='Empty: until you end it.', null=True, verbose_name='works until')),
                ('requests_per_minute', models.PositiveSmallIntegerField(default=120, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(600)], verbose_name='requests in a minute')),
                ('is_on', models.BooleanField(default=True, verbose_name='switched on')),
                ('last_used_at', models.DateTimeField(editable=False, null=True, verbose_name='last used')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='made')),
                ('created_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'connected system',
                'verbose_name_plural': 'connected systems',
                'ordering': ('name',),
            },
        ),
        migrations.CreateModel(
            name='Listener',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=80, validators=[newsletter.characters.refuse_in_line], verbose_name='name')),
                ('address', models.URLField(help_text='Begins with https:// and is open to everyone on the internet.', max_length=500, verbose_name='address')),
                ('happenings', models.JSONField(default=newsletter.hooks.models.all_happenings, verbose_name='what it hears of')),
                ('is_on', models.BooleanField(default=True, verbose_name='switched on')),
                ('key_number', models.PositiveIntegerField(default=1, editable=False)),
                ('old_key_until', models.DateTimeField(editable=False, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='made')),
                ('created_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'listening system',
                'verbose_name_plural': 'listening systems',
                'ordering': ('name', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='KeptAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=200)),
                ('asked', models.CharField(max_length=64)),
                ('status', models.PositiveSmallIntegerField(default=0)),
                ('body', models.TextField(blank=True)),
                ('made_at', models.DateTimeField(db_index=True)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='newsletter.client')),
            ],
            options={
                'verbose_name': 'kept answer',
                'verbose_name_plural': 'kept answers',
                'constraints': [models.UniqueConstraint(fields=('client', 'key'), name='one_answer_per_key')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('key', models.CharField(editable=False, max_length=80)),
                ('kind', models.CharField(max_length=20, verbose_name='about')),
                ('body', models.TextField(verbose_name='what it says')),
                ('state', models.CharField(choices=[('ready', 'waiting'), ('claimed', 'leaving'), ('accepted', 'accepted'), ('failed', 'given up')], default='ready', max_length=10, verbose_name='state')),
                ('tries', models.PositiveSmallIntegerField(default=0, verbose_name='tries')),
                ('not_before', models.DateTimeField(verbose_name='next try')),
                ('lease_until', models.DateTimeField(null=True)),
                ('claim', models.CharField(blank=True, editable=False, max_length=16)),
                ('created_at', models.DateTimeField(verbose_name='written')),
                ('accepted_at', models.DateTimeField(null=True, verbose_name='accepted')),
                ('answered', models.PositiveSmallIntegerField(null=True, verbose_name='what it answered')),
                ('last_error', models.CharField(blank=True, max_length=300, verbose_name='last error')),
                ('listener', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='newsletter.listener', verbose_name='to whom')),
            ],
            options={
                'verbose_name': 'notice to another system',
                'verbose_name_plural': 'notices to other systems',
                'ordering': ('-pk',),
                'indexes': [models.Index(fields=['state', 'not_before'], name='notice_due')],
                'constraints': [models.UniqueConstraint(fields=('listener', 'key'), name='notice_once_per_listener')],
            },
        ),
        migrations.RunPython(share_out, migrations.RunPython.noop),
    ]
