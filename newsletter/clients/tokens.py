"""Tokens of other systems: made once, shown once, kept as a hash."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db.models import Q

from newsletter.clients.models import Client

_BEGINNING = "rji_"
_SHOWN = 10
# Written down once in a while: a row that changes with every request is a queue.
_NOTED_EVERY = timedelta(minutes=1)


def give_token(client: Client) -> str:
    """Give a client a new token, which the old one makes way for, and return it.

    The client is not saved.
    """
    token = _BEGINNING + secrets.token_urlsafe(32)
    client.token_hash = _hash(token)
    client.token_begins = token[:_SHOWN]
    return token


def client_of(token: str, *, now: datetime) -> Client | None:
    """Return whose token this is, and note that it was used; None: nobody's."""
    if not token.startswith(_BEGINNING) or len(token) > 100:
        return None
    client = Client.objects.working(now).filter(token_hash=_hash(token)).first()
    if client is not None:
        Client.objects.filter(
            Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - _NOTED_EVERY),
            pk=client.pk,
        ).update(last_used_at=now)
    return client


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
