"""An ordinary Celery worker that may kill itself at named points of the engine.

The product knows nothing of this: the engine's functions are wrapped here, in the
processes of the crash suite alone. Switches leave a safety out, to prove that the
suite would notice.
"""

import functools
import importlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.chaos.plan import STANDSTILL

PLACES = {
    "after claim": ("newsletter.delivery.submission", "claim"),
    "after intent": ("newsletter.delivery.submission", "_write_intent"),
    "after witness": ("newsletter.delivery.submission", "testify"),
    "after request": ("newsletter.delivery.submission", "hand_over"),
    "in recording": ("newsletter.delivery.recording", "_close_attempt"),
    "after recording": ("newsletter.delivery.submission", "record"),
    "after reconciling": ("newsletter.delivery.reconciling", "_settle"),
}
BATCH_LIMIT = 50
# A point that is passed often would otherwise use up the time of a whole Sunday.
KILLS_AT_ONE_POINT = 4
STANDSTILLS = 2
CHANCE_OF_THE_FAVOURITE = 0.5


def main() -> None:
    """Set up, wrap, and be a worker."""
    import django

    django.setup()
    small_batches()
    for point, (module, name) in PLACES.items():
        _wrap(module, name, functools.partial(_perhaps_die, point))
    _wrap("newsletter.delivery.submission", "testify", _perhaps_stand_still)
    leave_out(os.environ.get("CHAOS_WITHOUT", ""))
    from newsletter.celery import app

    app.worker_main(sys.argv[1:])


def small_batches() -> None:
    """Many batches for few readers: more happens in the same time."""
    from newsletter.delivery import providers

    for name in ("mailgun",):
        old = providers.PROVIDERS[name]
        providers.PROVIDERS[name] = replace(old, batch_limit=BATCH_LIMIT)


def _wrap(module_name: str, name: str, after: Callable[[], None]) -> None:
    module = importlib.import_module(module_name)
    original = getattr(module, name)

    @functools.wraps(original)
    def wrapped(*arguments: Any, **named: Any) -> Any:
        result = original(*arguments, **named)
        if result is not None or name == "_close_attempt":
            after()
        return result

    setattr(module, name, wrapped)


_dice: dict[int, random.Random] = {}


def _perhaps_die(point: str) -> None:
    fault = f"kill {point}"
    if _chances_on("CHAOS_KILLS", fault) and times_fired(fault) < KILLS_AT_ONE_POINT:
        fired(fault)
        os.kill(os.getpid(), signal.SIGKILL)


def _perhaps_stand_still() -> None:
    """Freeze this worker and its pool just before a request, until others took over.

    Where the guard is left out no limit of a task ends who stands still, and this
    process stands alone: another one of its pool could freeze with the witness in its
    hand, and then nobody takes over.
    """
    fault = STANDSTILL
    if not _chances_on("CHAOS_STANDSTILLS", fault) or times_fired(fault) >= STANDSTILLS:
        return
    seconds = float(os.environ["CHAOS_STANDSTILL_SECONDS"])
    if not _is_first_to_stand_still(seconds):
        return
    fired(fault)
    alone = os.environ["CHAOS_WITHOUT"] == "guard"
    # To a group, where it is negative: kill(2).
    who = os.getpid() if alone else -os.getpgrp()
    # Whoever stands still cannot wake itself.
    subprocess.Popen(
        ["/bin/sh", "-c", f"sleep {seconds}; kill -CONT {who}"], start_new_session=True
    )
    os.kill(who, signal.SIGSTOP)


def _is_first_to_stand_still(seconds: float) -> bool:
    """Let nobody stand beside another: then nobody is left to take over."""
    standing = Path(os.environ["CHAOS_FIRED"]).with_name("standing")
    try:
        began = standing.stat().st_mtime
    except FileNotFoundError:
        began = 0.0
    if time.time() - began < seconds:
        return False
    standing.touch()
    return True


