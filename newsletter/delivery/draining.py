"""Handing over batch after batch, so that no worker waits for the next sweep."""

import time
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.db import connection, connections

from newsletter.delivery.clocks import boot_seconds, refuse_a_wrong_clock
from newsletter.delivery.submission import Clock, submit_batch, submit_due

# As many readers are taken at once, in small groups: asking for each group apart would
# take longer than mailing it, and asking for many long before they leave is no asking.
_READERS_AT_ONCE = 200
# SQLite lets one write at a time and is unfair: small writers get through in a breath.
_BREATH = 0.02


def drain(batch_id: int, *, clock: Clock) -> None:
    """Hand over this batch, then others that are due, for a quarter of a task's time.

    With SEND_THREADS several at once: while one waits for the provider's answer, the
    next is prepared.

    Raises:
        WrongClock: this machine's clock is not to be trusted.
    """
    refuse_a_wrong_clock(clock())
    _in_threads(batch_id, boot_seconds() + settings.TASK_SECONDS / 4, clock)


def hand_over_all_that_is_due(*, clock: Clock) -> None:
    """Hand over until nothing is due any more, without a queue or a time."""
    _in_threads(None, float("inf"), clock)


def _in_threads(first: int | None, ends: float, clock: Clock) -> None:
    if settings.SEND_THREADS == 1:
        _work_off(first, ends, clock)
        return
    with ThreadPoolExecutor(settings.SEND_THREADS) as threads:
        firsts = [first] + [None] * (settings.SEND_THREADS - 1)
        for done in [
            threads.submit(_work_off_in_thread, first, ends, clock) for first in firsts
        ]:
            done.result()


def _work_off_in_thread(first: int | None, ends: float, clock: Clock) -> None:
    try:
        _work_off(first, ends, clock)
    finally:
        connections.close_all()


def _work_off(first: int | None, ends: float, clock: Clock) -> None:
    if first is not None:
        submit_batch(first, clock=clock)
    while boot_seconds() < ends and submit_due(readers=_READERS_AT_ONCE, clock=clock):
        _breathe()


def _breathe() -> None:
    if connection.vendor == "sqlite":
        time.sleep(_BREATH)
