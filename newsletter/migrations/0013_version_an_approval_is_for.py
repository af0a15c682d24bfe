"""Every approval so far is for the version that was frozen."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import OuterRef, Subquery


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the version from what was frozen."""
    Approval = apps.get_model("newsletter", "Approval")
    Rendition = apps.get_model("newsletter", "Rendition")
    theirs = Rendition.objects.filter(pk=OuterRef("rendition_id"))
    Approval.objects.using(schema_editor.connection.alias).filter(
        for_version=0
    ).update(for_version=Subquery(theirs.values("issue_version")[:1]))


class Migration(migrations.Migration):
    dependencies = [("newsletter", "0012_texts_behind_what_was_frozen")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
