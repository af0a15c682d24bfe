"""From a due moment to the first request: beat, queue and worker as in production."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import django

from tests.fake_mailgun import FakeMailgun

READERS = 2000
# Long enough for every process to be there before it is due.
DUE_IN = timedelta(seconds=15)
PATIENCE = 60.0
PROCESSES = (
    ["worker", "--queues=send", "--concurrency=2"],
    ["worker", "--queues=mail,clock,celery", "--concurrency=1"],
    ["beat"],
)


def main() -> None:
    """``python -m tools.bench.first_request``: print the seconds."""
    log = Path(os.environ["DATA_DIR"]) / "accepted.jsonl"
    with FakeMailgun(log) as mailgun:
        os.environ["ANYMAIL_MAILGUN_API_URL"] = mailgun.url
        django.setup()
        due = _make_it_due()
        with ExitStack() as running:
            for number, arguments in enumerate(PROCESSES):
                running.enter_context(_celery(number, arguments))
            print(_wait_for(log) - due, flush=True)


def _make_it_due() -> float:
    from django.core.management import call_command
    from django.utils import timezone

    from newsletter.delivery.models import Dispatch
    from tools.bench.sunday import prepare

    call_command("migrate", verbosity=0)
    dispatch_id = prepare(READERS)
    due = timezone.now() + DUE_IN
    Dispatch.objects.filter(pk=dispatch_id).update(
        due_at=due, start_before=due + timedelta(hours=6)
    )
    return due.timestamp()


@contextmanager
def _celery(number: int, arguments: list[str]) -> Iterator[None]:
    command = [sys.executable, "-m", "celery", "--app=newsletter.celery", "--quiet"]
    options = ["--loglevel=ERROR"]
    if arguments[0] == "worker":
        options += [f"--hostname=bench{number}@%h"]
    else:
        options += [f"--schedule={os.environ['DATA_DIR']}/beat", "--pidfile="]
    process = subprocess.Popen(  # noqa: S603 (ours)
        [*command, *arguments, *options],
        env={**os.environ, "C_FORCE_ROOT": "1"},
        stdout=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(60)


def _wait_for(log: Path) -> float:
    deadline = time.monotonic() + PATIENCE
    while not (log.exists() and log.stat().st_size):
        if time.monotonic() > deadline:
            raise SystemExit("nothing left within a minute")
        time.sleep(0.01)
    return time.time()


if __name__ == "__main__":
    main()
