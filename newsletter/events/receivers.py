"""django-anymail's door for what providers tell about mail that left."""

from typing import Any

from anymail.signals import tracking
from django.utils import timezone

from newsletter.events.recording import record_event


def record_from_provider(sender: Any, event: Any, esp_name: str, **kwargs: Any) -> None:
    """Take in one event; an error here becomes 500 and the provider tries again."""
    record_event(event, provider=esp_name, now=timezone.now())


def connect() -> None:
    """Listen to django-anymail; called once when the app is ready."""
    tracking.connect(record_from_provider, dispatch_uid="newsletter.events.receivers")
