"""Keys and signatures of notices, as Standard Webhooks 1.0 describes them.

A key is made of LINK_KEYS, so that no database and no backup holds it. A new key signs
beside the old one for a week, and so does each older key of LINK_KEYS: whoever listens
changes keys without missing a notice.
"""

import hashlib
import hmac
from base64 import b64encode
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F

from newsletter.hooks.models import Listener

OLD_KEY_WORKS_FOR = timedelta(days=7)


def key_of(listener: Listener) -> str:
    """Return the key that signs now, to be shown to whoever sets up the other side."""
    return _shown(_key(settings.LINK_KEYS[0], listener, listener.key_number))


def change_key(listener: Listener, *, now: datetime) -> str:
    """Make a new key and return it; the one before signs along for a week."""
    Listener.objects.filter(pk=listener.pk).update(
        key_number=F("key_number") + 1, old_key_until=now + OLD_KEY_WORKS_FOR
    )
    listener.refresh_from_db()
    return key_of(listener)


def signed_headers(
    listener: Listener, notice_id: str, body: bytes, *, now: datetime
) -> dict[str, str]:
    """Return the headers by which a listener knows that a notice is ours and new."""
    timestamp = str(int(now.timestamp()))
    said = f"{notice_id}.{timestamp}.".encode() + body
    return {
        "webhook-id": notice_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(
            f"v1,{_signature(key, said)}" for key in _keys(listener, now)
        ),
    }


def _keys(listener: Listener, now: datetime) -> list[bytes]:
    numbers = [listener.key_number]
    if listener.old_key_until and listener.old_key_until > now:
        numbers.append(listener.key_number - 1)
    return [
        _key(secret, listener, number)
        for number in numbers
        for secret in settings.LINK_KEYS
    ]


def _key(secret: str, listener: Listener, number: int) -> bytes:
    made_of = f"listener:{listener.uuid}:{number}".encode()
    return hmac.new(secret.encode(), made_of, hashlib.sha256).digest()


def _signature(key: bytes, said: bytes) -> str:
    return b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()


def _shown(key: bytes) -> str:
    return f"whsec_{b64encode(key).decode()}"
