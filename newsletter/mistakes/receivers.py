"""django-anymail's door for mail that comes in by webhook."""

from typing import Any

from anymail.inbound import AnymailInboundMessage
from anymail.signals import inbound
from django.utils import timezone

from newsletter.mistakes.inbound import receive


def receive_from_provider(
    sender: Any, event: Any, esp_name: str, **kwargs: Any
) -> None:
    """Take in one inbound event; an error here makes the provider try again."""
    message: AnymailInboundMessage = event.message
    receive(
        _raw(message),
        recipient=message.envelope_recipient or "",
        provider_id=f"{esp_name}:{event.event_id}" if event.event_id else "",
        now=timezone.now(),
    )


def _raw(message: AnymailInboundMessage) -> bytes:
    """Return the message as bytes, also where a form had made text of it."""
    try:
        raw: bytes = message.as_bytes()
    except (UnicodeError, ValueError, LookupError):
        raw = message.as_string().encode("utf-8", "surrogateescape")
    return raw


def connect() -> None:
    """Listen to django-anymail; called once when the app is ready."""
    inbound.connect(receive_from_provider, dispatch_uid="newsletter.mistakes.receivers")
