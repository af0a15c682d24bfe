"""A call names readers, and may not outlive what it is for."""

from datetime import timedelta

import pytest

from newsletter.events.calls import keep_call, work_out
from newsletter.events.forgetting import forget_old_calls
from newsletter.events.models import ProviderCall
from subscribers.privacy import erase
from tests.newsletter.events.conftest import payload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("secrets")]


def test_who_is_erased_is_in_no_call_that_waits(alice, now):
    body = payload("postmark", "delivered", alice, address="Alice@Example.nl")
    keep_call("postmark", {}, body.encode(), now=now)
    erase(alice.subscriber, channel="page", now=now)
    assert b"alice@" not in bytes(ProviderCall.objects.get().body).lower()
    assert work_out(clock=lambda: now, within=timedelta(seconds=1)) == 1


def test_others_in_such_a_call_are_still_told_of(alice, now):
    keep_call("mailjet", {}, b'["alice@example.nl", "bob@example.nl"]', now=now)
    erase(alice.subscriber, channel="page", now=now)
    assert bytes(ProviderCall.objects.get().body) == b'["", "bob@example.nl"]'


def test_a_call_that_nobody_could_read_is_gone_after_a_month(now):
    keep_call("mailjet", {}, b"old", now=now - timedelta(days=31))
    keep_call("mailjet", {}, b"new", now=now)
    forget_old_calls(now)
    assert bytes(ProviderCall.objects.get().body) == b"new"
