"""Requests under the privacy law: the clock, who asks, the answer, and the end."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from newsletter.audit.models import AuditEntry
from newsletter.outbox.models import OutgoingMail
from subscribers import privacy_requests as activity
from subscribers.addresses import address_hash
from subscribers.models import (
    PrivacyRequest,
    RequestKind,
    RequestOutcome,
    SubscriptionState,
    Suppression,
)
from subscribers.notes import write_note
from subscribers.privacy import erase
from subscribers.privacy_requests import CannotDoThat, months_after
from subscribers.suppression import is_lastingly_suppressed
from tests.factories import SubscriptionFactory, UserFactory
from tests.newsletter.admin.colleagues import log_in, messages_of

pytestmark = pytest.mark.django_db
SANNE = "sanne@example.nl"
LIST = "admin:subscribers_privacyrequest_changelist"


@pytest.fixture
def els():
    return UserFactory.create()


@pytest.fixture
def sanne(mailing_list):
    return SubscriptionFactory.create(subscriber__address=SANNE).subscriber


def asked(els, now, kind=RequestKind.ACCESS, **columns):
    request = PrivacyRequest(
        kind=kind, way="mail", received_on=now.date(), **{"address": SANNE, **columns}
    )
    activity.take_in(request, by=els, now=now)
    return request


@pytest.mark.parametrize(
    ("received", "months", "last"),
    [
        (date(2026, 11, 27), 1, date(2026, 12, 27)),
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
    ],
)
def test_a_request_is_answered_within_a_month(received, months, last):
    assert months_after(received, months) == last


def test_a_request_finds_the_reader_by_the_address(sanne, els, now):
    assert asked(els, now, address="SANNE@example.nl").subscriber == sanne
    assert asked(els, now, address="ander@example.nl").subscriber is None


def test_time_is_extended_once_and_with_a_reason(els, now):
    request = asked(els, now)

    activity.extend(request, "zeven jaar post", by=els, now=now)

    assert request.answer_by == date(2027, 2, 27)
    with pytest.raises(CannotDoThat, match="één keer"):
        activity.extend(request, "nog meer", by=els, now=now)


def test_time_is_not_extended_after_the_month(els, now):
    request = asked(els, now)
    with pytest.raises(CannotDoThat, match="maand is voorbij"):
        activity.extend(request, "druk", by=els, now=now + timedelta(days=40))


def test_nothing_is_answered_before_somebody_checked_who_asks(sanne, els, now):
    request = asked(els, now)
    with pytest.raises(CannotDoThat, match="wie dit vraagt"):
        activity.answer(request, "Hierbij.", by_mail=True, by=els, now=now)
    activity.check_identity(request, "mail beantwoord", by=els, now=now)

    activity.answer(request, "Hierbij alles.", by_mail=True, by=els, now=now)

    mail = OutgoingMail.objects.get()
    assert mail.to_address == SANNE
    assert "Hierbij alles." in mail.text
    assert request.answered_at == now


def test_a_request_ends_only_after_an_answer(sanne, els, now):
    request = asked(els, now, kind=RequestKind.OBJECTION)
    with pytest.raises(CannotDoThat, match="Antwoord eerst"):
        activity.close(request, RequestOutcome.DONE, "", by=els, now=now)
    activity.answer(request, "Gedaan.", by_mail=False, by=els, now=now)

    activity.close(request, RequestOutcome.DONE, "afgemeld", by=els, now=now)

    assert (request.outcome, request.closed_by) == ("done", "els")
    with pytest.raises(CannotDoThat, match="al gesloten"):
        activity.close(request, RequestOutcome.REFUSED, "", by=els, now=now)
    assert not PrivacyRequest.objects.open().exists()


def test_who_takes_a_request_back_needs_no_answer(els, now):
    request = asked(els, now)
    activity.close(request, RequestOutcome.WITHDRAWN, "belde", by=els, now=now)
    assert request.closed_at == now


def test_being_forgotten_is_answered_last_and_leaves_no_name_behind(sanne, els, now):
    request = asked(els, now, kind=RequestKind.ERASURE, name="Sanne Bos", asked="Weg!")
    activity.check_identity(request, "paspoort van Sanne gezien", by=els, now=now)

    activity.forget_as_asked(request, "Je bent gewist.", by=els, now=now)

    sanne.refresh_from_db()
    request.refresh_from_db()
    assert sanne.erased_at == now
    assert Suppression.objects.get().reason == "erasure"
    told = (request.address, request.name, request.asked, request.answer)
    assert told == ("", "", "", "")
    assert request.identity_how == "…"
    assert (request.outcome, request.who) == ("done", "gewist")
    mail = OutgoingMail.objects.get()
    assert (mail.to_address, mail.state) == (SANNE, "ready")


def test_every_act_stands_on_record_without_an_address(sanne, els, now):
    request = asked(els, now)
    activity.check_identity(request, "teruggebeld", by=els, now=now)

    acts = AuditEntry.objects.filter(subject=f"subscriber {sanne.pk}")
    assert {one.act for one in acts} == {"request taken in", "identity checked"}
    assert SANNE not in str(list(AuditEntry.objects.values()))


def test_erasing_a_reader_empties_what_they_asked_before(sanne, els, now):
    request = asked(els, now, address="SANNE@example.nl", name="Sanne")
    erase(sanne, channel="page", now=now)
    request.refresh_from_db()
    assert (request.address, request.name) == ("", "")


@pytest.mark.parametrize("kind", RequestKind.values)
def test_there_is_a_letter_to_begin_with(mailing_list, els, now, kind):
    letter = activity.letter_for(asked(els, now, kind=kind, name="Sanne"), now=now)
    assert letter.startswith("Beste Sanne,\n\nOp 27 november 2026 ")
    assert "Autoriteit Persoonsgegevens" in letter
    assert "{" not in letter


# --- At the desk


@pytest.fixture
def service(client):
    return log_in(client, "Lezersservice", "service")


def act(client, request, name, **fields):
    address = reverse("admin:subscribers_privacyrequest_act", args=[request.pk, name])
    return client.post(address, fields, follow=True)


def test_a_request_is_taken_in_and_walked_to_its_end(client, service, sanne, now):
    answer = client.post(
        reverse("admin:subscribers_privacyrequest_add"),
        {
            "kind": "access",
            "way": "mail",
            "received_on": now.date(),
            "address": SANNE,
            "asked": "Wat weten jullie van mij?",
        },
        follow=True,
    )
    request = PrivacyRequest.objects.get()
    assert request.subscriber == sanne
    assert "Wat weten jullie van mij?" in answer.content.decode()

    act(client, request, "identiteit", how="mail beantwoord")
    act(client, request, "beantwoorden", letter="Hierbij.", by_mail="on")
    ended = act(client, request, "sluiten", outcome="done", note="")

    request.refresh_from_db()
    assert request.closed_by == "service"
    assert "gedaan zoals gevraagd" in ended.content.decode().lower()


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": "", "name": ""},
        {"address": "geen adres"},
        {"received_on": "2099-01-01"},
        {"kind": "anders"},
        {"name": "a\x00b"},
    ],
)
def test_a_request_that_says_too_little_is_explained(client, service, wrong):
    fields = {"kind": "access", "way": "mail", "received_on": "2026-11-01"}
    address = reverse("admin:subscribers_privacyrequest_add")
    answer = client.post(address, {**fields, "address": SANNE, **wrong})
    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()
    assert not PrivacyRequest.objects.exists()


def test_an_act_that_cannot_be_says_why_and_keeps_what_was_typed(
    client, service, els, now
):
    request = asked(els, now)
    answer = act(client, request, "beantwoorden", letter="Met moeite getypt.")
    assert answer.status_code == 400
    assert "wie dit vraagt" in answer.content.decode()
    assert "Met moeite getypt." in answer.content.decode()


@pytest.mark.parametrize("kind", ["html", "json"])
def test_data_are_handed_out_on_record_with_what_colleagues_noted(
    client, service, sanne, els, now, kind
):
    write_note(sanne, "Belde boos op.", by=els, now=now)
    request = asked(els, now)
    address = reverse("admin:subscribers_privacyrequest_data", args=[request.pk, kind])
    refused = client.post(address, follow=True)
    assert "wie dit vraagt" in messages_of(refused)
    activity.check_identity(request, "mail beantwoord", by=els, now=now)

    answer = client.post(address)

    assert "Belde boos op." in answer.content.decode()
    assert answer["Content-Disposition"].startswith("attachment")
    assert AuditEntry.objects.filter(act="data handed out").count() == 1
    assert client.get(address).status_code == 405


def test_nobody_without_the_role_hands_out_data(client, sanne, els, now):
    request = asked(els, now)
    log_in(client, "Redactie", "redactie")
    for name, tail in (("act", "identiteit"), ("data", "json")):
        address = reverse(
            f"admin:subscribers_privacyrequest_{name}", args=[request.pk, tail]
        )
        assert client.post(address, {"how": "x"}).status_code == 403


def test_the_front_page_calls_for_what_is_late_and_soon(
    client, service, mailing_list, els, now
):
    late, soon, later = (asked(els, now) for _time in range(3))
    today = date.today()
    for request, days in ((late, -2), (soon, 3), (later, 20)):
        day = today + timedelta(days=days)
        PrivacyRequest.objects.filter(pk=request.pk).update(answer_by=day)

    html = client.get(reverse("admin:index")).content.decode()

    assert "1 AVG-verzoek had al beantwoord moeten zijn" in html
    assert "1 AVG-verzoek vraagt om een antwoord" in html


def test_open_requests_are_listed_first(client, service, els, now):
    closed = asked(els, now, name="Dicht")
    asked(els, now, name="Wacht")
    activity.close(closed, RequestOutcome.WITHDRAWN, "", by=els, now=now)

    html = client.get(reverse(LIST)).content.decode()
    assert html.index("Wacht") < html.index("Dicht")
    only_open = client.get(reverse(LIST), {"stand": "open"}).content.decode()
    assert "Dicht" not in only_open


def test_who_objects_gets_no_mail_any_more_once_they_are_answered(sanne, els, now):
    request = asked(els, now, kind=RequestKind.OBJECTION)
    activity.answer(request, "We mailen je niet meer.", by_mail=True, by=els, now=now)
    assert sanne.subscriptions.get().state == SubscriptionState.UNSUBSCRIBED
    assert OutgoingMail.objects.get().to_address == SANNE


def test_a_stranger_who_objects_is_never_taken_in(mailing_list, els, now):
    request = asked(els, now, kind=RequestKind.OBJECTION, address="bo@example.nl")
    activity.answer(request, "We mailen je niet.", by_mail=False, by=els, now=now)
    assert is_lastingly_suppressed(address_hash("bo@example.nl"))


def test_who_asks_what_we_know_stays_a_reader(sanne, els, now):
    request = asked(els, now)
    activity.check_identity(request, "Gebeld", by=els, now=now)
    activity.answer(request, "Hier is alles.", by_mail=False, by=els, now=now)
    assert sanne.subscriptions.get().state == SubscriptionState.CONFIRMED
