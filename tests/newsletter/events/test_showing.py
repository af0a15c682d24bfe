"""A person who looks at a call sees what it says, and neither secrets nor readers."""

import json

import pytest

from newsletter.events.models import ProviderCall
from newsletter.events.showing import body_shown, headers_shown


def call(body, **headers):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return ProviderCall(body=raw, headers=headers)


def test_what_happened_is_shown():
    assert json.loads(body_shown(call({"event": "bounced", "code": 550}))) == {
        "event": "bounced",
        "code": 550,
    }


@pytest.mark.parametrize(
    "told",
    [
        {"signature": {"token": "geheim", "signature": "geheim"}},
        {"UnsubscribeURL": "https://sns.example/geheim"},
        {"Message": json.dumps({"mail": {"Token": "geheim"}})},
        [{"api_key": {"x": 1}, "api-key-token": "geheim"}],
        {"to": ["geheim@example.nl"]},
        {"geheim@example.nl": 1},
        {"Message": json.dumps({"destination": ["geheim@example.nl"]})},
        b"token=geheim&event=bounced",
        b"geheim@example.nl bounced",
    ],
)
def test_secrets_and_readers_are_not(told):
    assert "geheim" not in body_shown(call(told))


def test_headers_are_shown_without_signatures():
    shown = headers_shown(call(b"", **{"Svix-Signature": "geheim", "Svix-Id": "msg_1"}))
    assert shown == "Svix-Id: msg_1\nSvix-Signature: …"


@pytest.mark.parametrize("body", [b"\xff\xfe", b"[" * 100_000, b"\x00\x1b[31m", b""])
def test_whatever_came_can_be_shown(body):
    assert "\x1b" not in body_shown(call(body))
