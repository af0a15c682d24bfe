"""Real programs for tests: a queue, workers, the clock; each in a group of its own."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from newsletter.management.supervisor import queue
from newsletter.management.supervisor.programs import (
    BEAT,
    CLOCK,
    MAILER,
    WORKER,
    programs,
)

ROOT = Path(__file__).resolve().parents[1]


class Server:
    """One program with everything it starts, and the file it talks to."""

    def __init__(
        self, command: tuple[str, ...], environment: Mapping[str, str], log: Path
    ) -> None:
        self.log = log
        with log.open("a") as file:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self) -> None:
        """End the whole group as a power cut would (kill -9)."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *error: object) -> None:
        self.kill()


def wait_until(
    true: Callable[[], Any], seconds: float, told: Path | None = None
) -> None:
    """Wait for something to become true; show what a server said when it does not."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            said = told.read_text()[-3000:] if told and told.exists() else ""
            pytest.fail(f"waited {seconds} s for nothing. {said}")
        time.sleep(0.05)


class Valkey(Server):
    """A queue of our own on a unix socket with a short path."""

    def __init__(self, folder: Path) -> None:
        server = next(queue.servers(), None)
        if server is None:
            pytest.skip("no Valkey or Redis server here")
        self.folder = Path(tempfile.mkdtemp(prefix="nl-queue-"))
        socket = self.folder / "valkey.sock"
        self.url = f"redis+socket://{socket}"
        command = (str(server), "--port", "0", "--unixsocket", str(socket))
        super().__init__(
            (*command, "--dir", str(self.folder), "--save", ""),
            os.environ,
            folder / "valkey.log",
        )
        wait_until(lambda: queue.answers(self.url), 10, self.log)

    def __exit__(self, *error: object) -> None:
        super().__exit__(*error)
        shutil.rmtree(self.folder, ignore_errors=True)


def start_valkey(folder: Path) -> Valkey:
    """Start a queue; ``url`` is its REDIS_URL."""
    return Valkey(folder)


def start_worker(environment: Mapping[str, str], name: str = WORKER) -> Server:
    """Start a worker as `make run` starts it; two others have the other queues."""
    return _start(environment, name)


def start_beat(environment: Mapping[str, str]) -> Server:
    """Start the clock as `make run` starts it."""
    return _start(environment, BEAT)


def _start(environment: Mapping[str, str], name: str) -> Server:
    folder = Path(environment["DATA_DIR"])
    (program,) = (
        program
        for program in programs(
            port=0,
            data_dir=folder,
            queue_url=environment["REDIS_URL"],
            many_processes=False,
        )
        if program.name == name
    )
    return Server(
        tuple(program.command),
        {**environment, **program.environment},
        folder / f"{name}.log",
    )


def run_python(environment: Mapping[str, str], *arguments: str) -> str:
    """Run Python to its end and return what it said."""
    ended = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=dict(environment),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.returncode == 0, ended.stdout[-2000:] + ended.stderr[-3000:]
    return ended.stdout


__all__ = [
    "CLOCK",
    "MAILER",
    "WORKER",
    "Server",
    "Valkey",
    "run_python",
    "start_beat",
    "start_valkey",
    "start_worker",
    "wait_until",
]
