"""Batches at Resend, Postmark, Mailjet and SendGrid, in the shapes of each."""

import json
from datetime import timedelta

import pytest

from newsletter.delivery.ledger import broken_invariants
from newsletter.delivery.models import (
    Batch,
    BatchState,
    Delivery,
    DeliveryException,
    DispatchState,
)
from newsletter.delivery.preparation import start
from newsletter.delivery.progress import progress
from newsletter.delivery.reconciling import reconcile
from newsletter.delivery.submission import submit_batch
from newsletter.delivery.sweeping import sweep
from newsletter.issues.blocks import OpeningBlock
from newsletter.rendering.freezing import freeze
from subscribers.consent import unsubscribe
from tests.fake_json_provider import FakeJsonProvider

# django-anymail says at every start that it does not test SendGrid itself any more.
pytestmark = pytest.mark.filterwarnings("ignore:.*SendGrid")

TEMPLATES = '{{ x }} {% y %} %recipient.z% [[var:a]] -b- " \\ é 🌷'
ALL = ("resend", "postmark", "mailjet", "sendgrid")
TELL_OF_EACH = ("resend", "postmark", "mailjet")
TAKEN = {"sendgrid": (202, "")}


@pytest.fixture
def at(settings):
    """Return what makes a provider ours, and its stand-in on loopback."""
    with FakeJsonProvider() as fake:

        def use(name):
            big = name.upper()
            settings.EMAIL_PROVIDER = name
            settings.EMAIL_BACKEND = f"anymail.backends.{name}.EmailBackend"
            settings.ANYMAIL = {
                "REQUESTS_TIMEOUT": (2, 2),
                f"{big}_API_URL": fake.url,
                f"{big}_API_KEY": "key-of-the-tests",
                f"{big}_SECRET_KEY": "secret-of-the-tests",
                f"{big}_SERVER_TOKEN": "token-of-the-tests",
                "SEND_DEFAULTS": {},
            }
            return fake

        yield use


@pytest.fixture
def batch_at(at, scheduled, readers, issue, now):
    """Return what makes a batch of Alice, Bob and Charlie at a provider."""

    def prepare(name):
        provider = at(name)
        OpeningBlock.objects.create(parent=issue, ordering=1, body="<p>Dag.</p>")
        issue.subject = TEMPLATES
        issue.save()
        rendition = freeze(issue, by=None, now=now)
        type(scheduled).objects.filter(pk=scheduled.pk).update(rendition=rendition)
        start(scheduled.pk, now=now)
        return provider, scheduled.batches.get()

    return prepare


def taken(provider, name):
    status, _file = TAKEN.get(name, (200, ""))
    provider.will_answer(status, "" if name == "sendgrid" else f"{name}_taken.json")


def mails_of(name, body):
    """Return address, headers, subject, text, html and metadata of each mail."""
    return {"sendgrid": _of_sendgrid, "mailjet": _of_mailjet}.get(name, _of_list)(body)


def _of_list(body):
    for mail in body:
        headers = mail.get("headers") or {
            header["Name"]: header["Value"] for header in mail["Headers"]
        }
        metadata = mail.get("Metadata") or json.loads(headers["X-Metadata"])
        small = {name.lower().removesuffix("body"): mail[name] for name in mail}
        to = small["to"] if isinstance(small["to"], str) else small["to"][0]
        yield to, headers, small["subject"], small["text"], small["html"], metadata


def _of_mailjet(body):
    for mail in body["Messages"]:
        yield (
            mail["To"][0]["Email"],
            mail["Headers"],
            mail["Subject"],
            mail["TextPart"],
            mail["HTMLPart"],
            json.loads(mail["EventPayload"]),
        )


def _of_sendgrid(body):
    text, html = (part["value"] for part in body["content"])
    for person in body["personalizations"]:

        def filled(template, own=person["substitutions"]):
            for name, value in own.items():
                template = template.replace(name, value)
            return template

        yield (
            person["to"][0]["email"],
            person["headers"],
            body["subject"],
            filled(text),
            filled(html),
            {**body.get("custom_args", {}), **person["custom_args"]},
        )


