"""How often we let something happen, counted in the database and therefore exactly.

Each limit has as many slots as it allows; taking one is a single guarded write, so
two workers can never take the same slot and the window slides instead of starting
over at the hour.
"""

import hashlib
import hmac
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from subscribers.addresses import address_hash
from subscribers.evidence import Evidence
from subscribers.models import Allowance, MailingList

# Each try that fails is another worker's success.
_TRIES = 100


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
# Links that open what we know of somebody, asked for by them or in their name.
OWN_PAGE_MAILS = (
    Limit("own-page-5-minutes", 1, timedelta(minutes=5)),
    Limit("own-page-day", 4, timedelta(hours=24)),
)
# Anybody can write "unsubscribe" in somebody's name; the link goes to the real one.
LINKS_TO_LEAVE = (
    Limit("leave-link-day", 1, timedelta(hours=24)),
    Limit("leave-link-month", 4, timedelta(days=30)),
)
# A reader has us write to addresses that may be anybody's.
MOVES_OF_ONE_READER = (Limit("move-day", 3, timedelta(hours=24)),)
# A house points at mistakes by the handful, a machine by the thousand.
REMARKS_OF_ONE_NETWORK = (Limit("remark-network", 30, timedelta(hours=1)),)
# Who sends us a thousand mails must not have us send a thousand to every colleague.
NOTICES_OF_READER_MAIL = (Limit("reader-mail-notice", 30, timedelta(hours=1)),)
# An issue that somebody wants once more.
ISSUES_AGAIN = (Limit("again-day", 5, timedelta(hours=24)),)
OWN_PAGES_OF_ONE_NETWORK = (Limit("own-page-network", 30, timedelta(hours=1)),)
# A street, an office or a provider's whole region sits behind one of these: a /24 of
# IPv4, a /64 (one house) and a /48 (one customer) of IPv6.
SIGN_UPS_OF_ONE_NETWORK = Limit("network-hour", 30, timedelta(hours=1))
SIGN_UPS_OF_ONE_REGION = Limit("region-hour", 100, timedelta(hours=1))
# A person mistypes a password a few times; a machine guesses all day. The whole house
# may sit behind one network.
LOG_INS_OF_ONE_NAME = (Limit("log-in-name", 10, timedelta(minutes=15)),)
LOG_INS_OF_ONE_NETWORK = (Limit("log-in-network", 100, timedelta(hours=1)),)
NEW_PASSWORDS_OF_ONE_ADDRESS = (Limit("password-address", 3, timedelta(hours=1)),)
LIST_LIMIT = "list-hour"
# Longer than the longest limit above.
LONGEST_LOOK_BACK = timedelta(days=31)
NEW_PASSWORDS_OF_ONE_NETWORK = (Limit("password-network", 20, timedelta(hours=1)),)


class TooMany(Exception):
    """Somebody has to wait, and ``limit`` says why."""

    def __init__(self, limit: Limit) -> None:
        """Keep which limit is reached."""
        super().__init__(limit.name)
        self.limit = limit


def allow(limits: tuple[Limit, ...], key: str, *, now: datetime) -> bool:
    """Take a slot of every limit, or of none when one of them is full."""
    try:
        take_all([(limit, key) for limit in limits], now=now)
    except TooMany:
        return False
    return True


def take_all(uses: Iterable[tuple[Limit, str]], *, now: datetime) -> None:
    """Take a slot of every limit, each with a key of its own.

    Raises:
        TooMany: one of them is full; the others are left as they were.
    """
    with transaction.atomic():
        for limit, key in uses:
            if not _take(limit, key, now):
                raise TooMany(limit)


def count_sign_up(
    mailing_list: MailingList, evidence: Evidence, *, now: datetime
) -> None:
    """Count one sign-up from a network and for a list.

    Raises:
        TooMany: by one of the two limits of the network, or by the list's own.
    """
    network = SIGN_UPS_OF_ONE_NETWORK
    uses = [(network, network_key(evidence.ip_address))]
    if ":" in (evidence.ip_address or ""):
        uses.append(
            (SIGN_UPS_OF_ONE_REGION, network_key(evidence.ip_address, ipv6_length=48))
        )
    # Last: a flood from one network takes nothing of what is for everybody.
    uses.append((sign_ups_of(mailing_list), f"list {mailing_list.pk}"))
    take_all(uses, now=now)


def sign_ups_of(mailing_list: MailingList) -> Limit:
    """Return how many may sign up for one list in an hour, wherever they come from."""
    return Limit(LIST_LIMIT, mailing_list.sign_ups_per_hour, timedelta(hours=1))


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


def forget_used(now: datetime) -> None:
    """Let go of slots that have been free for longer than any limit looks back."""
    Allowance.objects.filter(used_at__lt=now - LONGEST_LOOK_BACK).delete()


def network_key(ip_address: str | None, *, ipv6_length: int = 64) -> str:
    """Return a keyed hash of the network of an address: /24, or /64 for IPv6."""
    network = ""
    if ip_address:
        version = ipaddress.ip_address(ip_address).version
        length = 24 if version == 4 else ipv6_length
        network = str(ipaddress.ip_network(f"{ip_address}/{length}", strict=False))
    secret = settings.ADDRESS_PEPPER.encode()
    return hmac.new(secret, network.encode(), hashlib.sha256).hexdigest()


def _take(limit: Limit, key: str, now: datetime) -> bool:
    # Those above were made when more was allowed.
    slots = Allowance.objects.filter(name=limit.name, key=key, slot__lt=limit.times)
    free_since = now - limit.within
    for _ in range(_TRIES):
        free = slots.filter(used_at__lte=free_since).order_by("slot").first()
        if free is not None:
            # Another worker may have seen the same free slot; the guard picks one.
            if slots.filter(pk=free.pk, used_at=free.used_at).update(used_at=now):
                return True
            continue
        made = set(slots.values_list("slot", flat=True))
        number = next((n for n in range(limit.times) if n not in made), None)
        if number is None:
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
