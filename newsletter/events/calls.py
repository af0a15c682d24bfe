"""A provider's calls: kept as they come, answered at once, worked out afterwards.

Whoever calls has a few seconds of patience and calls again after an error; reading what
they say and drawing the conclusions may take longer than that on a Sunday.
"""

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO

from anymail import urls as anymail_urls
from anymail.signals import AnymailTrackingEvent
from anymail.webhooks.base import AnymailCoreWebhookView
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection, transaction
from django.db.models import QuerySet

from newsletter.discretion import without_readers
from newsletter.events.amazon import AmazonSES
from newsletter.events.gathering import Gathering
from newsletter.events.models import ProviderCall
from newsletter.events.recording import record_events

logger = logging.getLogger(__name__)

# A tracking call holds up to some thousand events; no provider sends a megabyte.
LARGEST_CALL = 1_000_000
# Secrets are checked at the door and not kept.
_NOT_KEPT = {"Authorization", "Cookie", "Content-Length"}
_LONGEST_HEADER = 300
# Between two of these another worker, or on SQLite anyone who writes, gets a turn.
_EVENTS_AT_ONCE, _BYTES_AT_ONCE = 500, 20 * LARGEST_CALL
# Each may be large: no more of them are fetched before the last are read.
_CALLS_FETCHED = 50
# After the last of these tries it waits for a person; they span about eight hours.
_TRIES = 10
_FIRST_PAUSE = timedelta(seconds=30)
_NAME_ENDS_WITH = "_tracking_webhook"

# django-anymail's views of one kind of call, by the provider's name in the address.
TRACKING_VIEWS: Mapping[str, type[AnymailCoreWebhookView]] = {
    pattern.name.removesuffix(_NAME_ENDS_WITH): pattern.callback.view_class
    for pattern in anymail_urls.urlpatterns
    if pattern.name.endswith(_NAME_ENDS_WITH)
} | {"amazon_ses": AmazonSES}

_calls = Gathering(ProviderCall.objects.keep)


def keep_call(
    provider: str, headers: Mapping[str, str], body: bytes, *, now: datetime
) -> None:
    """Keep a call that was found genuine, once; that is all that has to go well now."""
    kept = {
        name: value[:_LONGEST_HEADER]
        for name, value in headers.items()
        if name not in _NOT_KEPT
    }
    call = ProviderCall(
        provider=provider,
        headers=kept,
        body=body,
        body_hash=hashlib.sha256(body).hexdigest(),
        received_at=now,
        not_before=now,
    )
    _calls.bring(call)


def work_out(*, clock: Callable[[], datetime], within: timedelta) -> int:
    """Work out the calls that wait, the oldest first; return how many events were new.

    Args:
        within: no new transaction is begun after this time; the next sweep goes on.
    """
    began = clock()
    count = 0
    while clock() - began < within:
        done, new = _work_out_some(clock())
        count += new
        if not done:
            break
    return count


def _work_out_some(now: datetime) -> tuple[int, int]:
    """Work out some in one transaction; return how many calls and new events."""
    with transaction.atomic():
        read = list(_read(_some_that_wait(now), now=now))
        try:
            with transaction.atomic():
                new = _record(read, now=now)
        except Exception:
            # One of them cannot be recorded: each by itself, then.
            new = sum(_record_or_set_aside(one, now=now) for one in read)
        return len(read), new


def _some_that_wait(now: datetime) -> Iterator[ProviderCall]:
    # Another worker takes others; SQLite lets one write at a time anyway.
    waiting = ProviderCall.objects.waiting(now).select_for_update(
        skip_locked=connection.features.has_select_for_update_skip_locked
    )
    return waiting[:_EVENTS_AT_ONCE].iterator(chunk_size=_CALLS_FETCHED)


@dataclass(frozen=True)
class _Read:
    """A call with what it says."""

    call: ProviderCall
    events: Sequence[AnymailTrackingEvent]


def _read(calls: Iterable[ProviderCall], *, now: datetime) -> Iterator[_Read]:
    """Read the calls until it is enough for one transaction."""
    count = size = 0
    for call in calls:
        try:
            events = events_in(call)
        except Exception as trouble:  # of whatever kind: it is somebody else's text
            _set_aside(call, trouble, now=now)
            continue
        yield _Read(call, events)
        count += len(events)
        size += len(call.body)
        if count >= _EVENTS_AT_ONCE or size >= _BYTES_AT_ONCE:
            return


def try_again(calls: "QuerySet[ProviderCall]", *, now: datetime) -> int:
    """Let calls be read once more that could not be; return how many those are."""
    return calls.filter(tries__gt=0).update(tries=0, not_before=now, given_up_at=None)


def events_in(call: ProviderCall) -> Sequence[AnymailTrackingEvent]:
    """Have django-anymail read a call again, as when it came in."""
    headers = {
        f"HTTP_{name.upper().replace('-', '_')}": value
        for name, value in call.headers.items()
    }
    request = WSGIRequest(
        {
            **headers,
            "REQUEST_METHOD": "POST",
            "CONTENT_TYPE": call.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(call.body)),
            "wsgi.input": BytesIO(call.body),
        }
    )
    events: Sequence[AnymailTrackingEvent]
    events = TRACKING_VIEWS[call.provider]().parse_events(request)
    return events


def _record(read: Sequence[_Read], *, now: datetime) -> int:
    new = 0
    for provider in {one.call.provider for one in read}:
        told = [one.events for one in read if one.call.provider == provider]
        name = TRACKING_VIEWS[provider].esp_name
        new += record_events(told, provider=name, now=now)
    ProviderCall.objects.filter(pk__in=[one.call.pk for one in read]).delete()
    return new


def _record_or_set_aside(one: _Read, *, now: datetime) -> int:
    try:
        with transaction.atomic():
            return _record([one], now=now)
    except Exception as trouble:
        _set_aside(one.call, trouble, now=now)
        return 0


def _set_aside(call: ProviderCall, trouble: Exception, *, now: datetime) -> None:
    """Leave a call for later, longer each time, and in the end for a person."""
    tries = call.tries + 1
    words = without_readers(f"{type(trouble).__name__}: {trouble}")[:300]
    logger.warning("A call of %s cannot be worked out: %s", call.provider, words)
    ProviderCall.objects.filter(pk=call.pk).update(
        tries=tries,
        trouble=words,
        not_before=now + _FIRST_PAUSE * 2 ** (tries - 1),
        given_up_at=now if tries >= _TRIES else None,
    )
