"""Texts to begin an answer with. Editors change them as they like."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

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


def write_texts(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Write them, unless a text of that name is there already."""
    texts = apps.get_model("newsletter", "AnswerText").objects
    for name, text in TEXTS.items():
        texts.using(schema_editor.connection.alias).get_or_create(
            name=name, defaults={"text": text}
        )


class Migration(migrations.Migration):
    dependencies = [("newsletter", "0004_words_of_the_archive")]
    # Where it was done before the first release, under its number of then.
    replaces = [("newsletter", "0036_answers_to_readers")]

    operations = [migrations.RunPython(write_texts, migrations.RunPython.noop)]