def _chances_on(name: str, fault: str) -> bool:
    calm = Path(os.environ["CHAOS_FIRED"]).with_name("calm")
    chance = float(os.environ.get(name, "0"))
    if fault == os.environ["CHAOS_FAVOURITE"] and not times_fired(fault):
        chance = CHANCE_OF_THE_FAVOURITE
    return _my_dice().random() < chance and not calm.exists()


def _my_dice() -> random.Random:
    process = os.getpid()
    if process not in _dice:
        _dice[process] = random.Random(f"{os.environ['CHAOS_SEED']} {process}")
    return _dice[process]


def times_fired(fault: str) -> int:
    """Return how often a fault happened in this Sunday, in all processes."""
    return Path(os.environ["CHAOS_FIRED"]).read_text().splitlines().count(fault)


def fired(fault: str) -> None:
    """Write down that a fault happened; one short line survives whatever follows."""
    with open(os.environ["CHAOS_FIRED"], "a") as file:
        file.write(f"{fault}\n")


# --- The switches of the mutation guard ---


def leave_out(safety: str) -> None:
    """Leave one safety out; the suite must then find duplicates."""
    switches: dict[str, Callable[[], None]] = {
        "intent": _without_intent,
        "guard": _without_guard,
        "quarantine": _without_quarantine,
        "witness": _without_witness,
        "unique": _without_unique,
    }
    if safety:
        switches[safety]()


def _without_intent() -> None:
    """A worker that is gone is taken for one that did nothing."""
    from newsletter.delivery import sweeping
    from newsletter.delivery.models import Batch, BatchState

    def retry(now: Any) -> None:
        Batch.objects.filter(
            state__in=(BatchState.SUBMITTING, BatchState.AMBIGUOUS), lease_until__lt=now
        ).update(state=BatchState.READY, token=None, lease_until=None, enqueued_at=None)

    sweeping._end_stale_leases = retry


def _without_guard() -> None:
    """A worker that stood still sends all the same.

    Celery's limit of a task ends it too, but only when it comes before the request:
    by luck, which may not hide that the guard is missing.
    """
    from django.conf import settings

    settings.CELERY_TASK_SOFT_TIME_LIMIT = settings.CELERY_TASK_TIME_LIMIT = None
    for name in ("http_sessions", "one_by_one", "smtp"):
        module = importlib.import_module(f"newsletter.delivery.{name}")
        # Where it is not asked any more, nothing would be left out, and nobody told.
        assert hasattr(module, "too_late"), name
        module.too_late = lambda deadline: False


def _without_quarantine() -> None:
    """Evidence is asked while the request may still be accepted, and believed.

    Only where tasks run: a worker would refuse to start in this order of times.
    """
    from celery.signals import worker_process_init
    from django.conf import settings

    def impatient(**_named: Any) -> None:
        settings.QUARANTINE_SECONDS = 0.1
        settings.SEARCH_LAG_SECONDS = 0.1

    worker_process_init.connect(impatient, weak=False)


def _without_witness() -> None:
    """A restored backup is believed."""
    from newsletter.delivery import rewinding, submission, sweeping

    submission.testify = lambda *arguments, **named: True
    for module in (rewinding, sweeping):
        module.catch_up_with_the_witness = lambda dispatch, *, now: False


def _without_unique() -> None:
    """Two beats that start one dispatch both freeze its audience (PostgreSQL only).

    The guarded change keeps them apart and the constraint stands behind it; both go.
    """
    from django.db import connection

    from newsletter.delivery import preparation
    from newsletter.delivery.models import Delivery

    table = connection.ops.quote_name(Delivery._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS one_delivery_per_reader"
        )
    once = preparation._freeze_audience

    def twice(dispatch: Any, *, now: Any) -> None:
        for _beat in range(2):
            once(dispatch, now=now)

    preparation._freeze_audience = twice


if __name__ == "__main__":
    main()
