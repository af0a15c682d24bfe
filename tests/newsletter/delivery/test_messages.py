"""Messages before they leave: no header injected, everyone able to leave again."""

import itertools
import json
from uuid import UUID

import pytest
from anymail.backends.mailgun import EmailBackend
from django.utils.module_loading import import_string

from newsletter.delivery.mailgun import build_form
from newsletter.delivery.messages import IssueMessages, Recipient, can_be_mailed
from newsletter.delivery.providers import (
    PROVIDERS,
    UnknownProvider,
    current_provider,
    provider_named,
)
from newsletter.outbox.guarding import UnsafeMessage
from newsletter.rendering.freezing import freeze
from tests.fake_mailgun import parsed_form

FORBIDDEN = "\x00\x07\x0b\r\n\x1b\x7f\x85\x9f\u2028\u2029\u202e\u2066\ufeff\ud800\ue000"
SMTP = PROVIDERS["smtp"]


@pytest.fixture
def rendition(issue, now):
    return freeze(issue, by=None, now=now)


@pytest.fixture
def messages(rendition):
    return IssueMessages(rendition)


def reader(number=1, address="alice@example.nl", name="Alice", token="t" * 22):
    return Recipient(number, address, name, token, number, UUID(int=number))


@pytest.fixture(autouse=True)
def mailgun_settings(settings):
    settings.ANYMAIL = {
        **settings.ANYMAIL,
        "MAILGUN_API_KEY": "key-of-the-tests",
        "MAILGUN_SENDER_DOMAIN": "nieuws.example.nl",
    }


def merged(messages, *recipients):
    """Return the form that Mailgun would get, read back."""
    form = build_form(EmailBackend(), messages)
    body = form.for_readers(recipients)
    return parsed_form(f"multipart/form-data; boundary={form.boundary}", body)


def built(messages, kind, recipient):
    if kind == "merged":
        return merged(messages, recipient)
    return messages.single(recipient, SMTP)


PLACES = ("subject", "sender_name", "sender_address", "list_id", "address", "token")


@pytest.mark.parametrize(
    ("kind", "place"), list(itertools.product(("single", "merged"), PLACES))
)
def test_no_forbidden_sign_leaves_in_any_header(messages, kind, place):
    for sign in FORBIDDEN:
        recipient = reader()
        messages.rendition.subject = "Rust"
        before = vars(messages.mailing_list).copy()
        if place in ("address", "token"):
            recipient = reader(**{place: f"alice{sign}Bcc: x@example.nl"})
        elif place == "subject":
            messages.rendition.subject = f"Rust{sign}Bcc: all@example.nl"
        else:
            setattr(messages.mailing_list, place, f"Rock{sign}@example.nl")
            messages.__dict__.pop("sender", None)
        with pytest.raises((UnsafeMessage, ValueError)):
            built(messages, kind, recipient)
        vars(messages.mailing_list).update(before)
        messages.__dict__.pop("sender", None)


@pytest.mark.parametrize("kind", ["single", "merged"])
def test_a_name_loses_its_forbidden_signs_and_keeps_the_rest(messages, kind):
    for sign in FORBIDDEN:
        assert built(messages, kind, reader(name=f"Al{sign}ice"))


def test_a_name_is_text_in_the_html_and_plain_in_the_text(messages):
    values = reader(name="<b>&").personal.values()
    assert values["name_html"] == " &lt;b&gt;&amp;"
    assert values["name_text"] == " <b>&"


def test_a_batch_has_what_is_a_readers_own_under_the_address_as_it_is_written(
    messages,
):
    form = merged(messages, reader(1, "Alice@Example.NL"), reader(2, "bob@example.nl"))
    assert form["to"] == ["Alice@Example.NL,bob@example.nl"]
    values = json.loads(form["recipient-variables"][0])
    assert list(values) == ["Alice@Example.NL", "bob@example.nl"]
    assert values["Alice@Example.NL"]["unsubscribe_url"].endswith("/" + "t" * 22 + "/")
    assert values["bob@example.nl"]["nl_reader"] == UUID(int=2).hex


