"""django-anymail's door for providers whose calls are not kept first (Mandrill)."""

from typing import Any

from anymail.signals import tracking
from django.utils import timezone

from newsletter.events.recording import record_events


def record_from_provider(sender: Any, event: Any, esp_name: str, **kwargs: Any) -> None:
    """Take in one event; an error here becomes 500 and the provider tries again."""
    record_events([[event]], provider=esp_name, now=timezone.now())


def connect() -> None:
    """Listen to django-anymail; called once when the app is ready."""
    tracking.connect(record_from_provider, dispatch_uid="newsletter.events.receivers")
