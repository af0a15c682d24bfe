"""For whom an issue was approved is never changed, either (see 0002)."""

from importlib import import_module

from django.db import migrations

_again = import_module("newsletter.migrations.0015_protect_renditions_anew")


class Migration(migrations.Migration):
    """Apart from the column: PostgreSQL holds tables with waiting triggers."""

    dependencies = [("newsletter", "0027_for_whom_an_issue_is")]
    operations = [migrations.RunPython(_again.protect_anew, _again.protect_anew)]