@pytest.mark.parametrize("name", ALL)
def test_a_batch_is_one_request_with_a_mail_of_their_own_for_each(
    batch_at, name, readers, clock, issue
):
    provider, batch = batch_at(name)
    taken(provider, name)
    submit_batch(batch.pk, clock=clock)
    assert Batch.objects.get().state == BatchState.DONE
    (heard,) = provider.heard
    mails = {mail[0]: mail for mail in mails_of(name, heard.body)}
    assert len(mails) == 3
    for reader in readers:
        _to, headers, subject, text, html, metadata = mails[reader.subscriber.address]
        assert subject == issue.subject
        for body in (text, html):
            assert reader.token in body
            assert reader.subscriber.first_name in body
            assert "nl-" not in body.replace("nl-NL", "")
            assert "\ue000" not in body
        assert reader.token in headers["List-Unsubscribe"]
        assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert headers["List-ID"].startswith("<")
        assert metadata["nl_reader"] == reader.subscriber.uuid.hex
        assert metadata["nl_issue"] == issue.uuid.hex


def test_resend_is_told_the_key_of_the_batch(batch_at, clock):
    provider, batch = batch_at("resend")
    taken(provider, "resend")
    submit_batch(batch.pk, clock=clock)
    (heard,) = provider.heard
    assert heard.path == "/emails/batch"
    assert heard.headers["Idempotency-Key"] == str(Batch.objects.get().idempotency_key)
    assert heard.headers["Authorization"] == "Bearer key-of-the-tests"


@pytest.mark.parametrize("name", TELL_OF_EACH)
def test_a_refused_address_is_that_readers_exception(
    batch_at, name, clock, scheduled, now
):
    provider, batch = batch_at(name)
    provider.will_answer(200, f"{name}_one_refused.json")
    submit_batch(batch.pk, clock=clock)
    refused = Delivery.objects.get(exception=DeliveryException.REJECTED)
    assert refused.subscriber.first_name == "Bob"
    scheduled.refresh_from_db()
    assert scheduled.state == DispatchState.SENT
    assert broken_invariants(now=now) == []


@pytest.mark.parametrize("name", TELL_OF_EACH)
def test_a_reader_who_was_not_mailed_for_another_reason_waits_for_a_person(
    batch_at, name, clock, scheduled, now
):
    provider, batch = batch_at(name)
    provider.will_answer(200, f"{name}_one_not_sent.json")
    submit_batch(batch.pk, clock=clock)
    states = Batch.objects.order_by("number").values_list("state", "size")
    assert list(states) == [(BatchState.DONE, 2), (BatchState.FAILED, 1)]
    scheduled.refresh_from_db()
    assert scheduled.state == DispatchState.PAUSED
    assert broken_invariants(now=now) == []


@pytest.mark.parametrize("name", TELL_OF_EACH)
def test_an_answer_about_too_few_proves_nothing(batch_at, name, clock):
    provider, batch = batch_at(name)
    provider.will_answer(200, f"{name}_too_few.json")
    submit_batch(batch.pk, clock=clock)
    assert Batch.objects.get().state == BatchState.AMBIGUOUS


def test_mailjet_saying_no_to_some_with_a_400_is_heard_as_partly(batch_at, clock):
    provider, batch = batch_at("mailjet")
    provider.will_answer(400, "mailjet_one_refused.json")
    submit_batch(batch.pk, clock=clock)
    assert Batch.objects.get().state == BatchState.DONE
    assert Delivery.objects.filter(exception=DeliveryException.REJECTED).count() == 1


def test_a_wrong_key_at_mailjet_pauses(batch_at, clock, scheduled):
    provider, batch = batch_at("mailjet")
    provider.will_answer(401, "mailjet_wrong_key.json")
    submit_batch(batch.pk, clock=clock)
    scheduled.refresh_from_db()
    assert scheduled.state == DispatchState.PAUSED


def test_sendgrid_refusing_a_request_has_taken_nobody(batch_at, clock):
    provider, batch = batch_at("sendgrid")
    provider.will_answer(400, "sendgrid_refused.json")
    submit_batch(batch.pk, clock=clock)
    assert Batch.objects.get().state == BatchState.FAILED


# --- The same request once more ---


@pytest.fixture
def later(now, settings):
    return now + timedelta(seconds=settings.QUARANTINE_SECONDS + 60)


def again(batch, at):
    """Look an uncertain batch up, and hand over what follows from it."""
    reconcile(batch.pk, now=at)
    for batch_id in sweep(at).to_submit:
        submit_batch(batch_id, clock=lambda: at)


