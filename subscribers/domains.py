"""Domains at which nobody can get mail, as far as that is certain within moments.

Name servers are asked once per domain and hour. When they keep silent the address is
taken: an honest reader never waits for, or is refused over, somebody else's trouble.
"""

import hashlib
from collections.abc import Callable
from datetime import timedelta

import dns.exception
import dns.resolver
from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext as _

from subscribers.addresses import InvalidAddress

SECONDS = 1.5
KEPT = timedelta(hours=1)
SILENT_FOR = timedelta(minutes=1)
# Set aside by RFC 2606, 6761, 6762, 7686 and ICANN: no mail ever gets there.
_RESERVED = frozenset(
    {
        "alt",
        "example",
        "home",
        "internal",
        "invalid",
        "lan",
        "local",
        "localhost",
        "onion",
        "test",
    }
)
_SILENCE = "name-servers-are-silent"

# Tells whether a domain has somebody who takes its mail; raises when nobody answers.
Lookup = Callable[[str], bool]


class NobodyAnswers(Exception):
    """The name servers did not tell in time."""


def refuse_impossible(address: str, *, lookup: Lookup | None = None) -> None:
    """Let an address pass unless it is certain that its domain gets no mail.

    Args:
        address: as ``clean_address`` returns it.
        lookup: who is asked; the name servers, when mail leaves the house at all.

    Raises:
        InvalidAddress: the domain does not exist or wants no mail.
    """
    domain = address.rpartition("@")[2].lower()
    if domain.rpartition(".")[2] in _RESERVED:
        raise _no_mail_at(domain)
    if lookup is None and settings.EMAIL_PROVIDER == "local":
        return
    if _is_certainly_dead(domain, lookup or takes_mail):
        raise _no_mail_at(domain)


def _no_mail_at(domain: str) -> InvalidAddress:
    return InvalidAddress(
        _("No mail can get to %(domain)s. Look at what stands after the @.")
        % {"domain": domain}
    )


def _is_certainly_dead(domain: str, lookup: Lookup) -> bool:
    # A domain may be longer than the key of a cache.
    key = f"gets-mail-{hashlib.sha256(domain.encode()).hexdigest()}"
    known = cache.get(key)
    if known is not None:
        return not known
    # One silence is waited for by one reader, not by everybody after them.
    if cache.get(_SILENCE):
        return False
    try:
        known = lookup(domain)
    except NobodyAnswers:
        cache.set(_SILENCE, True, SILENT_FOR.total_seconds())
        return False
    cache.set(key, known, KEPT.total_seconds())
    return not known


def takes_mail(domain: str) -> bool:
    """Ask the name servers for a mail server, or a machine of that name (RFC 5321 5.1).

    Raises:
        NobodyAnswers: silence, or a server that is ill.
    """
    resolver = dns.resolver.Resolver()
    resolver.lifetime = SECONDS
    try:
        for kind in ("MX", "A", "AAAA"):
            try:
                answer = resolver.resolve(f"{domain}.", kind)
            except dns.resolver.NoAnswer:
                continue
            # "MX 0 ." says: this domain takes no mail (RFC 7505).
            return kind != "MX" or any(str(row.exchange) != "." for row in answer)
    except dns.resolver.NXDOMAIN:
        return False
    except dns.exception.DNSException as silence:
        raise NobodyAnswers from silence
    return False
