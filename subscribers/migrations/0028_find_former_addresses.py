from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('subscribers', '0027_undone_imports_take_consents_along'),
    ]

    operations = [
        migrations.AlterField(
            model_name='formeraddress',
            name='address_hash',
            field=models.CharField(db_index=True, max_length=64),
        ),
    ]