def test_an_uncertain_request_is_repeated_word_for_word(
    batch_at, clock, later, scheduled
):
    provider, batch = batch_at("resend")
    provider.will_answer(500, "resend_other_body.json")
    taken(provider, "resend")
    submit_batch(batch.pk, clock=clock)
    assert Batch.objects.get().state == BatchState.AMBIGUOUS
    again(batch, later)
    first, second = provider.heard
    assert first.body == second.body
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"]
    assert progress(scheduled).accepted == 3


def test_a_request_that_cannot_be_repeated_is_left_to_a_person(
    batch_at, clock, later, readers, now, scheduled
):
    provider, batch = batch_at("resend")
    provider.will_answer(500, "resend_other_body.json")
    provider.will_answer(409, "resend_other_body.json")
    submit_batch(batch.pk, clock=clock)
    unsubscribe(readers[0], through="page", now=now)
    again(batch, later)
    again(batch, later + timedelta(hours=1))
    assert reconcile(batch.pk, now=later + timedelta(hours=2))
    assert progress(scheduled).unknown == 2


def test_a_key_that_is_too_old_is_not_used_again(batch_at, clock, now, scheduled):
    provider, batch = batch_at("resend")
    provider.will_answer(500, "resend_other_body.json")
    submit_batch(batch.pk, clock=clock)
    again(batch, now + timedelta(hours=23, minutes=1))
    assert len(provider.heard) == 1
    assert progress(scheduled).unknown == 3


def test_postmark_is_asked_for_each_uncertain_reader(
    batch_at, clock, scheduled, readers, issue, now, settings
):
    provider, batch = batch_at("postmark")
    provider.will_answer(500, "postmark_too_few.json")
    submit_batch(batch.pk, clock=clock)
    alice = readers[0].subscriber
    found = (200, _found(issue, alice))
    nobody = (200, '{"TotalCount": 0, "Messages": []}')
    provider.answers = [found, nobody, nobody]
    taken(provider, "postmark")
    much_later = now + timedelta(seconds=settings.SEARCH_LAG_SECONDS + 60)
    reconcile(batch.pk, now=much_later)
    assert [heard.path.split("recipient=")[-1] for heard in provider.heard[1:]] == [
        "alice%40example.nl",
        "bob%40example.nl",
        "charlie%40example.nl",
    ]
    states = Batch.objects.order_by("number").values_list("state", "size")
    assert list(states) == [(BatchState.DONE, 1), (BatchState.READY, 2)]


def _found(issue, reader):
    from tests.fake_json_provider import PAYLOADS

    text = (PAYLOADS / "postmark_search.json").read_text()
    return text.replace("ISSUE", issue.uuid.hex).replace("READER", reader.uuid.hex)


# --- One by one, with a key of each reader ---


def test_brevo_knows_a_mail_it_took_before(batch_at, clock, later, scheduled):
    provider, batch = batch_at("brevo")
    provider.will_answer(201, "brevo_taken.json")
    provider.will_answer(500, "brevo_taken.json")
    provider.will_answer(400, "brevo_taken_before.json")
    provider.will_answer(201, "brevo_taken.json")
    submit_batch(batch.pk, clock=clock)
    uncertain = Batch.objects.get(state=BatchState.AMBIGUOUS)
    again(uncertain, later)
    keys = [heard.body["headers"]["idempotencyKey"] for heard in provider.heard]
    assert keys[1] in keys[2:]
    assert len(set(keys)) == 3
    assert progress(scheduled).accepted == 3


@pytest.mark.parametrize("name", ALL)
def test_two_readers_whose_addresses_differ_in_case_each_get_their_own(
    batch_at, name, readers, clock
):
    alice, bob, _charlie = (reader.subscriber for reader in readers)
    type(alice).objects.filter(pk=alice.pk).update(address="Sanne@example.nl")
    type(bob).objects.filter(pk=bob.pk).update(address="sanne@Example.NL")
    provider, batch = batch_at(name)
    taken(provider, name)
    submit_batch(batch.pk, clock=clock)
    mails = {mail[0]: mail for mail in mails_of(name, provider.heard[0].body)}
    assert readers[0].token in mails["Sanne@example.nl"][1]["List-Unsubscribe"]
    assert readers[1].token in mails["sanne@Example.NL"][1]["List-Unsubscribe"]
