"""The programs of one installation: web, three workers and beat."""

import os
import sys
from pathlib import Path

from newsletter.management.supervisor.processes import Program

WEB, WORKER, MAILER, CLOCK, BEAT = "web", "worker", "mailer", "clock", "beat"
# A confirmation never waits behind the batches of an issue, the sweep behind neither.
QUEUES = {WORKER: "send", MAILER: "mail,links,celery", CLOCK: "clock"}
# Sweeps come one after the other: a second process would only take memory.
PROCESSES = {WORKER: 2, MAILER: 2, CLOCK: 1}


def programs(
    *, port: int, data_dir: Path, queue_url: str, many_processes: bool
) -> list[Program]:
    """Return what runs beside the queue.

    Args:
        many_processes: whether the web may have several; SQLite likes one.
    """
    environment = {"REDIS_URL": queue_url, "PYTHONUNBUFFERED": "1"}
    return [
        Program(WEB, _web(port, many_processes=many_processes), environment),
        *(
            Program(name, _worker(name), environment | _may_be_root())
            for name in QUEUES
        ),
        Program(BEAT, _beat(data_dir), environment),
    ]


def _python(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", *arguments)


def _web(port: int, *, many_processes: bool) -> tuple[str, ...]:
    return _python(
        "gunicorn",
        "newsletter.wsgi",
        f"--bind=127.0.0.1:{port}",
        f"--workers={2 if many_processes else 1}",
        "--worker-class=newsletter.web_worker.StayingWorker",
        "--threads=8",
        "--log-level=warning",
        "--no-control-socket",
    )


def _worker(name: str) -> tuple[str, ...]:
    return _python(
        *("celery", "--app=newsletter.celery", "--quiet", "worker"),
        *(f"--queues={QUEUES[name]}", f"--concurrency={PROCESSES[name]}"),
        "--loglevel=WARNING",
        *(f"--hostname={name}@%h", "--without-gossip", "--without-mingle"),
    )


def _beat(data_dir: Path) -> tuple[str, ...]:
    return _python(
        *("celery", "--app=newsletter.celery", "--quiet", "beat"),
        *(
            f"--schedule={data_dir / 'beat-schedule'}",
            "--pidfile=",
            "--loglevel=WARNING",
        ),
    )


def _may_be_root() -> dict[str, str]:
    """Spare root, the only user of many a container, Celery's warning each start."""
    if hasattr(os, "getuid") and os.getuid() == 0:
        return {"PYTHONWARNINGS": "ignore:You're running the worker with superuser"}
    return {}
