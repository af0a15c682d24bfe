"""``python -m tools.bench [--quick]``: every figure as one JSON object on a line.

Sender, provider and database share the machine; trust the ratios within one run.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tools import services
from tools.bench.figures import report
from tools.bench.sinks import sink, take_http, take_smtp

ROOT = Path(__file__).resolve().parents[2]
MILLION = 1_000_000
PROCESSES = 2


def main() -> int:
    """Measure everything; figures on stdout, words on stderr."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller, once each")
    quick: bool = parser.parse_args().quick
    runs = 1 if quick else 3
    with services.postgresql("") as server:
        for database in ("postgresql", "sqlite"):
            at = server if database == "postgresql" else ""
            _merge(database, at, 100_000 if quick else MILLION, runs, quick)
        _merge("postgresql", server, 10_000, runs, quick)
        _smtp(server, 400 if quick else 2000, runs, quick)
    return 0


# --- One request for a thousand readers ---


def _merge(database: str, server: str, readers: int, runs: int, quick: bool) -> None:
    frozen: list[float] = []

    def rate() -> float:
        with sink(take_http) as port, _place(server) as environment:
            environment |= {
                "EMAIL_PROVIDER": "mailgun",
                "ANYMAIL_MAILGUN_API_URL": f"http://127.0.0.1:{port}/v3",
                "ANYMAIL_MAILGUN_API_KEY": "key-of-the-bench",
                "ANYMAIL_MAILGUN_SENDER_DOMAIN": "nieuws.example.nl",
            }
            frozen.append(float(_python(environment, "sunday", str(readers))))
            return readers / _send(environment)

    about: dict[str, object] = {"database": database, "count": readers, "quick": quick}
    report("merge API", "readers/s", rate, runs=runs, **about)
    seconds = iter(frozen)
    report("freeze", "s", lambda: next(seconds), runs=runs, **about)


# --- One message a reader ---


def _smtp(server: str, readers: int, runs: int, quick: bool) -> None:
    about: dict[str, object] = {"database": "postgresql", "count": readers}
    about["quick"] = quick
    plain: list[float] = []

    def rate() -> float:
        with sink(take_smtp) as port, _place(server) as environment:
            environment |= {
                "EMAIL_PROVIDER": "smtp",
                "EMAIL_URL": f"smtp://127.0.0.1:{port}",
            }
            _python(environment, "sunday", str(readers))
            seconds = _send(environment)
            plain.append(float(_python(environment, "plain", str(readers // 4))))
            return readers / seconds

    ours = report("SMTP, 0 ms", "readers/s", rate, runs=runs, **about)
    rates = iter(plain)
    peer = report(
        "plain Django, one connection",
        "messages/s",
        lambda: next(rates),
        runs=runs,
        **about,
    )
    report("SMTP against plain Django", "times", lambda: ours / peer, runs=1, **about)


# --- Places and processes ---


@contextmanager
def _place(server: str) -> Iterator[dict[str, str]]:
    """Give an environment with a folder and a database of its own."""
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


def _send(environment: dict[str, str]) -> float:
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
    return max(float(words.splitlines()[-1]) for words in said)


def _python(environment: dict[str, str], module: str, argument: str) -> str:
    ended = subprocess.run(  # noqa: S603 (our own modules)
        [sys.executable, "-m", f"tools.bench.{module}", argument],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return ended.stdout.splitlines()[-1]


if __name__ == "__main__":
    raise SystemExit(main())
