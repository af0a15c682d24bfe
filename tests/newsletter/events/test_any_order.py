"""All that every provider tells, twice and in a thousand orders, comes to one state.

What is kept once is folded by the same calculation as in the ledger; nothing is stored.
"""

import json
import random
from uuid import UUID

import pytest

from newsletter.events.calls import TRACKING_VIEWS, events_in
from newsletter.events.meaning import (
    NOT_KEPT,
    heaviest_of,
    ids_of,
    in_short,
    is_permanent,
    reason_of,
    whose,
)
from newsletter.events.models import ProviderCall
from tests.newsletter.events.conftest import PAYLOADS, kinds_of, signed

PROVIDERS = sorted(path.stem for path in PAYLOADS.glob("*.json"))
ISSUE, READER = UUID(int=1), UUID(int=2)
EVERY_KIND = {"delivered", "deferred", "bounced hard", "bounced soft", "complained"}
pytestmark = pytest.mark.filterwarnings(
    "ignore:django-anymail has dropped official support",
)


def told_by(provider, kind):
    """Return what a provider tells of a kind, read as in production: id and event."""
    text = json.dumps(kinds_of(provider)[kind])
    for name, value in (("issue", ISSUE.hex), ("reader", READER.hex)):
        text = text.replace(f"%{name}%", value)
    text = text.replace("%address%", "alice@example.nl")
    body = signed(json.loads(text)) if provider == "mailgun" else text
    headers = {"Content-Type": "application/json", "Svix-Id": f"msg_{kind}"}
    events = events_in(
        ProviderCall(provider=provider, headers=headers, body=body.encode())
    )
    return [
        (provider, key, event)
        for key, event in zip(ids_of(events), events, strict=True)
    ]


def state_of(told):
    """Return what the ledger would say when all this was told, in this order."""
    kept: dict[tuple[str, str], object] = {}
    for provider, key, event in told:
        if event.event_type not in NOT_KEPT:
            kept.setdefault((provider, key), event)
    # As the ledger reads them: by moment, and in the order they came.
    story = sorted(
        kept.values(), key=lambda one: (one.timestamp is None, one.timestamp)
    )
    found = heaviest_of(
        (one.event_type, is_permanent(one), one.timestamp) for one in story
    )
    refusals = [in_short(one) for one in story if one.event_type == "bounced"]
    return (
        found,
        found and reason_of(found[0], refusals),
        any(map(is_permanent, story)),
        len(kept),
    )


@pytest.fixture
def everything(secrets):
    return [
        one
        for provider in PROVIDERS
        for kind in kinds_of(provider)
        for one in told_by(provider, kind)
    ]


def without(kinds, told):
    return [one for one in told if one[2].event_type not in kinds]


def test_a_thousand_shuffles_come_to_one_state(everything):
    dice = random.Random(1)
    told = everything * 2
    states = set()
    for _ in range(1000):
        dice.shuffle(told)
        unloved = without(("complained",), told)
        early = without(("bounced",), unloved)
        states.add((state_of(told), state_of(unloved), state_of(early)))
    ((last, unloved, early),) = states
    said = [state[0][0] for state in (last, unloved, early)]
    assert said == ["complained", "bounced", "delivered"]
    assert last[2]


def test_every_provider_is_here_with_every_kind():
    assert set(PROVIDERS) == {
        *("amazon_ses", "brevo", "mailgun", "mailjet", "postmark", "resend", "sendgrid")
    }
    for provider in PROVIDERS:
        assert set(kinds_of(provider)) >= EVERY_KIND
        assert provider in TRACKING_VIEWS


def test_all_of_it_is_about_our_reader(everything):
    assert {whose(event) for _provider, _key, event in everything} == {(ISSUE, READER)}
