"""Addresses: which we take, when two are the same person's, how one is kept secret."""

import hashlib
import hmac

from django.conf import settings
from django.utils.translation import gettext as _
from email_validator import EmailNotValidError, ValidatedEmail, validate_email

from newsletter.characters import FORBIDDEN_IN_LINE

_LOOP_RISKS = frozenset(
    {"postmaster", "abuse", "noreply", "no-reply", "mailer-daemon", "bounce"}
)


class InvalidAddress(ValueError):
    """The text is no address we can mail; the message says why in plain words."""


def clean_address(typed: str) -> str:
    """Return the address as we keep it: local part as typed, domain as A-label.

    Raises:
        InvalidAddress: not an address, or one that cannot be mailed.
    """
    typed = typed.strip().rstrip(".")
    if FORBIDDEN_IN_LINE.search(typed):
        raise InvalidAddress(_("This address contains a character that cannot be."))
    try:
        parts: ValidatedEmail = validate_email(
            typed, check_deliverability=False, strict=True, allow_smtputf8=True
        )
    except EmailNotValidError as error:
        raise InvalidAddress(
            _("This does not look like an e-mail address. Check it once more.")
        ) from error
    if not typed.isascii() and parts.ascii_email is None:
        # Several providers refuse such a local part (RFC 6531), so would our mail.
        raise InvalidAddress(
            _("We cannot yet mail to an address with accents before the @.")
        )
    address = f"{parts.local_part}@{parts.ascii_domain}"
    if parts.local_part.lower() in _LOOP_RISKS:
        raise InvalidAddress(_("This is a machine's address. Give your own."))
    return address


def address_key(address: str) -> str:
    """Return what makes an address one person's: lower-cased, domain as A-label."""
    return address.casefold()


def address_hash(address: str) -> str:
    """Return the keyed hash under which an address may be kept for ever."""
    return hmac.new(
        settings.ADDRESS_PEPPER.encode(),
        address_key(address).encode(),
        hashlib.sha256,
    ).hexdigest()
