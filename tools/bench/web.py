"""The web server as production starts it: two processes, some threads in each."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

PROCESSES = 2


@contextmanager
def web(*, threads: int) -> Iterator[int]:
    """Run it until the block ends; yield its port once all processes take calls.

    Loading the site takes each of them seconds, which no call of a Sunday waits for.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "newsletter.wsgi"]
    where = [f"--bind=127.0.0.1:{port}", "--config=python:tools.bench.says_ready"]
    options = [f"--workers={PROCESSES}", f"--threads={threads}", "--log-level=error"]
    worker = "--worker-class=newsletter.web_worker.StayingWorker"
    process = subprocess.Popen(  # noqa: S603 (ours)
        [*command, *where, *options, worker, "--no-control-socket"],
        stdout=subprocess.PIPE,
    )
    try:
        _wait_until_ready(process)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def _wait_until_ready(process: subprocess.Popen[bytes]) -> None:
    said = iter(process.stdout or ())
    for _ in range(PROCESSES):
        if not next(said, b""):
            raise SystemExit("the web server does not start")
