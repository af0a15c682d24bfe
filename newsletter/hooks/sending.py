"""Sending notices that are due: claim a row, ask, write down the answer.

At least once: a worker that dies after sending leaves a lease that ends, and the notice
goes again under the same id, by which a listener knows it.
"""

import logging
import secrets
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from newsletter.fetching import CannotFetch, NotPublic, fetch
from newsletter.hooks.models import Notice, NoticeState
from newsletter.hooks.signing import signed_headers

logger = logging.getLogger(__name__)

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=6)
# About two days of trying.
MOST_TRIES = 17
KEPT_FOR = timedelta(days=30)
# A listener writes it down and answers; what takes longer is its own business.
SECONDS = 10.0
# A run ends well before Celery would end it; the rest is due at the next sweep.
_PART_OF_THE_TASK = 0.5


def send_notices(now: datetime, limit: int = 100) -> int:
    """Send what may leave now, the oldest first; return how many were accepted."""
    began = time.monotonic()

    def clock() -> datetime:
        return now + timedelta(seconds=time.monotonic() - began)

    until = now + timedelta(
        seconds=settings.CELERY_TASK_SOFT_TIME_LIMIT * _PART_OF_THE_TASK
    )
    due = Notice.objects.due(now).order_by("not_before", "pk")
    accepted = 0
    # A listener that does not answer must not keep the others waiting, however much
    # there is to tell it.
    silent: set[int] = set()
    for _try in range(limit):
        waiting = due.exclude(listener__in=silent).values_list("pk", "listener")
        found = waiting.first()
        if found is None or clock() >= until:
            break
        pk, listener = found
        if (answer := _send(pk, clock)) is False:
            silent.add(listener)
        accepted += bool(answer)
    return accepted


def retry_wait(tries: int) -> timedelta:
    """Return how long to wait after so many tries: 30 s, doubled up to six hours."""
    return min(FIRST_WAIT * (1 << min(tries - 1, 12)), LONGEST_WAIT)


def send_again(notices: "QuerySet[Notice]", *, now: datetime) -> int:
    """Let notices that were given up leave once more; return how many."""
    return notices.filter(state=NoticeState.FAILED).update(
        state=NoticeState.READY, tries=0, not_before=now, last_error=""
    )


def forget_old_notices(now: datetime) -> int:
    """Let go of what was told or given up a month ago; return how many notices."""
    done = Notice.objects.filter(
        state__in=(NoticeState.ACCEPTED, NoticeState.FAILED),
        created_at__lt=now - KEPT_FOR,
    )
    return done.delete()[0]


def _send(pk: int, clock: Callable[[], datetime]) -> bool | None:
    """Send one; None when somebody else has it."""
    notice = _claim(pk, clock())
    if notice is None:
        return None
    body = notice.body.encode()
    try:
        answer = fetch(
            notice.listener.address,
            method="POST",
            body=body,
            redirects=0,
            # A 2xx is a yes, whatever stands below it.
            longest=None,
            seconds=SECONDS,
            headers={
                "Content-Type": "application/json",
                **signed_headers(
                    notice.listener, f"msg_{notice.uuid.hex}", body, now=clock()
                ),
            },
        )
    except NotPublic as refused:
        _settle(notice, state=NoticeState.FAILED, last_error=str(refused)[:300])
        return False
    except CannotFetch as error:
        _put_off(notice, str(error), clock())
        return False
    if 200 <= answer.status < 300:
        _settle(
            notice,
            state=NoticeState.ACCEPTED,
            accepted_at=clock(),
            answered=answer.status,
            last_error="",
        )
        return True
    words = _("It answered %(status)d.") % {"status": answer.status}
    _put_off(notice, words, clock(), answered=answer.status)
    return False


def _claim(pk: int, now: datetime) -> Notice | None:
    claim = secrets.token_hex(8)
    claimed = (
        Notice.objects.free(now)
        .filter(pk=pk)
        .update(
            state=NoticeState.CLAIMED,
            claim=claim,
            lease_until=now + timedelta(seconds=settings.LEASE_SECONDS),
            tries=F("tries") + 1,
        )
    )
    if not claimed:
        return None
    ours = Notice.objects.filter(pk=pk, claim=claim)
    return ours.select_related("listener").first()


def _put_off(
    notice: Notice, words: str, now: datetime, answered: int | None = None
) -> None:
    logger.warning("notice %s, try %s was not taken", notice.pk, notice.tries)
    may_try_again = notice.tries < MOST_TRIES
    _settle(
        notice,
        state=NoticeState.READY if may_try_again else NoticeState.FAILED,
        not_before=now + retry_wait(notice.tries),
        answered=answered,
        last_error=words[:300],
    )


def _settle(notice: Notice, **columns: object) -> None:
    # Only while our claim stands: another worker may have taken it over.
    Notice.objects.filter(
        pk=notice.pk, state=NoticeState.CLAIMED, claim=notice.claim
    ).update(lease_until=None, **columns)
