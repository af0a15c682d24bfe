"""A list at the desk: chosen, looked through, agreed to, watched and undone."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from subscribers.importing.working import work_on_next
from subscribers.models import Import, ImportState, Subscription
from tests.newsletter.admin.colleagues import log_in, messages_of
from tests.subscribers.importing.lists import BREVO, looked_through, packed

ADD = "admin:subscribers_import_add"


@pytest.fixture(autouse=True)
def publisher(client, mailing_list):
    return log_in(client, "Uitgever", "noor")


def page(source):
    return reverse("admin:subscribers_import_change", args=[source.pk])


def press(client, source, act, **fields):
    address = reverse(f"admin:subscribers_import_{act}", args=[source.pk])
    return client.post(address, fields, follow=True)


def upload(client, mailing_list, content, name="lezers.csv"):
    content = content.encode() if isinstance(content, str) else content
    return client.post(
        reverse(ADD),
        {"mailing_list": mailing_list.pk, "file": SimpleUploadedFile(name, content)},
        follow=True,
    )


def clock_goes_on():
    while work_on_next(clock=timezone.now, within=timedelta(minutes=1)):
        pass


def columns_as_shown(answer):
    form = answer.context["columns"]
    return {
        name: field.initial
        for name, field in form.fields.items()
        if field.initial not in (False, None)
    }


CONSENT = {
    "origin": "formulier op de site, bewaard in Brevo",
    "wording": "Ja, mail mij elke zondag.",
    "agreed_on": "2024-01-01",
}


def test_a_list_goes_from_file_to_readers_and_back(client, mailing_list):
    chosen = upload(client, mailing_list, BREVO)
    source = Import.objects.get()
    assert "EMAIL_BLACKLISTED" in chosen.content.decode()

    press(client, source, "columns", **columns_as_shown(chosen))
    clock_goes_on()
    shown = client.get(page(source)).content.decode()
    assert "nam daar afscheid" in shown.lower()

    press(client, source, "agree", **CONSENT)
    clock_goes_on()
    place = Subscription.objects.get(subscriber__address="sanne@example.nl")
    assert place.state == "confirmed"
    assert "formulier op de site" in client.get(page(source)).content.decode()

    press(client, source, "terugdraaien")
    clock_goes_on()
    source.refresh_from_db()
    assert source.state == ImportState.UNDONE
    assert not Subscription.objects.exists()


def test_columns_are_chosen_anew_where_they_were_not_recognised(client, mailing_list):
    chosen = upload(client, mailing_list, "wie;wat\nx;sanne@example.nl\n")
    fields = columns_as_shown(chosen) | {"column-0-0": "address", "column-0-1": ""}

    press(client, Import.objects.get(), "columns", **fields)
    clock_goes_on()

    source = Import.objects.get()
    assert source.report == {"invalid": 1}
    rows = reverse("admin:subscribers_import_rows", args=[source.pk, "invalid"])
    shown = client.get(rows).content.decode()
    assert "rij 2" in shown
    assert "lijkt geen e-mailadres" in shown


@pytest.mark.parametrize(
    "fields",
    [{"column-0-0": ""}, {"column-0-0": "address", "column-0-1": "address"}],
)
def test_a_choice_of_columns_that_cannot_be_is_told(client, mailing_list, fields):
    chosen = upload(client, mailing_list, "email;naam\nsanne@example.nl;Sanne\n")
    fields = columns_as_shown(chosen) | fields

    answer = press(client, Import.objects.get(), "columns", **fields)

    assert answer.status_code == 400
    assert Import.objects.get().state == ImportState.CHOSEN


@pytest.mark.parametrize(
    ("field", "value"),
    [("origin", ""), ("wording", "ja"), ("agreed_on", "2999-01-01")],
)
def test_nobody_is_taken_in_without_a_source_of_their_consent(
    client, mailing_list, now, field, value
):
    source = looked_through(BREVO, mailing_list, now)

    answer = press(client, source, "agree", **CONSENT | {field: value})

    assert answer.status_code == 400
    source.refresh_from_db()
    assert source.state == ImportState.READ


def test_four_weeks_begin_on_the_coming_day_of_the_list(client, mailing_list, now):
    source = looked_through(BREVO, mailing_list, now)

    press(client, source, "agree", spread="on", **CONSENT)

    source.refresh_from_db()
    assert source.first_issue_on > timezone.localdate()
    assert source.first_issue_on.weekday() == mailing_list.weekday


def test_a_zip_shows_each_of_its_lists_with_what_its_name_says(client, mailing_list):
    header = "Email Address,First Name\n"
    content = packed(
        subscribed=f"{header}sanne@example.nl,Sanne\n",
        cleaned=f"{header}bo@example.nl,Bo\n",
    )
    answer = upload(client, mailing_list, content, "audience.zip")

    standings = [one.standing.value() for one in answer.context["columns"].parts()]
    assert standings == ["subscribed", "bounced"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Er staat niets in dit bestand"),
        (b"\n\n \n", "Er staat niets in dit bestand"),
        (b"<html><table>", "webpagina"),
        (b"PK\x03\x04 broken", "beschadigd"),
        (b"\xd0\xcf\x11\xe0 old", ".xlsx"),
        (b"\x1f\x8b packed", "geen lijst"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_the_cure(
    client, mailing_list, content, words
):
    answer = upload(client, mailing_list, content)

    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not Import.objects.exists()


def test_pressing_twice_or_too_late_says_so_and_does_nothing(client, mailing_list, now):
    source = looked_through(BREVO, mailing_list, now)
    press(client, source, "agree", **CONSENT)

    answer = press(client, source, "agree", **CONSENT)

    assert "staat niet meer waar hij stond" in messages_of(answer)


def test_a_file_is_thrown_away_with_what_was_read_of_it(client, mailing_list, now):
    source = looked_through(BREVO, mailing_list, now)

    press(client, source, "weggooien")

    source.refresh_from_db()
    assert (source.state, source.rows.count()) == (ImportState.DROPPED, 0)
    assert client.get(page(source)).status_code == 200


@pytest.mark.parametrize("role", ["Redactie", "Beheer"])
def test_who_does_not_look_after_readers_takes_nothing_in(
    client, mailing_list, now, role
):
    source = looked_through(BREVO, mailing_list, now)
    log_in(client, role, role.lower())

    assert client.get(reverse(ADD)).status_code == 403
    assert client.get(page(source)).status_code == 403
    assert press(client, source, "agree", **CONSENT).status_code == 403


@pytest.mark.parametrize("tail", ["rijen/nergens/", "rijen/new/?na=x", "stoppen/"])
def test_addresses_that_cannot_be_break_nothing(client, mailing_list, now, tail):
    source = looked_through(BREVO, mailing_list, now)

    answer = client.get(f"/admin/subscribers/import/{source.pk}/{tail}")

    assert answer.status_code in (200, 404, 405)


def test_the_day_of_a_row_is_the_day_of_its_consent(client, mailing_list, now):
    source = looked_through(BREVO, mailing_list, now)
    press(client, source, "agree", **CONSENT)
    clock_goes_on()

    place = Subscription.objects.get(subscriber__address="sanne@example.nl")
    assert place.confirmed_at.date() == date(2024, 5, 1)
