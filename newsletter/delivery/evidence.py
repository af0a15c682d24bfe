"""Where an uncertain batch is looked up: who did the provider take?"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import requests
from django.conf import settings

from newsletter.delivery.clocks import boot_seconds
from newsletter.delivery.messages import (
    ISSUE_VARIABLE,
    READER_VARIABLE,
    IssueMessages,
)
from newsletter.delivery.models import Batch, Delivery
from newsletter.delivery.providers import Evidence, provider_named
from newsletter.outbox.mailbox import holds

# Mailgun's clock and ours may differ.
_MARGIN = timedelta(minutes=1)
_PAGE = 300


class NoEvidence(Exception):
    """The provider cannot tell now; asking again later may help."""


Lookup = Callable[[Batch, frozenset[int], datetime], frozenset[int] | None]


def taken_of(
    batch: Batch, deliveries: frozenset[int], *, now: datetime
) -> frozenset[int] | None:
    """Return which deliveries the provider accepted; None where nobody can tell.

    Raises:
        NoEvidence: the provider did not answer.
    """
    lookup = _LOOKUPS[provider_named(batch.provider).evidence]
    return lookup(batch, deliveries, now)


def _in_the_mailbox(
    batch: Batch, deliveries: frozenset[int], now: datetime
) -> frozenset[int]:
    messages = IssueMessages(batch.rendition)
    return frozenset(
        delivery
        for reader, delivery in _readers(deliveries).items()
        if holds(messages.message_id(reader))
    )


def _readers(deliveries: frozenset[int]) -> dict[UUID, int]:
    """Return deliveries by their reader, who is what a provider knows."""
    rows = Delivery.objects.filter(pk__in=deliveries)
    return dict(rows.values_list("subscriber__uuid", "pk"))


def _nobody_knows(batch: Batch, deliveries: frozenset[int], now: datetime) -> None:
    return None


def _at_mailgun(
    batch: Batch, deliveries: frozenset[int], now: datetime
) -> frozenset[int]:
    """Search Mailgun's events for our variables (documentation: "Events").

    We look at the variables ourselves: asking Mailgun for them is not documented, and
    was seen to answer with an empty page (mailgun-php #720), which would have us send
    everything again.
    """
    readers = {reader.hex: pk for reader, pk in _readers(deliveries).items()}
    issue = batch.rendition.issue.uuid.hex
    return frozenset(
        readers[reader]
        for item in _mailgun_events(batch)
        if (variables := item.get("user-variables") or {}).get(ISSUE_VARIABLE) == issue
        and (reader := variables.get(READER_VARIABLE)) in readers
    )


def _mailgun_events(batch: Batch) -> Iterator[dict[str, Any]]:
    configured = settings.ANYMAIL
    domain = configured.get("MAILGUN_SENDER_DOMAIN")
    domain = domain or batch.rendition.issue.mailing_list.sender_domain
    base = configured.get("MAILGUN_API_URL", "https://api.mailgun.net/v3").rstrip("/")
    begin = batch.uncertain_since or batch.not_before
    # No request outlives its task.
    end = (batch.submitted_at or begin) + timedelta(seconds=settings.TASK_SECONDS)
    url: str | None = f"{base}/{domain}/events"
    query: dict[str, str] | None = {
        "begin": str((begin - _MARGIN).timestamp()),
        "end": str((end + _MARGIN).timestamp()),
        "limit": str(_PAGE),
        "event": "accepted",
    }
    host = urlsplit(base).netloc
    # Well before the task is ended from outside, so that somebody hears of it.
    deadline = boot_seconds() + settings.TASK_SECONDS / 2
    while url:
        if boot_seconds() > deadline:
            raise NoEvidence("the search takes too long")
        auth = ("api", configured.get("MAILGUN_API_KEY", ""))
        page = _answer(url, query, auth=auth)
        items = page.get("items") or []
        yield from items
        url = page.get("paging", {}).get("next") if items else None
        if url and urlsplit(url).netloc != host:
            # Our key goes to the host it belongs to and nowhere else.
            raise NoEvidence("the next page lies at another host")
        query = None


def _answer(url: str, query: dict[str, str] | None, **request: Any) -> dict[str, Any]:
    try:
        answer = requests.get(
            url,
            params=query,
            timeout=settings.ANYMAIL["REQUESTS_TIMEOUT"],
            **request,
        )
        answer.raise_for_status()
        page = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise NoEvidence(type(error).__name__) from error
    if not isinstance(page, dict):
        raise NoEvidence("no events in the answer")
    return page


def _at_postmark(
    batch: Batch, deliveries: frozenset[int], now: datetime
) -> frozenset[int]:
    """Ask Postmark for the mails of each reader ("Messages API", outbound search)."""
    rows = Delivery.objects.filter(pk__in=deliveries).order_by("pk")
    deadline = boot_seconds() + settings.TASK_SECONDS / 2
    taken = set()
    for pk, address, reader in rows.values_list(
        "pk", "subscriber__address", "subscriber__uuid"
    ):
        if boot_seconds() > deadline:
            raise NoEvidence("the search takes too long")
        if _postmark_knows(batch, address, reader):
            taken.add(pk)
    return frozenset(taken)


def _postmark_knows(batch: Batch, address: str, reader: UUID) -> bool:
    configured = settings.ANYMAIL
    base = configured.get("POSTMARK_API_URL", "https://api.postmarkapp.com/")
    page = _answer(
        f"{base.rstrip('/')}/messages/outbound",
        {"count": "500", "offset": "0", "recipient": address},
        headers={
            "Accept": "application/json",
            "X-Postmark-Server-Token": configured.get("POSTMARK_SERVER_TOKEN", ""),
        },
    )
    ours = {
        ISSUE_VARIABLE: batch.rendition.issue.uuid.hex,
        READER_VARIABLE: reader.hex,
    }
    found = [message.get("Metadata") or {} for message in page.get("Messages") or []]
    return any(ours.items() <= metadata.items() for metadata in found)


_SEARCHES: dict[str, Lookup] = {"mailgun": _at_mailgun, "postmark": _at_postmark}


def _search(
    batch: Batch, deliveries: frozenset[int], now: datetime
) -> frozenset[int] | None:
    return _SEARCHES[batch.provider](batch, deliveries, now)


def _by_key(
    batch: Batch, deliveries: frozenset[int], now: datetime
) -> frozenset[int] | None:
    """Have the same request made once more, while the provider knows its key.

    Nobody "taken" sends the batch out again, and the provider answers as it did before.
    A second refusal to compare the two is no answer: somebody left since, or has
    another name.
    """
    since = batch.uncertain_since
    is_known = since and now - since < provider_named(batch.provider).key_lives
    conflicts = batch.attempts.filter(http_status=_CONFLICT).count()
    return frozenset() if is_known and conflicts < 2 else None


# RFC 9110 section 15.5.10; Resend: another body, or the first request still under way.
_CONFLICT = 409

_LOOKUPS: dict[Evidence, Lookup] = {
    Evidence.MAILBOX: _in_the_mailbox,
    Evidence.SEARCH: _search,
    Evidence.KEY: _by_key,
    Evidence.NONE: _nobody_knows,
}
