"""Tags that a list brings along, and to whom an import gave them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('subscribers', '0004_find_who_was_erased'),
    ]

    operations = [
        migrations.AddField(
            model_name='import',
            name='tags_made',
            field=models.JSONField(default=list, editable=False),
        ),
        migrations.AddField(
            model_name='importrow',
            name='tags',
            field=models.TextField(default='[]'),
        ),
        migrations.CreateModel(
            name='ImportTag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('source', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='tags_given', to='subscribers.import')),
                ('subscriber', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='subscribers.subscriber')),
                ('tag', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='subscribers.tag')),
            ],
            options={
                'verbose_name': 'tag by an import',
                'verbose_name_plural': 'tags by an import',
                'indexes': [models.Index(fields=['source', 'number'], name='tags_given_by_row')],
                'constraints': [models.UniqueConstraint(fields=('source', 'subscriber', 'tag'), name='tag_given_once_per_import')],
            },
        ),
    ]
