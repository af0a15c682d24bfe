"""A call is checked at the door, kept, answered, and read when there is time."""

import json
from datetime import timedelta

import pytest

from newsletter.delivery.models import DeliveryEvent
from newsletter.events.calls import LARGEST_CALL, keep_call, work_out
from newsletter.events.models import ProviderCall, ProviderEvent
from newsletter.tasks import work_out_calls
from tests.newsletter.events.conftest import payload

MAILGUN, POSTMARK = "/anymail/mailgun/tracking/", "/anymail/postmark/tracking/"
GENUINE = {"Authorization": "Basic bmFtZTpzZWNyZXQ="}
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("secrets")]


def call(client, address, body, **headers):
    return client.post(
        address, body, content_type="application/json", headers=GENUINE | headers
    )


def worked_out(now):
    return work_out(clock=lambda: now, within=timedelta(seconds=1))


def test_a_genuine_call_is_answered_and_not_yet_read(alice, client):
    answer = call(client, MAILGUN, payload("mailgun", "delivered", alice))
    assert answer.status_code == 200
    assert ProviderCall.objects.count() == 1
    assert not ProviderEvent.objects.exists()


def test_it_is_read_by_the_clock_and_then_gone(alice, client):
    call(client, MAILGUN, payload("mailgun", "delivered", alice))
    work_out_calls()
    alice.refresh_from_db()
    assert alice.event == DeliveryEvent.DELIVERED
    assert not ProviderCall.objects.exists()


def test_a_call_that_comes_again_while_it_waits_is_kept_once(alice, client):
    for _ in range(2):
        assert (
            call(client, POSTMARK, payload("postmark", "delivered", alice)).content
            == b""
        )
    assert ProviderCall.objects.count() == 1


def test_a_call_that_comes_twice_at_one_moment_is_kept_once(now):
    twins = [
        ProviderCall(
            provider="postmark",
            body=b"{}",
            body_hash="1" * 64,
            received_at=now,
            not_before=now,
        )
        for _ in range(2)
    ]
    ProviderCall.objects.keep(twins)
    assert ProviderCall.objects.count() == 1


@pytest.mark.parametrize(
    "authorization", ["", "Basic bmFtZTp3cm9uZw==", "Bearer x", "Basic \u00ff"]
)
def test_a_call_without_the_secret_is_refused_and_not_kept(
    alice, client, authorization
):
    body = payload("postmark", "delivered", alice)
    answer = call(client, POSTMARK, body, Authorization=authorization)
    assert answer.status_code == 400
    assert not ProviderCall.objects.exists()


@pytest.mark.filterwarnings("ignore:Your Anymail webhooks are insecure")
def test_where_no_secret_is_set_nobody_may_report_a_bounce(client, settings):
    settings.IS_TRIAL = False
    settings.ANYMAIL = {**settings.ANYMAIL, "WEBHOOK_SECRET": ""}
    assert call(client, POSTMARK, "{}").status_code == 404


def test_a_provider_that_is_not_set_up_has_no_door(client, settings):
    settings.ANYMAIL = {"WEBHOOK_SECRET": "name:secret"}
    assert call(client, MAILGUN, "{}").status_code == 404


def test_a_call_with_a_wrong_signature_is_refused_and_not_kept(alice, client):
    body = json.loads(payload("mailgun", "delivered", alice))
    body["signature"]["signature"] = "0" * 64
    assert call(client, MAILGUN, json.dumps(body)).status_code == 400
    assert not ProviderCall.objects.exists()


def test_the_secret_is_not_kept_with_the_call(alice, client):
    call(client, POSTMARK, payload("postmark", "delivered", alice))
    assert "bmFtZTpzZWNyZXQ" not in json.dumps(ProviderCall.objects.get().headers)


def test_a_call_of_more_than_a_megabyte_is_refused(client):
    answer = call(client, POSTMARK, "x" * (LARGEST_CALL + 1))
    assert answer.status_code == 413


def test_a_provider_may_see_whether_we_are_there(client):
    assert client.head(POSTMARK).status_code == 200
    assert client.get(POSTMARK).status_code == 405


def test_what_cannot_be_read_waits_and_holds_up_nobody(alice, now):
    keep_call("postmark", {}, b"no json", now=now)
    keep_call("postmark", {}, payload("postmark", "delivered", alice).encode(), now=now)
    assert worked_out(now) == 1
    (waiting,) = ProviderCall.objects.all()
    assert waiting.tries == 1
    assert waiting.not_before == now + timedelta(seconds=30)
    assert waiting.trouble.startswith("JSONDecodeError")


def test_what_cannot_be_recorded_waits_and_holds_up_nobody(alice, now):
    odd = json.loads(payload("postmark", "bounced hard", alice))
    # A moment that no database knows.
    odd["BouncedAt"] = "0001-01-01T00:00:00+23:59"
    keep_call("postmark", {}, json.dumps(odd).encode(), now=now)
    keep_call("postmark", {}, payload("postmark", "delivered", alice).encode(), now=now)
    assert worked_out(now) == 1
    assert ProviderCall.objects.get().tries == 1


def test_after_ten_tries_it_waits_for_a_person(now):
    keep_call("postmark", {}, b"[]", now=now)
    for day in range(12):
        worked_out(now + timedelta(days=day))
    kept = ProviderCall.objects.get()
    assert (kept.tries, kept.given_up_at) == (10, now + timedelta(days=9))


def test_what_is_said_of_a_trouble_names_nobody(now):
    keep_call("mailjet", {}, b'[{"alice@example.nl": 1}]', now=now)
    worked_out(now)
    assert "alice@" not in ProviderCall.objects.get().trouble


def test_a_thousand_events_in_one_call_are_recorded(alice, now):
    one = json.loads(payload("mailjet", "deferred", alice))[0]
    many = [one | {"time": 1795935600 + number} for number in range(1000)]
    keep_call("mailjet", {}, json.dumps(many).encode(), now=now)
    assert worked_out(now) == 1000


def keep_many(alice, now, *, count, **more):
    body = json.loads(payload("postmark", "bounced soft", alice)) | more
    ProviderCall.objects.bulk_create(
        ProviderCall(
            provider="postmark",
            body=json.dumps(body | {"ID": number}).encode(),
            body_hash=str(number),
            received_at=now,
            not_before=now,
        )
        for number in range(count)
    )


def test_many_calls_are_worked_out_by_few_questions(
    alice, now, django_assert_max_num_queries
):
    keep_many(alice, now, count=120)
    with django_assert_max_num_queries(40):
        assert worked_out(now) == 120


def test_of_large_calls_fewer_are_in_memory_at_once(alice, now, monkeypatch):
    keep_many(alice, now, count=5)
    size = len(ProviderCall.objects.first().body)
    monkeypatch.setattr("newsletter.events.calls._BYTES_AT_ONCE", 2 * size)
    moments = iter((now, now, now, now + timedelta(minutes=1)))
    assert work_out(clock=lambda: next(moments), within=timedelta(seconds=1)) == 2
