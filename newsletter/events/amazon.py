"""What Amazon SES tells through its topics (SNS): whether Amazon signed it, and for us.

django-anymail leaves the signature to whoever uses it, and wants boto3 for what needs
one request. The rules are of Amazon's page "Verifying the signatures of Amazon SNS
messages"; what is asked of Amazon goes through ``newsletter.fetching``.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType
from anymail.webhooks.amazon_ses import AmazonSESTrackingWebhookView
from anymail.webhooks.base import AnymailBaseWebhookView
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.x509 import Certificate, load_pem_x509_certificate
from django.conf import settings
from django.core.cache import cache
from django.utils.dateparse import parse_datetime

from newsletter.fetching import CannotFetch, fetch

CertificateAt = Callable[[str], bytes]

CONFIRMATION = "SubscriptionConfirmation"
_OF_TOPIC = ("Message", "MessageId", "Timestamp", "TopicArn", "Type")
_SIGNED = {
    "Notification": (*_OF_TOPIC, "Subject"),
    CONFIRMATION: (*_OF_TOPIC, "SubscribeURL", "Token"),
    "UnsubscribeConfirmation": (*_OF_TOPIC, "SubscribeURL", "Token"),
}
_HASHES: Mapping[str, type[SHA1] | type[SHA256]] = {"1": SHA1, "2": SHA256}
_HOST = r"https://sns\.[a-z]{2}(?:-[a-z]+)+-\d{1,2}\.amazonaws\.com(?:\.cn)?"
# The name too: other addresses of that host repeat what somebody asks them to.
_CERTIFICATE = re.compile(_HOST + r"/SimpleNotificationService-[0-9A-Za-z]{1,64}\.pem")
_SUBSCRIBE = re.compile(_HOST + r"/\?Action=ConfirmSubscription&[\w.~%=&:-]+")
# Amazon tries again for hours while we are away; clocks differ by minutes.
_OLDEST, _AHEAD = timedelta(days=1), timedelta(minutes=15)
_LONGEST_CERTIFICATE = 20_000
_SECONDS = 5.0
_KEPT_SECONDS = 24 * 3600


class NotGenuine(Exception):
    """Amazon did not sign this, or not for us; the text says what is wrong."""


class NoAnswer(Exception):
    """Amazon could not be asked just now; it may tell us once more."""


class AmazonSES(AmazonSESTrackingWebhookView):  # type: ignore[misc]  # untyped
    """django-anymail's reading of a message, without boto3, which reads nothing."""

    def __init__(self, **kwargs: Any) -> None:
        """Begin as views of other providers do."""
        AnymailBaseWebhookView.__init__(self, **kwargs)

    def esp_to_anymail_events(
        self, ses_event: dict[str, Any], sns_message: dict[str, Any]
    ) -> list[AnymailTrackingEvent]:
        """Read two kinds besides, which django-anymail does not know."""
        events: list[AnymailTrackingEvent]
        events = super().esp_to_anymail_events(ses_event, sns_message)
        if ses_event.get("eventType") == "DeliveryDelay":
            delayed = ses_event["deliveryDelay"]["delayedRecipients"]
            words = {one["emailAddress"]: one.get("diagnosticCode") for one in delayed}
            for event in events:
                event.event_type = EventType.DEFERRED
                event.mta_response = words.get(event.recipient)
        if ses_event.get("eventType") == "Subscription" and _has_left(ses_event):
            for event in events:
                event.event_type = EventType.UNSUBSCRIBED
        return events


def _has_left(ses_event: Mapping[str, Any]) -> bool:
    wishes = ses_event["subscription"].get("newTopicPreferences", {})
    return bool(wishes.get("unsubscribeAll"))


def message_in(body: bytes) -> dict[str, str]:
    """Read a message.

    Raises:
        NotGenuine: it is none.
    """
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotGenuine("it is not a message of a topic") from error
    if not isinstance(said, dict) or said.get("Type") not in _SIGNED:
        raise NotGenuine("it is not a message of a topic")
    return {name: value for name, value in said.items() if isinstance(value, str)}


