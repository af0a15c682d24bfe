"""Forgetting whom a provider's call names, where the call is still here."""

import re
from datetime import datetime, timedelta

from django.db.models import QuerySet

from newsletter.events.models import ProviderCall, ProviderEvent
from subscribers.registry import Leaving

# A person who mends what went wrong has a month; the call names readers.
_KEPT = timedelta(days=30)


def forget_calls_about(leaving: Leaving) -> None:
    """Take the address out of calls that wait; what they tell of others stays.

    A call is seldom here for longer than seconds, and there are seldom many.
    """
    address = re.compile(re.escape(leaving.address.encode()), re.IGNORECASE)
    for call in ProviderCall.objects.only("body").iterator(chunk_size=50):
        body, found = address.subn(b"", bytes(call.body))
        if found:
            ProviderCall.objects.filter(pk=call.pk).update(body=body)


def forget_old_calls(now: datetime) -> None:
    """Let go of calls that nobody could read for a month."""
    ProviderCall.objects.filter(received_at__lt=now - _KEPT).delete()


def events_before(before: datetime) -> "QuerySet[ProviderEvent]":
    """Return what was told before a moment; the ledger keeps what it came to."""
    return ProviderEvent.objects.filter(received_at__lt=before)
