"""Signed tokens for links in mails.

The first key of ``LINK_KEYS`` signs, all verify, so links in old mails outlive a
new key. The purpose is part of the signature: a token for one act opens no other.
"""

import hashlib
import hmac
import re
from datetime import timedelta
from functools import lru_cache
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


def make_tag(purpose: str, *numbers: int) -> str:
    """Sign a few numbers in letters that survive a mail address: ``12.34.k3j9…``.

    Deterministic and without a moment, so that a frozen issue renders the same.
    """
    body = ".".join(str(number) for number in numbers)
    return f"{body}.{_tag_signature(settings.LINK_KEYS[0], purpose, body)}"


def read_tag(purpose: str, tag: str) -> tuple[int, ...]:
    """Return the numbers of a tag, whatever the case it came back in.

    Raises:
        BadToken: not made by us for this purpose.
    """
    body, _, signature = tag.strip().lower().rstrip(".,)>=").rpartition(".")
    if not re.fullmatch(r"\d{1,18}(\.\d{1,18})*", body, re.ASCII):
        raise BadToken("no tag")
    if not any(
        hmac.compare_digest(_tag_signature(key, purpose, body), signature)
        for key in settings.LINK_KEYS
        if signature.isascii()
    ):
        raise BadToken("signature")
    return tuple(int(number) for number in body.split("."))


def _tag_signature(key: str, purpose: str, body: str) -> str:
    """Return 80 bits as sixteen letters (base32 of RFC 4648, in lower case)."""
    begun = _begun(key, purpose).copy()
    begun.update(body.encode())
    number = int.from_bytes(begun.digest()[:10], "big")
    return "".join([_PAIRS[number >> shift & 1023] for shift in range(70, -1, -10)])


@lru_cache
def _begun(key: str, purpose: str) -> hmac.HMAC:
    """The keyed hash as far as it is equal for all tags: a million readers have one."""
    return hmac.new(key.encode(), f"tag.{purpose}:".encode(), hashlib.sha256)


_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS = [first + second for first in _LETTERS for second in _LETTERS]