def test_the_form_of_a_batch_is_what_mailgun_documents(messages):
    form = merged(messages, reader())
    assert form["h:List-Unsubscribe"] == ["<%recipient.unsubscribe_url%>"]
    assert form["h:List-Unsubscribe-Post"] == ["List-Unsubscribe=One-Click"]
    assert form["v:nl_reader"] == ["%recipient.nl_reader%"]
    assert form["v:nl_issue"] == [messages.issue.uuid.hex]
    assert form["subject"] == [messages.rendition.subject]
    assert "\ue000" not in form["html"][0] + form["text"][0]


ADDRESSES = {
    "alice@example.nl": True,
    "a.b+c_d'e@sub.example.nl": True,
    "Alice@xn--mnchen-3ya.example": True,
    "alice@example": True,
    "": False,
    "@example.nl": False,
    "alice@": False,
    "a@b@c.nl": False,
    "al ice@example.nl": False,
    "alice@example.nl\n": False,
    "alice@example.nl>": False,
    '"alice"@example.nl': False,
    "zoë@example.nl": False,
    "a..b@example.nl": False,
    "a" * 65 + "@example.nl": False,
}


@pytest.mark.parametrize(("address", "fine"), list(ADDRESSES.items()))
def test_which_addresses_every_provider_takes(address, fine):
    assert can_be_mailed(address) is fine


IN_ONE_REQUEST = {"mailgun", "resend", "postmark", "mailjet", "sendgrid"}
ONE_BY_ONE = sorted(set(PROVIDERS) - IN_ONE_REQUEST)
API_PROVIDERS = sorted(set(PROVIDERS) - {"local", "smtp", "test", "amazon_ses"})


def payload_of(name, message, settings):
    settings.ANYMAIL = {
        **settings.ANYMAIL,
        **{
            f"{name.upper()}_{what}": "x"
            for what in ("API_KEY", "SECRET_KEY", "API_TOKEN", "SERVER_TOKEN")
        },
        "SEND_DEFAULTS": settings.NO_TRACKING
        if name in settings.TRACKING_SWITCHES
        else {},
        "POSTAL_API_URL": "http://127.0.0.1:1",
        "SCALEWAY_PROJECT_ID": "x",
        "MAILGUN_SENDER_DOMAIN": "nieuws.example.nl",
    }
    backend = import_string(f"anymail.backends.{name}.EmailBackend")()
    return backend.build_message_payload(message, backend.send_defaults)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore::anymail.exceptions.AnymailWarning")
@pytest.mark.parametrize("name", API_PROVIDERS)
def test_each_provider_of_the_table_can_carry_our_mail(messages, settings, name):
    message = messages.single(reader(), PROVIDERS[name])
    payload = payload_of(name, message, settings)
    written = repr(vars(payload))
    assert "List-Unsubscribe=One-Click" in written
    assert "t" * 22 in written


@pytest.mark.parametrize("name", ONE_BY_ONE)
def test_whoever_takes_one_mail_at_a_time_gets_small_groups(name):
    assert not PROVIDERS[name].in_one_request
    assert PROVIDERS[name].batch_size(25) == 25
    assert PROVIDERS[name].batch_size(0) == 1


def test_a_provider_that_is_not_known_is_named_with_those_that_are(settings):
    settings.EMAIL_PROVIDER = "maligun"
    with pytest.raises(UnknownProvider, match="mailgun"):
        current_provider()
    assert provider_named("mailgun").batch_size(25) == 1000


TYPED = [
    "%recipient.name_html%",
    "%RECIPIENT.x%",
    "%recipient_email%",
    "%unsubscribe_url%",
    "%tag_unsubscribe_url%",
    "%mailing_list_unsubscribe_url%",
]


@pytest.mark.parametrize("words", TYPED)
def test_an_editors_percent_sign_is_merged_in_as_one(messages, words):
    messages.rendition.text = f"Typ {words}, 100% zeker. \ue000name_text\ue001"
    form = merged(messages, reader())
    assert form["text"] == [
        f"Typ %recipient.percent%{words[1:]}, 100% zeker. %recipient.name_text%"
    ]
    values = json.loads(form["recipient-variables"][0])
    assert values["alice@example.nl"]["percent"] == "%"
