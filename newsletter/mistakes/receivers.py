"""django-anymail's door for mail that comes in by webhook."""

from typing import Any

from anymail.inbound import AnymailInboundMessage
from anymail.signals import inbound
from django.utils import timezone

from newsletter.mistakes.inbound import receive


def receive_from_provider(sender: Any, event: Any, **kwargs: Any) -> None:
    """Take in one inbound event; an error here makes the provider try again."""
    message: AnymailInboundMessage = event.message
    receive(
        message.as_bytes(),
        recipient=message.envelope_recipient or "",
        now=timezone.now(),
    )


def connect() -> None:
    """Listen to django-anymail; called once when the app is ready."""
    inbound.connect(receive_from_provider, dispatch_uid="newsletter.mistakes.receivers")
