"""Signed tokens for links in mails.

The first key of ``LINK_KEYS`` signs, all verify, so links in old mails outlive a
new key. The purpose is part of the signature: a token for one act opens no other.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing


class BadToken(Exception):
    """The token was not made by us, or was changed on its way."""


class ExpiredToken(BadToken):
    """The token was ours once; ``payload`` tells for whom, to offer a new one."""

    def __init__(self, payload: Any) -> None:
        """Keep what the token said."""
        super().__init__("expired")
        self.payload = payload


def _signer(purpose: str) -> signing.TimestampSigner:
    first, *older = settings.LINK_KEYS
    return signing.TimestampSigner(
        key=first, fallback_keys=[*older], salt=f"link.{purpose}", sep="~"
    )


def make_token(purpose: str, payload: Any) -> str:
    """Sign a small JSON value for one purpose."""
    return _signer(purpose).sign_object(payload, compress=False)


def read_token(purpose: str, token: str, *, max_age: timedelta | None = None) -> Any:
    """Return what ``make_token`` was given.

    Raises:
        ExpiredToken: older than ``max_age``.
        BadToken: unknown, changed, or made for another purpose.
    """
    signer = _signer(purpose)
    # Mail programs take a closing bracket or full stop along with a link.
    token = token.rstrip(".,)>=")
    try:
        payload = signer.unsign_object(token)
        if max_age is not None:
            signer.unsign(token, max_age=max_age)
    except signing.SignatureExpired as expired:
        raise ExpiredToken(payload) from expired
    except Exception as error:
        # Base64, JSON and signature each fail in their own way on a damaged token.
        raise BadToken(str(type(error).__name__)) from error
    return payload
