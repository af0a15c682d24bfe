"""The one command as a newcomer types it, with every part real."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import psycopg
import pytest

from newsletter.management.supervisor import queue

ROOT = Path(__file__).resolve().parents[2]
ALIVE = "RSDI"

pytestmark = [
    pytest.mark.services,
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
]


class Start:
    """One run of ``manage.py up`` in a folder of its own."""

    def __init__(self, data_dir: Path, port: int, database_url: str) -> None:
        self.data_dir, self.port = data_dir, port
        self.log = data_dir.parent / f"up-{time.monotonic_ns()}.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up"],
                cwd=ROOT,
                env=environment(data_dir, port, database_url),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        return self.log.read_text()

    def wait_for(self, words: str, seconds: float = 60) -> None:
        self.wait_until(lambda: words in self.said, seconds)

    def wait_until(self, true: Callable[[], object], seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < deadline, self.said[-3000:]
            assert self.process.poll() is None, self.said[-3000:]
            time.sleep(0.1)

    def pids(self) -> dict[int, str]:
        """Every living process below this one, with its command."""
        return {
            pid: command
            for pid, command in processes().items()
            # The queue's server writes its title over its environment.
            if str(self.data_dir) in command + environment_of(pid)
        }

    def part(self, mark: str) -> int:
        """The leader of one part: the oldest of its processes."""
        return min(pid for pid, command in self.pids().items() if mark in command)

    def answers(self, path: str) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


def environment(data_dir: Path, port: int, database_url: str) -> dict[str, str]:
    names = ("REDIS_URL", "SECRET_KEY", "LINK_KEYS", "ADDRESS_PEPPER")
    ours = {name: value for name, value in os.environ.items() if name not in names}
    return ours | {
        "DATA_DIR": str(data_dir),
        "PORT": str(port),
        "SITE_URL": f"http://localhost:{port}",
        "EMAIL_PROVIDER": "local",
        "DATABASE_URL": database_url,
        "SWEEP_SECONDS": "1",
    }


@pytest.fixture(scope="module")
def database_url() -> Iterator[str]:
    """An empty database beside the one of the tests; "" is the SQLite of a newcomer."""
    given = os.environ.get("DATABASE_URL", "")
    if not given:
        yield ""
        return
    name = f"up_{os.getpid()}"
    with psycopg.connect(given, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield urlsplit(given)._replace(path=f"/{name}").geturl()
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def processes() -> dict[int, str]:
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state = (folder / "stat").read_text().rsplit(")", 1)[1].split()[0]
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if state in ALIVE:
            found[int(folder.name)] = command
    return found


def environment_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().decode(errors="replace")
    except OSError:
        return ""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture(scope="module")
def up(tmp_path_factory, database_url) -> Iterator[Start]:
    if not next(queue.servers(), None):
        pytest.skip("no Valkey or Redis server here")
    start = Start(tmp_path_factory.mktemp("up") / "data", free_port(), database_url)
    yield start
    start.process.kill()
    start.process.wait()


def test_a_newcomer_sees_an_issue_arrive_and_everything_come_back(up, database_url):
    # The first start ends with one block: the issue is with all of its readers.
    up.wait_for("Stoppen: Ctrl-C", seconds=90)
    [(accepted, audience)] = re.findall(r"bij (\d+) van (\d+) abonnees", up.said)
    assert accepted == audience
    assert int(audience) >= 20
    password = (up.data_dir / "login.txt").read_text().split()[1]
    assert password in up.said
    assert len(list((up.data_dir / "mailbox").glob("**/*.eml"))) >= int(audience)
    assert up.answers("/")
    assert up.answers("/healthz")

    # A second start in the same folder is refused.
    second = subprocess.run(
        [sys.executable, "manage.py", "up"],
        cwd=ROOT,
        env=environment(up.data_dir, free_port(), database_url),
        capture_output=True,
        text=True,
    )
    assert second.returncode == 1
    assert "Er draait er al een" in second.stderr
    assert "Traceback" not in second.stderr

    # Whatever is killed comes back.
    marks = ("gunicorn", "worker@", "mailer@", " beat ", "unixsocket:")
    killed = {mark: up.part(mark) for mark in marks}
    for pid in killed.values():
        os.kill(pid, signal.SIGKILL)
    up.wait_until(lambda: up.said.count("signaal 9") == len(killed), 30)
    up.wait_until(lambda: up.answers("/readyz"), 30)
    assert not set(killed.values()) & set(up.pids())

    # Killing the supervisor leaves nobody behind.
    up.process.kill()
    up.process.wait()
    deadline = time.monotonic() + 10
    while up.pids():
        assert time.monotonic() < deadline, up.pids()
        time.sleep(0.1)

    # The next start tells no password and loads no demo again; Ctrl-C ends it well.
    again = Start(up.data_dir, up.port, database_url)
    again.wait_for("Stoppen: Ctrl-C", 60)
    assert password not in again.said
    assert "abonnees" not in again.said
    again.process.send_signal(signal.SIGINT)
    assert again.process.wait(30) == 0
    assert not again.pids()
