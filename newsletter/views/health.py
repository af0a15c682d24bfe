"""Two pages for whoever watches: does it answer, can it work."""

from collections.abc import Callable, Iterator

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from newsletter.delivery.standstill import LONG_WAIT
from newsletter.delivery.sweeping import last_sweep, waiting_since

_BROKER_SECONDS = 2.0
# Three sweeps late is no hiccup any more.
_LATE_AFTER_SWEEPS = 3


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer: this process lives."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer whether database, queue, clock and workers work; 503 when one does not."""
    troubles = dict(_troubles())
    return JsonResponse(
        {"ready": not troubles, "troubles": troubles}, status=503 if troubles else 200
    )


def _troubles() -> Iterator[tuple[str, str]]:
    looks: dict[str, Callable[[], str]] = {
        "database": _database,
        "queue": _queue,
        "clock": _clock,
        "workers": _workers,
    }
    for name, look in looks.items():
        if trouble := look():
            yield name, trouble


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "The database does not answer."
    return ""


def _queue() -> str:
    if not settings.REDIS_URL.startswith(("redis", "unix")):
        return ""
    url = settings.REDIS_URL.replace("redis+socket://", "unix://")
    try:
        with redis.Redis.from_url(
            url,
            socket_timeout=_BROKER_SECONDS,
            socket_connect_timeout=_BROKER_SECONDS,
        ) as client:
            client.ping()
    except redis.RedisError:
        return "The queue does not answer. Issues wait; nothing is lost."
    return ""


def _clock() -> str:
    try:
        last = last_sweep()
    except DatabaseError:
        return "Unknown: the database does not answer."
    if last is None:
        return "No sweep has run yet. Are the worker and beat running?"
    late = timezone.now() - last > settings.SWEEP_EVERY * _LATE_AFTER_SWEEPS
    return f"The last sweep was at {last:%H:%M:%S} UTC." if late else ""


def _workers() -> str:
    now = timezone.now()
    try:
        since = waiting_since(now)
    except DatabaseError:
        return "Unknown: the database does not answer."
    if since is None or since > now - LONG_WAIT:
        return ""
    return f"Groups of readers wait since {since:%H:%M:%S} UTC: no worker takes them."