def refuse_forged(
    message: Mapping[str, str],
    *,
    now: datetime,
    certificate_at: CertificateAt | None = None,
) -> None:
    """Check that Amazon signed a message of one of our topics, and lately.

    Args:
        certificate_at: fetches a certificate (PEM) from an address of Amazon's.

    Raises:
        NotGenuine: it did not.
        NoAnswer: the certificate cannot be had just now.
    """
    if message.get("TopicArn") not in settings.SNS_TOPICS:
        raise NotGenuine("its topic is not in SNS_TOPICS")
    _refuse_untimely(message.get("Timestamp", ""), now)
    address = message.get("SigningCertURL", "")
    if not _CERTIFICATE.fullmatch(address):
        raise NotGenuine("its certificate is not at Amazon")
    pem = (certificate_at or _kept_certificate)(address)
    _refuse_unsigned(message, _key_in(pem, now))


def confirm(message: Mapping[str, str]) -> None:
    """Say to Amazon that we want what a topic tells; the message was found genuine.

    Raises:
        NotGenuine: the place where to say so is not Amazon's.
        NoAnswer: Amazon does not hear us just now.
    """
    address = message.get("SubscribeURL", "")
    if not _SUBSCRIBE.fullmatch(address):
        raise NotGenuine("the address to confirm at is not Amazon's")
    _asked(address)


def _refuse_untimely(told: str, now: datetime) -> None:
    try:
        at = parse_datetime(told)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise NotGenuine("it does not say when it was written")
    if not now - _OLDEST <= at <= now + _AHEAD:
        raise NotGenuine(f"it was written at {told}")


def _refuse_unsigned(message: Mapping[str, str], key: RSAPublicKey) -> None:
    algorithm = _HASHES.get(message.get("SignatureVersion", ""))
    if algorithm is None:
        raise NotGenuine("its signature is of an unknown version")
    try:
        signature = base64.b64decode(message.get("Signature", ""), validate=True)
        key.verify(signature, signed_text(message), PKCS1v15(), algorithm())
    except (binascii.Error, ValueError, InvalidSignature) as error:
        raise NotGenuine("its signature does not fit") from error


def signed_text(message: Mapping[str, str]) -> bytes:
    """Return what Amazon signs: names and values, in the order of the names."""
    names = sorted(_SIGNED[message["Type"]])
    pairs = (f"{name}\n{message[name]}\n" for name in names if name in message)
    return "".join(pairs).encode("utf-8", "surrogatepass")


def _key_in(pem: bytes, now: datetime) -> RSAPublicKey:
    try:
        certificate = load_pem_x509_certificate(pem)
        key = certificate.public_key()
    except Exception as error:  # of whatever kind: it is somebody else's text
        raise NotGenuine("its certificate cannot be read") from error
    if not isinstance(key, RSAPublicKey) or not _is_valid(certificate, now):
        raise NotGenuine("its certificate is not valid")
    return key


def _is_valid(certificate: Certificate, now: datetime) -> bool:
    return certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc


def _kept_certificate(address: str) -> bytes:
    """Ask Amazon for a certificate once a day; each has an address of its own."""
    kept: bytes | None = cache.get(f"amazon:{address}")
    if kept is None:
        kept = _asked(address)
        if b"BEGIN CERTIFICATE" in kept:
            cache.set(f"amazon:{address}", kept, _KEPT_SECONDS)
    return kept


def _asked(address: str) -> bytes:
    try:
        answer = fetch(
            address, redirects=0, longest=_LONGEST_CERTIFICATE, seconds=_SECONDS
        )
    except CannotFetch as error:
        raise NoAnswer(str(error)) from error
    if answer.status != 200:
        raise NoAnswer(f"Amazon answers {answer.status}")
    return answer.body
