"""Calls of providers as they come over the wire, about the reader of a test."""

import hashlib
import hmac
import json
from pathlib import Path

import pytest

from newsletter.delivery.models import Delivery, DispatchState
from tests.factories import BatchFactory, DispatchFactory, RenditionFactory
from tests.newsletter.delivery.conftest import issue, readers  # noqa: F401 (fixtures)

PAYLOADS = Path(__file__).resolve().parents[2] / "payloads" / "events"
SIGNING_KEY = "the-signing-key"


@pytest.fixture
def scheduled(issue, now):  # noqa: F811
    """A dispatch that is due; what is in its mail is not looked at."""
    rendition = RenditionFactory(issue=issue)
    return DispatchFactory(issue=issue, rendition=rendition, due_at=now)


@pytest.fixture
def dispatch(scheduled, now):
    """It has begun."""
    scheduled.state, scheduled.started_at = DispatchState.SENDING, now
    scheduled.opened_at, scheduled.audience_count = now, 3
    scheduled.save()
    return scheduled


@pytest.fixture
def batch(dispatch, readers):  # noqa: F811
    """Alice, Bob and Charlie in one group."""
    batch = BatchFactory(dispatch=dispatch, size=3)
    Delivery.objects.bulk_create(
        Delivery(dispatch=dispatch, batch=batch, subscriber=reader.subscriber)
        for reader in readers
    )
    return batch


@pytest.fixture
def alice(batch, readers):  # noqa: F811
    return Delivery.objects.get(subscriber=readers[0].subscriber)


@pytest.fixture
def secrets(settings):
    settings.ANYMAIL = {
        **settings.ANYMAIL,
        "MAILGUN_WEBHOOK_SIGNING_KEY": SIGNING_KEY,
        "WEBHOOK_SECRET": "name:secret",
    }


def kinds_of(provider):
    return json.loads((PAYLOADS / f"{provider}.json").read_text())


def payload(provider, kind, delivery, address="alice@example.nl"):
    """Return the body of a call about a delivery."""
    text = json.dumps(kinds_of(provider)[kind])
    for name, value in {
        "%issue%": delivery.dispatch.issue.uuid.hex,
        "%reader%": delivery.subscriber.uuid.hex,
        "%address%": address,
    }.items():
        text = text.replace(name, value)
    return signed(json.loads(text)) if provider == "mailgun" else text


def signed(call):
    """Sign as Mailgun does ("Securing webhooks")."""
    signature = call["signature"]
    said = (signature["timestamp"] + signature["token"]).encode()
    digest = hmac.new(SIGNING_KEY.encode(), said, hashlib.sha256)
    signature["signature"] = digest.hexdigest()
    return json.dumps(call)
