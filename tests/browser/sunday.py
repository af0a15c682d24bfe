"""A whole installation of its own, started the way a new user starts it."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

READY_SECONDS = 90


class Installation:
    """``manage.py up`` in an empty folder, with its demo."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = _free_port()
        self.url = f"http://localhost:{self.port}"
        self.log = folder / "up.log"
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("PYTEST")},
            "DATA_DIR": str(folder / "data"),
            "PORT": str(self.port),
            "SITE_URL": self.url,
            "SWEEP_SECONDS": "1",
        }
        for name in ("DATABASE_URL", "REDIS_URL"):
            self.environment.pop(name, None)

    def __enter__(self) -> "Installation":
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up"],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.wait_for(self._is_ready, READY_SECONDS, "to get ready")
        return self

    def __exit__(self, *error: object) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def _is_ready(self) -> bool:
        if self.process.poll() is not None:
            raise AssertionError(f"it ended: {self.log.read_text()[-2000:]}")
        if "24 van 24" not in self.log.read_text():
            return False
        try:
            with urllib.request.urlopen(f"{self.url}/readyz") as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def wait_for(self, condition, seconds: float, words: str) -> None:
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                tail = self.log.read_text()[-2000:]
                raise AssertionError(f"waited {seconds} s {words}: {tail}")
            time.sleep(0.3)

    def login(self) -> tuple[str, str]:
        user, password = (self.folder / "data" / "login.txt").read_text().split()[:2]
        return user, password

    def shell(self, code: str) -> str:
        """Run a line in the installation, as an operator could."""
        return subprocess.run(
            [sys.executable, "manage.py", "shell", "-v0", "-c", code],
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()

    def let_sunday_come(self, number: int) -> None:
        """Turn the clock, which a test cannot: the moment of an issue is now."""
        self.shell(
            "from newsletter.delivery.models import Dispatch;"
            "from django.utils import timezone as t;"
            "from datetime import timedelta as d;"
            f"Dispatch.objects.filter(issue__number={number}, state='scheduled')"
            ".update(due_at=t.now(), start_before=t.now() + d(hours=6))"
        )
        self.wait_for(lambda: self.state_of(number) == "sent", 60, "for it to be sent")

    def state_of(self, number: int) -> str:
        return self.shell(
            "from newsletter.delivery.models import Dispatch;"
            f"print(Dispatch.objects.get(issue__number={number}).state)"
        )

    def readers_of(self, number: int) -> list[str]:
        """Return the addresses whose mailbox holds this issue."""
        return self.shell(
            "from newsletter.outbox.mailbox import read_mailbox;"
            "from newsletter.issues.models import Issue;"
            f"s = Issue.objects.get(number={number}).subject;"
            "print('\\n'.join(sorted(m.to for m in read_mailbox(1000)"
            " if m.subject == s)))"
        ).splitlines()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
