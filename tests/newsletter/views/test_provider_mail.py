"""Mail by webhook: genuine calls are kept, others refused, and nobody is told 500."""

import hashlib
import hmac
import json

import pytest
from django.db import OperationalError

from newsletter.mistakes import receivers
from newsletter.mistakes.models import ReaderMail
from newsletter.views.provider_mail import LARGEST_CALL, urlpatterns

SIGNING_KEY = "a-key-of-mailgun"
GENUINE = {"Authorization": "Basic bmFtZTpzZWNyZXQ="}
MAILGUN, POSTMARK = "/anymail/mailgun/inbound_mime/", "/anymail/postmark/inbound/"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def secrets(settings):
    settings.ANYMAIL = {
        **settings.ANYMAIL,
        "MAILGUN_WEBHOOK_SIGNING_KEY": SIGNING_KEY,
        "WEBHOOK_SECRET": "name:secret",
    }


def told_by_postmark(**values):
    mail = {
        "FromFull": {"Email": "ben@example.nl", "Name": "Ben"},
        "ToFull": [{"Email": "redactie@example.nl", "Name": ""}],
        "Subject": "Foutje",
        "MessageID": "22c74902",
        "TextBody": "De link werkt niet.",
        "Headers": [],
    }
    return json.dumps(mail | values)


def call(client, address, body, kind="application/json", **headers):
    return client.post(address, body, kind, headers=GENUINE | headers)


def test_a_mail_is_kept_with_what_it_says(client):
    answer = call(client, POSTMARK, told_by_postmark())

    mail = ReaderMail.objects.get()
    assert answer.status_code == 200
    assert (mail.from_address, mail.said) == ("ben@example.nl", "De link werkt niet.")
    assert mail.provider_id == "Postmark:22c74902"


def test_the_same_arrival_told_twice_is_one_mail(client):
    # Told another time, and with that not the same bytes.
    at = ["Sun, 29 Nov 2026 10:00:00 +0100", "Sun, 29 Nov 2026 10:05:00 +0100"]
    answers = [call(client, POSTMARK, told_by_postmark(Date=one)) for one in at]

    assert [one.status_code for one in answers] == [200, 200]
    assert ReaderMail.objects.count() == 1


def test_without_the_secret_nothing_is_kept(client):
    answer = call(client, POSTMARK, told_by_postmark(), Authorization="Basic eDp5")

    assert answer.status_code == 400
    assert not ReaderMail.objects.exists()


def told_by_mailgun(raw):
    timestamp, token = "1732900000", "t" * 50
    signed = hmac.new(
        SIGNING_KEY.encode(), f"{timestamp}{token}".encode(), hashlib.sha256
    )
    fields = {
        "timestamp": timestamp,
        "token": token,
        "signature": signed.hexdigest(),
        "recipient": "redactie@example.nl",
        "body-mime": raw,
    }
    parts = [
        f'--B\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    return "".join([*parts, "--B--\r\n"]).encode()


def test_a_mail_larger_than_a_page_may_be_is_kept_whole(client):
    raw = (
        "From: ben@example.nl\r\nSubject: foto\r\n\r\nZie de foto.\r\n"
        + "x" * 6_000_000
    )
    body = told_by_mailgun(raw)

    answer = call(client, MAILGUN, body, "multipart/form-data; boundary=B")

    assert answer.status_code == 200
    assert len(ReaderMail.objects.get().raw) > 6_000_000


def test_a_call_that_is_larger_than_any_mail_is_refused_unread(client):
    answer = client.generic(
        "POST", POSTMARK, b"", headers=GENUINE, CONTENT_LENGTH=LARGEST_CALL + 1
    )

    assert answer.status_code == 413


def test_a_genuine_call_that_cannot_be_read_is_kept_as_a_mail(client):
    body = told_by_postmark(FromFull="Ben", TextBody="Er staat een fout in.")

    answer = call(client, POSTMARK, body)

    assert answer.status_code == 200
    assert "Er staat een fout in." in ReaderMail.objects.get().text


def test_what_is_told_of_sent_mail_is_refused_here(client):
    answer = call(client, POSTMARK, json.dumps({"RecordType": "Delivery"}))

    assert answer.status_code == 400
    assert not ReaderMail.objects.exists()


def test_while_the_database_is_away_the_provider_is_to_come_again(client, monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError

    monkeypatch.setattr(receivers, "receive", away)

    answer = call(client, POSTMARK, told_by_postmark())

    assert (answer.status_code, answer["Retry-After"]) == (503, "60")


@pytest.mark.filterwarnings("ignore:django-anymail has dropped official support")
@pytest.mark.filterwarnings("ignore:Anymail's SendinBlue webhook URLs")
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"items": 1}', b"--B\r\n\xff"])
def test_no_provider_is_ever_told_500(client, body):
    for address in [str(one.pattern).strip("^$/") for one in urlpatterns]:
        path = f"/anymail/{address.replace('(_mime)?', '')}/"
        for kind in ("application/json", "multipart/form-data; boundary=B"):
            answer = call(client, path, body, kind)
            assert answer.status_code in (200, 400, 404, 503), path
