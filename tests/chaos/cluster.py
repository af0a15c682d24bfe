"""The programs of a Sunday: two workers, two beats, a queue, a web."""

import contextlib
import functools
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import redis
from django.utils import timezone

from newsletter.management.supervisor import queue
from newsletter.orphans import die_with
from tests.servers import ROOT

READY_SECONDS = 30
# The supervisor waits a minute and a half; all times of a chaos are shorter.
STALLED_AFTER = timedelta(seconds=20)
# For a program that is to live on.
SPARED = {"CHAOS_KILLS": "0", "CHAOS_FAVOURITE": ""}


class Process:
    """One program in a group of its own, started again when it is gone."""

    def __init__(
        self, name: str, command: list[str], environment: dict[str, str], log: Path
    ) -> None:
        self.name, self.command = name, command
        self.environment, self.log = environment, log
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; nothing of ours may hold its pipes open."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                # Whoever ends the suite ends the Sunday with it.
                preexec_fn=functools.partial(die_with, os.getpid()),
            )

    def signal_group(self, number: int) -> None:
        """Send a signal to the program and all it started."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def stop(self) -> None:
        """End it as a power cut would."""
        self.signal_group(signal.SIGCONT)
        self.signal_group(signal.SIGKILL)
        if self.process is not None:
            self.process.wait(20)

    @property
    def is_gone(self) -> bool:
        """Whether it has ended."""
        return self.process is None or self.process.poll() is not None

    def children(self) -> list[int]:
        """Return the processes it started (a worker's pool)."""
        if self.process is None:
            return []
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        with contextlib.suppress(OSError):
            return [int(number) for number in path.read_text().split()]
        return []


class Cluster:
    """Everything that runs; ``watch`` keeps it running."""

    def __init__(self, folder: Path, environment: dict[str, str], broker: str) -> None:
        self.folder = folder
        self.queue_folder = Path(tempfile.mkdtemp(prefix="nl-queue-"))
        self.broker: Process | None = None
        if broker == "valkey":
            self.broker = self._valkey(environment)
            url = f"redis+socket://{self._socket}"
        else:
            url = f"filesystem://{folder}/queue"
        self.environment = {**environment, "REDIS_URL": url, "C_FORCE_ROOT": "1"}
        self.port = _free_port()
        self.watched_since = timezone.now()
        self.workers = [self._worker(number) for number in (1, 2)]
        self.clocks = [self._mailer(), *(self._beat(number) for number in (1, 2))]
        self.web = self._web()

    @property
    def _socket(self) -> Path:
        return self.queue_folder / "valkey.sock"

    @property
    def beats(self) -> list[Process]:
        """Return both clocks."""
        return self.clocks[1:]

    def __enter__(self) -> "Cluster":
        if self.broker:
            self.broker.start()
            self._wait_for_broker()
        for process in (*self.engine, self.web):
            process.start()
        return self

    def __exit__(self, *error: object) -> None:
        for process in (
            *self.engine,
            self.web,
            *([self.broker] if self.broker else []),
        ):
            process.stop()
        shutil.rmtree(self.queue_folder, ignore_errors=True)

    @property
    def engine(self) -> list[Process]:
        """Return what sends: workers, clocks and their worker."""
        return [*self.workers, *self.clocks]

    @property
    def everything(self) -> list[Process]:
        """Return all programs, the queue first."""
        queue_first = [self.broker] if self.broker else []
        return [*queue_first, *self.engine, self.web]

    def watch(self, *, last_sweep: datetime | None, waiting: datetime | None) -> None:
        """End what keeps its process and does nothing, as the supervisor would."""
        now = timezone.now()
        if now - max(self.watched_since, last_sweep or now) > STALLED_AFTER:
            stalled = self.clocks
        elif waiting and now - max(self.watched_since, waiting) > STALLED_AFTER:
            stalled = self.workers
        else:
            return
        self.watched_since = now
        for process in stalled:
            process.stop()

    def revive(self) -> None:
        """Start again whatever has ended, as the supervisor would."""
        for process in (
            *([self.broker] if self.broker else []),
            *self.engine,
            self.web,
        ):
            if process.is_gone:
                process.start()

    @contextlib.contextmanager
    def standing_still(self) -> Iterator[None]:
        """Everything that reads the database is gone meanwhile."""
        for process in (*self.engine, self.web):
            process.stop()
        yield
        for process in (*self.engine, self.web):
            process.start()

    def flush_broker(self) -> None:
        """Lose every message."""
        with contextlib.suppress(redis.RedisError):
            redis.Redis(unix_socket_path=str(self._socket)).flushall()

    def _wait_for_broker(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not queue.answers(f"redis+socket://{self._socket}"):
            if time.monotonic() > deadline:
                raise RuntimeError("the queue does not start")
            time.sleep(0.05)

    def _valkey(self, environment: dict[str, str]) -> Process:
        server = next(queue.servers(), None)
        if server is None:
            raise SystemExit("No Valkey or Redis server here; use BROKER=filesystem.")
        command = [str(server), "--port", "0", "--unixsocket", str(self._socket)]
        options = ["--dir", str(self.queue_folder), "--appendonly", "yes"]
        log = self.folder / "broker.log"
        return Process("broker", [*command, *options], environment, log)

    def _worker(self, number: int) -> Process:
        name = f"worker{number}"
        return self._celery(name, "tests.chaos.worker", ["worker", "--queues=send"])

    def _mailer(self) -> Process:
        queues = ["worker", "--queues=mail,clock,celery"]
        return self._celery("mailer", "tests.chaos.worker", queues, kills=False)

    def _celery(
        self, name: str, module: str, arguments: list[str], *, kills: bool = True
    ) -> Process:
        command = [sys.executable, "-m", module, "--quiet", *arguments]
        options = ["--concurrency=2", "--loglevel=WARNING", f"--hostname={name}@%h"]
        quiet = ["--without-gossip", "--without-mingle"]
        environment = self.environment if kills else self.environment | SPARED
        log = self.folder / f"{name}.log"
        return Process(name, [*command, *options, *quiet], environment, log)

    def _beat(self, number: int) -> Process:
        command = [sys.executable, "-m", "celery", "--app=newsletter.celery", "--quiet"]
        schedule = self.folder / f"beat{number}"
        options = ["beat", f"--schedule={schedule}", "--loglevel=WARNING"]
        log = self.folder / "beat.log"
        return Process(
            f"beat{number}", [*command, *options, "--pidfile="], self.environment, log
        )

    def _web(self) -> Process:
        command = [sys.executable, "-m", "gunicorn", "newsletter.wsgi"]
        options = [f"--bind=127.0.0.1:{self.port}", "--threads=4", "--log-level=error"]
        options += ["--worker-class=newsletter.web_worker.StayingWorker"]
        log = self.folder / "web.log"
        return Process(
            "web", [*command, *options, "--no-control-socket"], self.environment, log
        )


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])
