"""From where an act came: kept for 30 days as proof, then emptied."""

import ipaddress
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

from newsletter.characters import without_forbidden


@dataclass(frozen=True)
class Evidence:
    """The network address and browser behind an act, as far as known."""

    ip_address: str | None = None
    user_agent: str = ""


NO_EVIDENCE = Evidence()


def evidence_of(request: HttpRequest) -> Evidence:
    """Return what a request tells about its sender."""
    agent = without_forbidden(request.headers.get("User-Agent", ""))
    return Evidence(ip_address=_ip_address(request), user_agent=agent[:300])


def _ip_address(request: HttpRequest) -> str | None:
    """Return the visitor's address; a header counts only from our own proxy."""
    address = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXY:
        # The last one was added by the proxy next to us, the others by anybody.
        forwarded = request.headers.get("X-Forwarded-For", "").split(",")[-1].strip()
        address = forwarded or address
    return plain_ip_address(address)


def plain_ip_address(typed: str) -> str | None:
    """Return an address as any database takes it; None when it is none."""
    try:
        found = ipaddress.ip_address(typed.partition("%")[0])
    except ValueError:
        return None
    # A server that listens on IPv6 shows every visitor of IPv4 as ::ffff:192.0.2.1,
    # and all of them together would be one network.
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return str(mapped or found)
