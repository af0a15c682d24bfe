"""Addresses: which we take, when two are the same person's, how one is kept secret."""

import contextlib
import hashlib
import hmac
import unicodedata

import idna
from django.conf import settings
from django.utils.translation import gettext as _
from email_validator import EmailNotValidError, ValidatedEmail, validate_email

from newsletter.characters import FORBIDDEN_IN_LINE

# RFC 5321 4.5.3.1.3 allows 254; more than that is no typing mistake to look into.
_LONGEST_TYPED = 320
# A mail to one of these comes back as a mail, and so on for ever.
_LOOP_RISKS = frozenset(
    {
        "abuse",
        "bounce",
        "bounces",
        "mailer-daemon",
        "no-reply",
        "noreply",
        "postmaster",
    }
)
_PROVIDERS = (
    "caiway.nl",
    "casema.nl",
    "gmail.com",
    "hetnet.nl",
    "home.nl",
    "hotmail.com",
    "hotmail.nl",
    "icloud.com",
    "kpnmail.nl",
    "kpnplanet.nl",
    "live.com",
    "live.nl",
    "me.com",
    "msn.com",
    "online.nl",
    "outlook.com",
    "planet.nl",
    "proton.me",
    "protonmail.com",
    "quicknet.nl",
    "solcon.nl",
    "tele2.nl",
    "telfort.nl",
    "telenet.be",
    "upcmail.nl",
    "versatel.nl",
    "xs4all.nl",
    "yahoo.com",
    "ziggo.nl",
    "zonnet.nl",
)
# Endings that do not exist, and what fingers meant by them.
_ENDINGS = {
    "cmo": "com",
    "comm": "com",
    "con": "com",
    "cok": "com",
    "vom": "com",
    "xom": "com",
    "nk": "nl",
    "nll": "nl",
    "nlo": "nl",
}
# Letters of other scripts that look like a Latin one (Unicode TR 39, the usual few).
_LOOK_ALIKES = str.maketrans("ıаеорсухіѕјԁɡⅼοαν", "iaeopcyxisjdgloav")


class InvalidAddress(ValueError):
    """The text is no address we can mail; the message says why in plain words."""


def clean_address(typed: str) -> str:
    """Return the address as we keep it: local part as typed, domain as A-label.

    Raises:
        InvalidAddress: not an address, or one that cannot be mailed.
    """
    # A Japanese keyboard types a wide @; the thanks page shows what became of it.
    typed = typed.strip().removesuffix(".").replace("\uff20", "@")
    if FORBIDDEN_IN_LINE.search(typed):
        raise InvalidAddress(_("This address contains a character that cannot be."))
    parts = _parts(typed)
    if not parts.local_part.isascii():
        # Several providers refuse such a local part (RFC 6531), so would our mail.
        raise InvalidAddress(
            _("We cannot yet mail to an address with accents before the @.")
        )
    _refuse_look_alike(parts.domain)
    domain = str(parts.ascii_domain)
    _refuse_machine(parts.local_part, domain)
    return f"{parts.local_part}@{domain}"


def _parts(typed: str) -> ValidatedEmail:
    if len(typed) <= _LONGEST_TYPED and (
        any(mark in typed for mark in "<>;,") or typed.lower().startswith("mailto:")
    ):
        raise InvalidAddress(_("Give one address and nothing else: jan@example.nl"))
    try:
        return validate_email(
            typed[: _LONGEST_TYPED + 1],
            check_deliverability=False,
            strict=True,
            allow_smtputf8=True,
        )
    except EmailNotValidError as error:
        raise InvalidAddress(
            _("This does not look like an e-mail address. Check it once more.")
        ) from error


def _refuse_look_alike(domain: str) -> None:
    """Refuse ``gmaıl.com`` and domains that mix scripts: nobody owns one by chance."""
    if domain.isascii():
        return
    plain = unicodedata.normalize("NFKD", domain.translate(_LOOK_ALIKES))
    skeleton = "".join(sign for sign in plain if not unicodedata.combining(sign))
    scripts = {
        unicodedata.name(sign, "?").split()[0] for sign in domain if sign.isalpha()
    }
    if skeleton in _PROVIDERS or len(scripts & {"LATIN", "CYRILLIC", "GREEK"}) > 1:
        raise InvalidAddress(
            _("After the @ stands a letter that looks like another one. Type it again.")
        )


def _refuse_machine(local_part: str, domain: str) -> None:
    ours = settings.INBOUND_DOMAIN.lower()
    if is_machine(local_part) or (ours and domain.lower() == ours):
        raise InvalidAddress(_("This is a machine's address. Give your own."))


def is_machine(local_part: str) -> bool:
    """Tell whether mail to this name would come back as mail, and so on for ever."""
    return local_part.lower() in _LOOP_RISKS


def suggested_address(address: str) -> str:
    """Return what was probably meant by a mistyped provider, or ``""``.

    Only ever shown as a question: ``gmial.com`` may be somebody's own domain.
    """
    local_part, _at, domain = address.rpartition("@")
    typed = domain.lower()
    if typed in _PROVIDERS:
        return ""
    name, dot, ending = typed.rpartition(".")
    domain = f"{name}{dot}{_ENDINGS.get(ending, ending)}"
    if domain not in _PROVIDERS:
        near = (one for one in _PROVIDERS if _one_slip_apart(domain, one))
        domain = next(near, domain)
    return f"{local_part}@{domain}" if domain != typed else ""


def _one_slip_apart(typed: str, meant: str) -> bool:
    """Tell whether one letter is missing, too many, wrong, or swapped with the next."""
    if abs(len(typed) - len(meant)) > 1 or len(meant) < 7:
        return False
    start = 0
    while start < min(len(typed), len(meant)) and typed[start] == meant[start]:
        start += 1
    rest, wanted = typed[start:], meant[start:]
    return (
        rest[1:] == wanted
        or rest == wanted[1:]
        or rest[1:] == wanted[1:]
        or (rest[:2] == wanted[1::-1] and rest[2:] == wanted[2:])
    )


def address_key(address: str) -> str:
    """Return what makes an address one person's: lower-cased, domain as A-label.

    Never fails, so that addresses from webhooks and mail headers can be looked up.
    """
    local_part, at, domain = address.strip().rpartition("@")
    # Lower-casing letters outside ASCII may change their number (İ); those stay.
    local_part = local_part.lower() if local_part.isascii() else local_part
    with contextlib.suppress(idna.IDNAError):
        domain = idna.encode(domain, uts46=True).decode()
    return f"{local_part}{at}{domain.lower()}"


def address_hash(address: str) -> str:
    """Return the keyed hash under which an address may be kept for ever."""
    return hmac.new(
        settings.ADDRESS_PEPPER.encode(),
        address_key(address).encode("utf-8", "surrogatepass"),
        hashlib.sha256,
    ).hexdigest()


def masked(address: str) -> str:
    """Return enough to know one's own address by: ``s•••e@example.nl``."""
    local_part, _at, domain = address.rpartition("@")
    if not local_part:
        return ""
    last = local_part[-1] if len(local_part) > 3 else ""
    return f"{local_part[0]}•••{last}@{domain}"
