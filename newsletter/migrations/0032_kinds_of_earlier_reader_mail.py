"""Mail from before kinds: what is known of it stays known."""

from django.db import migrations
from django.db.models import F


def tell_kinds(apps, schema_editor):
    """Take the kind over from what was told apart so far; all of the text was shown."""
    mails = apps.get_model("newsletter", "ReaderMail").objects
    mails.filter(said="").update(said=F("text"))
    mails.filter(state="filed").update(kind="automatic")
    mails.filter(mistake_report__isnull=False).update(kind="mistake")


class Migration(migrations.Migration):

    dependencies = [("newsletter", "0031_reader_mail_sorted_and_threaded")]

    operations = [migrations.RunPython(tell_kinds, migrations.RunPython.noop)]
