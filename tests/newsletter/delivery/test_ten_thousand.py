"""Ten thousand readers, real programs, and a worker that is killed twice on its way."""

import json
import os
import sqlite3
import uuid
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings

from tests.fake_mailgun import FakeMailgun
from tests.servers import (
    CLOCK,
    run_python,
    start_beat,
    start_valkey,
    start_worker,
    wait_until,
)

pytestmark = [pytest.mark.services, pytest.mark.timeout(300)]

READERS = 10_000
# The order of times as in production (checks.py asserts it), a hundred times shorter.
TIMES = {
    "SWEEP_SECONDS": "0.5",
    "ENQUEUE_AGAIN_SECONDS": "2",
    "PROVIDER_CONNECT_SECONDS": "1",
    "PROVIDER_READ_SECONDS": "3",
    "TASK_SECONDS": "4",
    "LEASE_SECONDS": "6",
    "QUARANTINE_SECONDS": "6",
    "VISIBILITY_SECONDS": "8",
    "SEARCH_LAG_SECONDS": "7",
    "FIRST_WAVE_SECONDS": "1",
    "BREAKER_SECONDS": "1",
}
# Told by the test process, so not for those it starts.
NOT_THEIRS = ("DATABASE_URL", "REDIS_URL", "DATA_DIR", "EMAIL_PROVIDER")

Ask = Callable[[str], Any]


@pytest.fixture
def mailgun(tmp_path):
    with FakeMailgun(tmp_path / "accepted.jsonl", answer_after=0.7) as fake:
        yield fake


@pytest.fixture
def valkey(tmp_path):
    with start_valkey(tmp_path) as server:
        yield server


@pytest.fixture
def database(tmp_path):
    """Return the address of an empty database of our own, and how to ask it."""
    if not settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        path = tmp_path / "data" / "newsletter.sqlite3"
        yield "", lambda sql: _ask_sqlite(path, sql)
        return
    there = os.environ["DATABASE_URL"]
    name = f"sunday_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(there, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        mine = there.replace("/postgres", f"/{name}", 1)
        yield mine, lambda sql: _ask_postgresql(mine, sql)
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _ask_sqlite(path: Path, sql: str) -> Any:
    with closing(sqlite3.connect(path, timeout=20)) as connection:
        return connection.execute(sql).fetchone()[0]


def _ask_postgresql(url: str, sql: str) -> Any:
    with psycopg.connect(url) as connection:
        row = connection.execute(sql.encode()).fetchone()
        return row[0] if row else None


@pytest.fixture
def environment(tmp_path, mailgun, valkey, database):
    data = tmp_path / "data"
    data.mkdir()
    ours = {name: value for name, value in os.environ.items() if name not in NOT_THEIRS}
    url, _ask = database
    return (
        ours
        | TIMES
        | {
            "DATA_DIR": str(data),
            "DATABASE_URL": url,
            "REDIS_URL": valkey.url,
            "EMAIL_PROVIDER": "mailgun",
            "ANYMAIL_MAILGUN_API_URL": mailgun.url,
            "ANYMAIL_MAILGUN_API_KEY": "key-of-the-tests",
            "ANYMAIL_MAILGUN_SENDER_DOMAIN": "nieuws.example.nl",
        }
    )


def count_accepted(log: Path) -> int:
    return log.read_bytes().count(b"\n") if log.exists() else 0


def kill_with_requests_open(worker, mailgun, at_least: int) -> None:
    """Kill when something was accepted and the answer is still on its way."""
    before = max(at_least - 1, count_accepted(mailgun.log))
    wait_until(lambda: count_accepted(mailgun.log) > before, 60, worker.log)
    worker.kill()


def test_killing_the_worker_twice_changes_nothing_for_ten_thousand_readers(
    environment, mailgun, database
):
    _url, ask = database
    run_python(environment, "-m", "tests.newsletter.delivery.sunday", str(READERS))
    with start_beat(environment), start_worker(environment, CLOCK):
        for at_least in (1, READERS // 2):
            with start_worker(environment) as worker:
                kill_with_requests_open(worker, mailgun, at_least)
        with start_worker(environment) as worker:
            wait_until(
                lambda: ask("SELECT state FROM newsletter_dispatch") == "sent",
                180,
                worker.log,
            )

    accepted = [json.loads(line) for line in mailgun.log.read_text().splitlines()]
    recipients = [line["recipient"] for line in accepted]
    assert len(recipients) == READERS
    assert set(recipients) == {f"Lezer{n}@post.example.nl" for n in range(READERS)}
    links = {line["list_unsubscribe"] for line in accepted}
    assert len(links) == READERS
    assert all("/afmelden/" in link for link in links)
    assert all(line["unsubscribe_in_html"] for line in accepted)
    assert not any(line["marks_left"] for line in accepted)
    # The killing did hit something: uncertain batches were settled by searching.
    assert ask("SELECT COUNT(*) FROM newsletter_attempt WHERE outcome = 'open'") >= 2
    assert ask("SELECT COUNT(*) FROM newsletter_batch WHERE state <> 'done'") == 0
    assert "adds up" in run_python(environment, "manage.py", "check_ledger")
