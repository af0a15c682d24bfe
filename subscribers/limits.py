"""How often we let something happen, counted in the database and therefore exactly.

Each limit has as many slots as it allows; taking one is a single guarded write, so
two workers can never take the same slot and the window slides instead of starting
over at the hour.
"""

import hashlib
import hmac
import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from subscribers.addresses import address_hash
from subscribers.evidence import Evidence
from subscribers.models import Allowance

_TRIES = 20


@dataclass(frozen=True)
class Limit:
    """At most ``times`` in any stretch of ``within``."""

    name: str
    times: int
    within: timedelta


# A victim of somebody else's sign-ups counts mails, an honest reader may need a
# second one after looking in the spam folder.
MAILS_TO_ONE_ADDRESS = (
    Limit("mail-10-minutes", 1, timedelta(minutes=10)),
    Limit("mail-day", 2, timedelta(hours=24)),
    Limit("mail-month", 5, timedelta(days=30)),
)
SIGN_UPS_OF_ONE_NETWORK = (Limit("network-hour", 30, timedelta(hours=1)),)
# A person mistypes a password a few times; a machine guesses all day. The whole house
# may sit behind one network.
LOG_INS_OF_ONE_NAME = (Limit("log-in-name", 10, timedelta(minutes=15)),)
LOG_INS_OF_ONE_NETWORK = (Limit("log-in-network", 100, timedelta(hours=1)),)
NEW_PASSWORDS_OF_ONE_ADDRESS = (Limit("password-address", 3, timedelta(hours=1)),)
NEW_PASSWORDS_OF_ONE_NETWORK = (Limit("password-network", 20, timedelta(hours=1)),)


class _Refused(Exception):
    """One of several limits is reached; the others are left as they were."""


def allow(limits: tuple[Limit, ...], key: str, *, now: datetime) -> bool:
    """Take a slot of every limit, or of none when one of them is full."""
    try:
        with transaction.atomic():
            for limit in limits:
                if not _take(limit, key, now):
                    raise _Refused
    except _Refused:
        return False
    return True


def may_try_to_log_in(name: str, evidence: Evidence, *, now: datetime) -> bool:
    """Count one try to log in under a name, and from a network."""
    return allow(
        LOG_INS_OF_ONE_NETWORK, network_key(evidence.ip_address), now=now
    ) and allow(LOG_INS_OF_ONE_NAME, address_hash(name), now=now)


def may_ask_for_a_password(address: str, evidence: Evidence, *, now: datetime) -> bool:
    """Count one wish for a new password at an address, and from a network."""
    return allow(
        NEW_PASSWORDS_OF_ONE_NETWORK, network_key(evidence.ip_address), now=now
    ) and allow(NEW_PASSWORDS_OF_ONE_ADDRESS, address_hash(address), now=now)


def network_key(ip_address: str | None) -> str:
    """Return a keyed hash of the network of an address: /24, or /64 for IPv6."""
    network = ""
    if ip_address:
        length = 24 if ipaddress.ip_address(ip_address).version == 4 else 64
        network = str(ipaddress.ip_network(f"{ip_address}/{length}", strict=False))
    secret = settings.ADDRESS_PEPPER.encode()
    return hmac.new(secret, network.encode(), hashlib.sha256).hexdigest()


def _take(limit: Limit, key: str, now: datetime) -> bool:
    slots = Allowance.objects.filter(name=limit.name, key=key)
    free_since = now - limit.within
    for _ in range(_TRIES):
        free = slots.filter(used_at__lte=free_since).order_by("slot").first()
        if free is not None:
            # Another worker may have seen the same free slot; the guard picks one.
            if slots.filter(pk=free.pk, used_at=free.used_at).update(used_at=now):
                return True
            continue
        number = slots.count()
        if number >= limit.times:
            return False
        if _add(limit, key, number, now):
            return True
    return False


def _add(limit: Limit, key: str, slot: int, now: datetime) -> bool:
    try:
        with transaction.atomic():
            Allowance.objects.create(name=limit.name, key=key, slot=slot, used_at=now)
    except IntegrityError:
        return False
    return True
