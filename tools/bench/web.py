"""The web server as production starts it: two processes, some threads in each."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE = 30.0


@contextmanager
def web(*, threads: int) -> Iterator[int]:
    """Run it until the block ends; yield its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "newsletter.wsgi"]
    options = [f"--bind=127.0.0.1:{port}", "--workers=2", f"--threads={threads}"]
    process = subprocess.Popen(  # noqa: S603 (ours)
        [*command, *options, "--log-level=error", "--no-control-socket"]
    )
    try:
        _wait_until_it_answers(port)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def _wait_until_it_answers(port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the web server does not start")
