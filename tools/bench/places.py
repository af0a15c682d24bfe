"""Where a figure is measured: a folder, a database and processes of its own."""

import os
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tools.bench.figures import note_peak

ROOT = Path(__file__).resolve().parents[2]
# As many workers as this machine has cores.
PROCESSES = 2


@contextmanager
def place(server: str) -> Iterator[dict[str, str]]:
    """Give an environment with a folder and a database of its own.

    Args:
        server: a PostgreSQL server's address; nothing for SQLite.
    """
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        kept = ("PATH", "HOME", "LANG")
        yield {name: os.environ[name] for name in kept if name in os.environ} | {
            "DJANGO_SETTINGS_MODULE": "newsletter.settings",
            "DATA_DIR": folder,
            "DATABASE_URL": _database(server) if server else "",
            "SITE_URL": "https://nieuws.example.nl",
            "SECRET_KEY": "secret-of-the-bench-that-is-long-enough-for-the-checks",
            "LINK_KEYS": "link-key-of-the-bench",
            "ADDRESS_PEPPER": "pepper-of-the-bench",
            "REDIS_URL": f"filesystem://{folder}/queue",
        }


def _database(server: str) -> str:
    name = f"bench_{uuid.uuid4().hex[:10]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return server.replace("/postgres", f"/{name}", 1)


def send(environment: dict[str, str]) -> float:
    """Let two workers send everything; return the seconds of the slower one."""
    command = [sys.executable, "-m", "tools.bench.send"]
    workers = [
        subprocess.Popen(  # noqa: S603 (ours)
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
        )
        for _worker in range(PROCESSES)
    ]
    said = [worker.communicate()[0] for worker in workers]
    if any(worker.returncode for worker in workers):
        sys.exit("a worker of the bench failed")
    figures_of_each = [words.splitlines()[-1].split() for words in said]
    note_peak(max(int(peak) for _seconds, peak in figures_of_each))
    return max(float(seconds) for seconds, _peak in figures_of_each)


def python(environment: dict[str, str], module: str, *arguments: object) -> str:
    """Run one of the bench's own modules; return its last line."""
    ended = subprocess.run(  # noqa: S603 (our own modules)
        [sys.executable, "-m", f"tools.bench.{module}", *map(str, arguments)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return ended.stdout.splitlines()[-1]
