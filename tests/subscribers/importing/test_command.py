"""``import_subscribers``: the same taking in, from a terminal."""

import pytest
from django.core.management import CommandError, call_command

from subscribers.models import Consent, Import, ImportState, Subscriber
from tests.subscribers.importing.lists import BREVO

CONSENT = {
    "consent": "formulier op de site",
    "wording": "Ja, mail mij elke zondag.",
    "agreed_on": "2024-01-01",
}


@pytest.fixture
def run(tmp_path, capsys, mailing_list):
    def run(content=BREVO, **options):
        path = tmp_path / "lezers.csv"
        path.write_text(content)
        arguments = [
            part
            for name, value in options.items()
            for part in (f"--{name.replace('_', '-')}", value)
            if part is not True
        ]
        call_command("import_subscribers", str(path), *arguments)
        return capsys.readouterr().out

    return run


def test_a_list_is_taken_in_with_its_consent(run):
    said = run(**CONSENT)

    assert "ingelezen: lezers.csv" in said
    assert Import.objects.get().state == ImportState.DONE
    assert Consent.objects.filter(origin=CONSENT["consent"]).count() == 2


def test_a_dry_run_tells_and_touches_nobody(run):
    assert "1 nieuw" in run(dry_run=True)
    assert not Subscriber.objects.exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "--consent"),
        ({**CONSENT, "list": "nergens"}, "nieuwsbrief"),
        ({**CONSENT, "content": ""}, "niets in dit bestand"),
    ],
)
def test_what_is_missing_is_said_before_anybody_is_taken_in(run, options, words):
    with pytest.raises(CommandError, match=words):
        run(**options)
    assert not Subscriber.objects.exists()
