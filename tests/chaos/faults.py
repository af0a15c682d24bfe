"""Faults from outside: what may happen to a Sunday at any moment."""

import contextlib
import os
import shutil
import signal
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import psycopg
from django.contrib.auth.models import User
from django.db import Error, connection, connections
from django.utils import timezone

from newsletter.delivery.control import CannotControl, pause, resume, stop
from newsletter.delivery.models import Batch, BatchState, Dispatch
from newsletter.delivery.preparation import start
from newsletter.delivery.submission import submit_batch
from subscribers.consent import unsubscribe
from subscribers.models import Subscription, SubscriptionState, SuppressionReason
from subscribers.suppression import suppress
from tests.chaos.cluster import Cluster, Process
from tests.chaos.plan import Plan
from tools import services

PAST_THE_LEASE = 6.0

Found = TypeVar("Found")


def patiently(act: Callable[[], Found], seconds: float = 30) -> Found:
    """Do something in a database that may be restarting."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return act()
        except (Error, psycopg.Error):
            connection.close()
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


class Faults:
    """Does to a cluster what the plan says, and counts it."""

    def __init__(self, plan: Plan, cluster: Cluster, folder: Path) -> None:
        self.plan, self.cluster, self.folder = plan, cluster, folder
        self.dice = plan.random_for("outside")
        self.fired: Counter[str] = Counter()
        # Who left, by their uuid, and when; whoever got another address meanwhile.
        self.left: dict[str, float] = {}
        self.moved: dict[str, str] = {}
        self.user = User.objects.create(username="uitgever")
        self.stopped = False

    def strike(self) -> None:
        """Let one thing happen."""
        kinds = list(self.plan.outside)
        kind = self.dice.choices(kinds, list(self.plan.outside.values()))[0]
        acts: dict[str, Callable[[], bool | None]] = {
            "kill worker": lambda: self._kill(self.cluster.workers),
            "kill pool child": self._kill_pool_child,
            "kill beat": lambda: self._kill(self.cluster.beats),
            "kill broker": self._kill_broker,
            "kill supervisor": self._kill_everything,
            "term worker": lambda: self._signal(signal.SIGTERM),
            "stop worker shortly": lambda: self._stand_still(0.8),
            "stop worker past its lease": lambda: self._stand_still(PAST_THE_LEASE),
            "flush broker": self.cluster.flush_broker,
            "hang broker": self._hang_broker,
            "readers leave": self._let_readers_leave,
            "suppress": self._suppress,
            "change the list": self._change_the_list,
            "pause and resume": self._pause_and_resume,
            "press twice": self._press_twice,
            "restart database": self._restart_database,
        }
        if acts[kind]() is not False:
            self.fired[kind] += 1
        self.cluster.revive()

    # --- Programs ---

    def _worker(self) -> Process:
        return self.dice.choice(self.cluster.workers)

    def _kill(self, processes: list[Process]) -> None:
        self.dice.choice(processes).stop()

    def _signal(self, number: int) -> None:
        process = self._worker().process
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, number)

    def _kill_pool_child(self) -> bool:
        children = self._worker().children()
        if not children:
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.dice.choice(children), signal.SIGKILL)
        return True

    def _stand_still(self, seconds: float) -> None:
        worker = self._worker()
        worker.signal_group(signal.SIGSTOP)
        time.sleep(seconds)
        worker.signal_group(signal.SIGCONT)

    def _kill_broker(self) -> None:
        if self.cluster.broker:
            self.cluster.broker.stop()

    def _kill_everything(self) -> None:
        """End all at one moment, as when the supervisor is killed or the power fails.

        That a killed supervisor takes its programs along is tested where it lives.
        """
        for process in self.cluster.everything:
            process.signal_group(signal.SIGKILL)
        for process in self.cluster.everything:
            process.stop()

    def _hang_broker(self) -> None:
        if self.cluster.broker:
            self.cluster.broker.signal_group(signal.SIGSTOP)
            time.sleep(2.5)
            self.cluster.broker.signal_group(signal.SIGCONT)

    def _restart_database(self) -> None:
        services.restart(os.environ["DATABASE_URL"])

    # --- People ---

    def _let_readers_leave(self) -> None:
        for subscription in self._some(20):
            now = timezone.now()
            patiently(
                lambda: unsubscribe(subscription, through="page", now=now)  # noqa: B023
            )
            self.left.setdefault(subscription.subscriber.uuid.hex, time.time())

    def _suppress(self) -> None:
        for subscription in self._some(5):
            hashed = subscription.subscriber.address_hash
            patiently(
                lambda: suppress(
                    hashed,  # noqa: B023
                    SuppressionReason.HARD_BOUNCE,
                    timezone.now(),
                )
            )
            self.left.setdefault(subscription.subscriber.uuid.hex, time.time())

    def _change_the_list(self) -> None:
        """Somebody comes, and somebody has another address from now on."""
        from tests.factories import SubscriberFactory, SubscriptionFactory

        (subscription,) = self._some(1)
        subscriber = subscription.subscriber
        new = SubscriberFactory.build(address=f"new-{subscriber.address}")
        for name in ("address", "address_key", "address_hash"):
            setattr(subscriber, name, getattr(new, name))
        patiently(subscriber.save)
        self.moved[subscriber.address] = subscriber.uuid.hex
        # What was blocked is the old address.
        self.left.pop(subscriber.uuid.hex, None)
        number = self.dice.randrange(10**9)
        patiently(
            lambda: SubscriptionFactory.create(
                subscriber=SubscriberFactory.create(address=f"late{number}@example.nl"),
                mailing_list=subscription.mailing_list,
            )
        )

    def _some(self, count: int) -> list[Subscription]:
        def find() -> list[Subscription]:
            confirmed = Subscription.objects.filter(state=SubscriptionState.CONFIRMED)
            keys = list(confirmed.order_by("pk").values_list("pk", flat=True))
            chosen = self.dice.sample(keys, min(count, len(keys)))
            people = confirmed.filter(pk__in=chosen)
            return list(people.select_related("subscriber", "mailing_list"))

        return patiently(find)

    # --- The publisher ---

    def _pause_and_resume(self) -> None:
        self._control(lambda one: pause(one, reason="", by=self.user, now=_now()))
        time.sleep(self.dice.uniform(0.2, 1.0))
        self._control(lambda one: resume(one, by=self.user, now=_now()))

    def stop_for_good(self) -> None:
        """Press Stop, until there is something that can be stopped."""
        if self._control(lambda one: stop(one, by=self.user, now=_now()) and None):
            self.stopped = True
            self.fired["stop"] += 1

    def resume_what_machines_held(self) -> None:
        """A publisher lets it go on as soon as nothing is being looked up."""
        open_questions = Batch.objects.filter(
            state__in=(BatchState.AMBIGUOUS, BatchState.RECONCILING)
        )
        if self.stopped or patiently(open_questions.exists):
            return
        self._control(lambda one: resume(one, by=self.user, now=_now()))

    def _control(self, act: Callable[[Dispatch], None]) -> bool:
        dispatch = patiently(Dispatch.objects.get)
        try:
            patiently(lambda: act(dispatch))
        except CannotControl:
            return False
        return True

    def _press_twice(self) -> None:
        """The same dispatch and the same batch, by two at the same moment."""
        dispatch = patiently(Dispatch.objects.get)
        batch = patiently(Batch.objects.claimable(_now()).first)
        threads = [
            threading.Thread(target=_press, args=(dispatch, batch)) for _two in range(2)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)

    # --- The backup ---

    def back_up(self) -> Callable[[], None]:
        """Take a backup now; return what puts it back."""
        self.fired["backup"] += 1
        # Who leaves after a backup is taken is subscribed again once it is put back.
        self.left_before_backup = dict(self.left)
        if connection.vendor == "postgresql":
            return self._back_up_postgresql()
        copy = self.folder / "backup.sqlite3"
        live = str(connection.settings_dict["NAME"])
        connections.close_all()
        with (
            contextlib.closing(sqlite3.connect(live, timeout=20)) as source,
            contextlib.closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
        return lambda: self._restore_sqlite(copy, Path(live))

    def _restore_sqlite(self, copy: Path, live: Path) -> None:
        self.fired["restore"] += 1
        self.left = self.left_before_backup
        connections.close_all()
        with self.cluster.standing_still():
            for ending in ("-wal", "-shm"):
                live.with_name(live.name + ending).unlink(missing_ok=True)
            shutil.copy(copy, live)

    def _back_up_postgresql(self) -> Callable[[], None]:
        name = urlsplit(os.environ["DATABASE_URL"]).path.lstrip("/")
        with self.cluster.standing_still():
            patiently(lambda: self._copy_database(name, f"{name}_backup"))
        return lambda: self._restore_postgresql(name)

    def _restore_postgresql(self, name: str) -> None:
        self.fired["restore"] += 1
        self.left = self.left_before_backup
        with self.cluster.standing_still():
            patiently(lambda: self._copy_database(f"{name}_backup", name))

    def _copy_database(self, source: str, target: str) -> None:
        connections.close_all()
        url = os.environ["DATABASE_URL"]
        elsewhere = urlsplit(url)._replace(path="/postgres").geturl()
        with psycopg.connect(elsewhere, autocommit=True) as server:
            server.execute(f"DROP DATABASE IF EXISTS {target} WITH (FORCE)".encode())
            server.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = %s",
                [source],
            )
            server.execute(f"CREATE DATABASE {target} TEMPLATE {source}".encode())


def _press(dispatch: Dispatch, batch: Batch | None) -> None:
    try:
        start(dispatch.pk, now=_now())
        if batch is not None:
            submit_batch(batch.pk, clock=_now)
    except Error:
        # The database was just restarted; pressing did nothing then.
        connection.close()
    finally:
        connections.close_all()


_now = timezone.now
