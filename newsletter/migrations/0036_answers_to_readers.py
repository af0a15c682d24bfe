"""Answers to readers, words to begin them with, and whose mail is whose."""

import django.db.models.deletion
import newsletter.characters
from django.conf import settings
from django.db import migrations, models
from importlib import import_module

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

WHO_ANSWERS = ("Redactie", "Uitgever", "Lezersservice")
TEXTS = {
    "Dank voor je bericht": (
        "Dag {voornaam},\n\nDank je wel voor je bericht. We hebben het met aandacht "
        "gelezen en delen het met de redactie.\n\nWarme groet,\nde redactie"
    ),
    "Eerdere edities": (
        "Dag {voornaam},\n\nWat fijn dat je ernaar vraagt. Alle edities staan op onze "
        "site, bij ‘Alle edities’; je kunt er ook in zoeken.\n\nWarme groet,\n"
        "de redactie"
    ),
    "Afmelden": (
        "Dag {voornaam},\n\nAfmelden kan met één druk op ‘Afmelden’, onderaan elke mail. "
        "Lukt dat niet? Laat het ons weten, dan doen wij het voor je.\n\n"
        "Warme groet,\nde redactie"
    ),
    "Voor wie in nood is": (
        "Dag {voornaam},\n\nDank je wel dat je ons dit schreef. We zijn blij dat je het "
        "niet voor je hield. Praat er vandaag nog met iemand over: bel 113 of gratis "
        "0800-0113, of chat op https://www.113.nl/. Dat kan dag en nacht, en zonder je "
        "naam te noemen. Is er direct gevaar, bel dan 112.\n\nJe bent niet alleen.\n\n"
        "Warme groet,\nde redactie"
    ),
}


def share_out(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Let everyone who answers readers keep the words to begin with."""
    database = schema_editor.connection.alias
    roles = import_module("newsletter.migrations.0003_roles")
    roles.make_permissions(apps, "newsletter", database)
    permissions = apps.get_model("auth", "Permission").objects.using(database)
    groups = apps.get_model("auth", "Group").objects.using(database)
    for group in groups.filter(name__in=WHO_ANSWERS):
        group.permissions.add(
            *permissions.filter(
                content_type__app_label="newsletter",
                content_type__model="answertext",
            )
        )


def write_texts(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Begin with a few; editors change them as they like."""
    texts = apps.get_model("newsletter", "AnswerText").objects
    for name, text in TEXTS.items():
        texts.using(schema_editor.connection.alias).get_or_create(
            name=name, defaults={"text": text}
        )


class Migration(migrations.Migration):

    dependencies = [
        ('newsletter', '0035_quiet_readers_counted'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AnswerText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, unique=True, verbose_name='name')),
                ('text', models.TextField(help_text='{voornaam} becomes the first name of whoever wrote.', max_length=5000, validators=[newsletter.characters.refuse_in_text], verbose_name='text')),
            ],
            options={
                'verbose_name': 'answer text',
                'verbose_name_plural': 'answer texts',
                'ordering': ('name',),
            },
        ),
        migrations.AddField(
            model_name='readermail',
            name='assigned_to',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='for'),
        ),
        migrations.AddField(
            model_name='readermail',
            name='crisis',
            field=models.CharField(blank=True, choices=[('suggested', 'perhaps in need'), ('yes', 'in need'), ('no', 'not in need')], default='', max_length=10, verbose_name='in need'),
        ),
        migrations.AddField(
            model_name='readermail',
            name='first_answered_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='first answered'),
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('press', models.UUIDField(unique=True)),
                ('text', models.TextField(verbose_name='text')),
                ('written_at', models.DateTimeField(verbose_name='when')),
                ('reader_mail', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='newsletter.readermail')),
                ('written_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
            ],
            options={
                'verbose_name': 'answer',
                'verbose_name_plural': 'answers',
                'ordering': ('written_at', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='PublishingConsent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wording', models.TextField(verbose_name='asked in these words')),
                ('asked_at', models.DateTimeField(verbose_name='asked')),
                ('said', models.CharField(blank=True, choices=[('yes', 'yes'), ('no', 'no')], max_length=3, verbose_name='said')),
                ('said_at', models.DateTimeField(null=True, verbose_name='said on')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='how they said it')),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('noted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reader_mail', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='publishing_consent', to='newsletter.readermail')),
            ],
            options={
                'verbose_name': 'consent to print',
                'verbose_name_plural': 'consents to print',
            },
        ),
        migrations.RunPython(share_out, migrations.RunPython.noop),
        migrations.RunPython(write_texts, migrations.RunPython.noop),
    ]
