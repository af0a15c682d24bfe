"""Every provider's own words, told as they tell them, lead to the same ledger."""

import random
from datetime import timedelta

import pytest

from newsletter.delivery.models import DeliveryEvent, DeliveryException
from newsletter.events.calls import keep_call, work_out
from newsletter.events.models import ProviderCall, ProviderEvent
from subscribers.models import Subscription, SubscriptionState, Suppression
from subscribers.suppression import is_suppressed
from tests.newsletter.events.conftest import kinds_of, payload

PROVIDERS = [
    "amazon_ses",
    "brevo",
    "mailgun",
    "mailjet",
    "postmark",
    "resend",
    "sendgrid",
]
LEDGER = {
    "delivered": DeliveryEvent.DELIVERED,
    "deferred": DeliveryEvent.DEFERRED,
    "bounced hard": DeliveryEvent.BOUNCED,
    "bounced soft": DeliveryEvent.BOUNCED,
    "rejected": "",
    "complained": DeliveryEvent.COMPLAINED,
    "unsubscribed": "",
    "opened": "",
}
pytestmark = [
    pytest.mark.usefixtures("secrets"),
    # It works; django-anymail only has no account there to try it with any more.
    pytest.mark.filterwarnings("ignore:django-anymail has dropped official support"),
]
EACH = [
    (provider, kind) for provider in PROVIDERS for kind in sorted(kinds_of(provider))
]


def tell(provider, kind, delivery, now):
    keep_call(
        provider,
        {"Content-Type": "application/json", "Svix-Id": f"msg_{kind}"},
        payload(provider, kind, delivery).encode(),
        now=now,
    )


def everything_is_worked_out(now):
    work_out(clock=lambda: now, within=timedelta(seconds=1))
    assert not ProviderCall.objects.exists()


@pytest.mark.parametrize(("provider", "kind"), EACH)
def test_what_a_provider_tells_is_written_with_the_reader(alice, now, provider, kind):
    tell(provider, kind, alice, now)
    everything_is_worked_out(now)
    alice.refresh_from_db()
    assert alice.event == LEDGER[kind]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_address_that_does_not_exist_is_blocked(alice, now, provider):
    tell(provider, "bounced hard", alice, now)
    everything_is_worked_out(now)
    assert is_suppressed("alice@example.nl")


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("kind", ["bounced soft", "deferred"])
def test_a_full_mailbox_blocks_nobody(alice, now, provider, kind):
    tell(provider, kind, alice, now)
    everything_is_worked_out(now)
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_complaint_unsubscribes_and_blocks(alice, now, provider):
    tell(provider, "complained", alice, now)
    everything_is_worked_out(now)
    theirs = Subscription.objects.get(subscriber=alice.subscriber)
    assert theirs.state == SubscriptionState.UNSUBSCRIBED
    assert is_suppressed("alice@example.nl")


@pytest.mark.parametrize(
    "provider", [name for name in PROVIDERS if "unsubscribed" in kinds_of(name)]
)
def test_an_unsubscription_at_the_provider_is_one_here(alice, now, provider):
    tell(provider, "unsubscribed", alice, now)
    everything_is_worked_out(now)
    theirs = Subscription.objects.get(subscriber=alice.subscriber)
    assert theirs.state == SubscriptionState.UNSUBSCRIBED
    assert not is_suppressed("alice@example.nl")


@pytest.mark.parametrize(
    "provider", [name for name in PROVIDERS if "rejected" in kinds_of(name)]
)
def test_a_mail_that_the_provider_did_not_pass_on_is_said_so(alice, now, provider):
    tell(provider, "rejected", alice, now)
    everything_is_worked_out(now)
    alice.refresh_from_db()
    assert alice.exception == DeliveryException.REJECTED


@pytest.mark.parametrize(("seed", "provider"), list(enumerate(PROVIDERS)))
def test_twice_and_in_any_order_it_comes_to_the_same(alice, now, provider, seed):
    story = ["deferred", "bounced soft", "delivered", "complained"]
    told = [*story, *story]
    random.Random(seed).shuffle(told)
    for kind in told:
        tell(provider, kind, alice, now)
        if random.Random(f"{seed}{kind}").random() < 0.5:
            everything_is_worked_out(now)
    everything_is_worked_out(now)
    alice.refresh_from_db()
    assert alice.event == DeliveryEvent.COMPLAINED
    assert ProviderEvent.objects.count() == len(story)
