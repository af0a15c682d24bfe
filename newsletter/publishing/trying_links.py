"""Trying the addresses of an issue, apart from it: nothing that leaves waits for this.

Asking writes a row; the clock tries what was asked for, a few machines at once and for
a short while, and the look over an issue reads what came out. That holds for a day.
"""

import hashlib
import socket
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from urllib.parse import urlsplit

import dns.exception
import dns.resolver
from django.db.models import QuerySet

from newsletter.fetching import CannotFetch, Fetched, NotPublic, TooLong, fetch
from newsletter.publishing.finding_models import LinkCheck, LinkState
from newsletter.publishing.placed_links import stays_here

MOST_AT_ONCE = 40
MACHINES_AT_ONCE = 4
SECONDS_A_RUN, SECONDS_A_PAGE = 20.0, 6.0
LEASE = timedelta(seconds=90)
# Nobody asked for it in a month: the issue has left long ago.
FORGOTTEN_AFTER = timedelta(days=30)
_LONGEST_PAGE = 3_000_000

_GONE = frozenset({404, 410})
# What walls against robots answer, and those who want a name first: a person may well
# get the page (999 is LinkedIn's own).
_WALLS = frozenset({401, 402, 403, 405, 406, 407, 418, 425, 429, 451, 503, 999})
_NO_SUCH_NAME = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", -5)})

Fetch = Callable[..., Fetched]


# --- Asking ---


def key_of(address: str) -> str:
    """Return what an address is known by."""
    return hashlib.sha256(address.encode()).hexdigest()


def ask_for(addresses: Iterable[str], *, now: datetime, anew: bool = False) -> None:
    """Ask for addresses to be tried, those that nobody knows and the old answers.

    Args:
        anew: also those that were tried today.
    """
    wanted = {key_of(address): address for address in addresses}
    LinkCheck.objects.bulk_create(
        [
            LinkCheck(key=key, address=address, asked_at=now)
            for key, address in wanted.items()
        ],
        ignore_conflicts=True,
    )
    before = now if anew else now - LinkCheck.KEPT
    LinkCheck.objects.filter(key__in=wanted, tried_at__lt=before).update(asked_at=now)


# --- Trying ---


@dataclass(frozen=True)
class Outcome:
    """What came out of trying one address."""

    state: LinkState
    reason: str = ""
    leads_to: str = ""
    answers_over_https: bool = False


def try_due(
    now: datetime,
    *,
    get: Fetch = fetch,
    is_online: Callable[[], bool] | None = None,
) -> int:
    """Try what was asked for; return how many addresses were tried.

    One run at a time, or two of them would visit the same machine at once.

    Args:
        get: asks for a page, as ``fetching.fetch`` does.
        is_online: tells whether the world can be reached at all.
    """
    LinkCheck.objects.filter(asked_at__lt=now - FORGOTTEN_AFTER).delete()
    if LinkCheck.objects.in_hand(now).exists():
        return 0
    taken = _take(now)
    outcomes = _try_all([row.address for row in taken], get)
    if outcomes and not (is_online or _is_online)():
        # Then it says nothing of a site that it does not answer.
        outcomes = {
            address: outcome
            if outcome.state == LinkState.FINE
            else Outcome(LinkState.UNTOLD)
            for address, outcome in outcomes.items()
        }
    for row in taken:
        _write(row, outcomes.get(row.address), now)
    return len(outcomes)


def _take(now: datetime) -> list[LinkCheck]:
    due = LinkCheck.objects.due(now).order_by("asked_at", "pk")
    chosen = list(due.values_list("pk", flat=True)[:MOST_AT_ONCE])
    lease = now + LEASE
    mine = LinkCheck.objects.due(now).filter(pk__in=chosen).update(lease_until=lease)
    if not mine:
        return []
    return list(LinkCheck.objects.filter(pk__in=chosen, lease_until=lease))


def _write(row: LinkCheck, outcome: Outcome | None, now: datetime) -> None:
    """Write down what came out; what there was no time for is due again."""
    held: QuerySet[LinkCheck] = LinkCheck.objects.filter(
        pk=row.pk, lease_until=row.lease_until
    )
    if outcome is None:
        held.update(lease_until=None)
        return
    held.update(
        lease_until=None,
        tried_at=max(now, row.asked_at),
        state=outcome.state,
        reason=outcome.reason[:200],
        leads_to=outcome.leads_to[:2000],
        answers_over_https=outcome.answers_over_https,
    )


def _try_all(addresses: Sequence[str], get: Fetch) -> dict[str, Outcome]:
    """Try machine after machine, a few at once, each of its pages after the other."""
    machines: dict[str, list[str]] = defaultdict(list)
    for address in addresses:
        machines[urlsplit(address).netloc.lower()].append(address)
    deadline = monotonic() + SECONDS_A_RUN
    outcomes: dict[str, Outcome] = {}

    def visit(pages: list[str]) -> None:
        for page in pages:
            if monotonic() > deadline:
                return
            outcomes[page] = try_one(page, get)

    with ThreadPoolExecutor(MACHINES_AT_ONCE) as pool:
        list(pool.map(visit, machines.values()))
    return outcomes


def try_one(address: str, get: Fetch = fetch) -> Outcome:
    """Try one address as gently as it goes: its head first, then the page."""
    outcome = _outcome(address, "HEAD", get)
    if outcome.state != LinkState.FINE:
        # Many a server answers a question for the head with anything.
        outcome = _outcome(address, "GET", get)
    if address.lower().startswith("http://") and outcome.state == LinkState.FINE:
        secure = _outcome(f"https{address[4:]}", "HEAD", get)
        return Outcome(
            outcome.state,
            outcome.reason,
            outcome.leads_to,
            answers_over_https=secure.state == LinkState.FINE,
        )
    return outcome


def _outcome(address: str, method: str, get: Fetch) -> Outcome:
    try:
        answer = get(
            address, method=method, longest=_LONGEST_PAGE, seconds=SECONDS_A_PAGE
        )
    except TooLong:
        return Outcome(LinkState.FINE)
    except NotPublic as refused:
        # On an installation to try things, this machine is not the reader's.
        is_own = stays_here(urlsplit(address).hostname or "")
        state = LinkState.UNTOLD if is_own else LinkState.GONE
        return Outcome(state, str(refused))
    except CannotFetch as trouble:
        is_gone = _has_no_number(urlsplit(address).hostname or "")
        state = LinkState.GONE if is_gone else LinkState.FAILING
        return Outcome(state, str(trouble))
    leads_to = answer.address if answer.redirects else ""
    return Outcome(_state_of(answer.status), str(answer.status), leads_to)


def _state_of(status: int) -> LinkState:
    if status < 400:
        return LinkState.FINE
    if status in _GONE:
        return LinkState.GONE
    return LinkState.UNTOLD if status in _WALLS else LinkState.FAILING


# --- The names of machines ---


def _has_no_number(host: str) -> bool:
    """Tell whether the world's name servers know no such machine."""
    try:
        socket.getaddrinfo(host, None)
    except socket.gaierror as error:
        return error.errno in _NO_SUCH_NAME
    except UnicodeError:
        return True
    return False


def _is_online() -> bool:
    """Ask for the root of all names; without a network nobody answers."""
    try:
        dns.resolver.resolve(".", "NS", lifetime=3.0)
    except dns.exception.DNSException:
        return False
    return True
