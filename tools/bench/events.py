"""Webhooks of a provider, one event each, to the web server that `make run` starts."""

import hashlib
import hmac
import http.client
import json
import os
import socket
import subprocess
import sys
import time
import uuid
from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import django

CLIENTS = 8
PATIENCE = 30.0
PATH = "/anymail/mailgun/tracking/"


def main() -> None:
    """``python -m tools.bench.events COUNT``: print events a second."""
    count = int(sys.argv[1])
    django.setup()
    readers = _readers(count)
    with _web() as port:
        each = [readers[place::CLIENTS] for place in range(CLIENTS)]
        began = time.perf_counter()
        with ThreadPoolExecutor(CLIENTS) as clients:
            list(clients.map(lambda some: _tell(port, some), each))
        print(count / (time.perf_counter() - began), flush=True)


def _readers(count: int) -> list[tuple[str, str]]:
    """Send an issue's worth of deliveries on paper; return issue and reader of each."""
    from django.core.management import call_command

    from newsletter.delivery.models import Batch, BatchState, Delivery
    from newsletter.issues.models import Issue
    from tools.bench.sunday import freeze, prepare

    call_command("migrate", verbosity=0)
    freeze(prepare(count))
    Batch.objects.update(state=BatchState.DONE)
    issue = Issue.objects.get().uuid.hex
    people = Delivery.objects.values_list("subscriber__uuid", flat=True)
    return [(issue, reader.hex) for reader in people]


@contextmanager
def _web() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "newsletter.wsgi"]
    options = [f"--bind=127.0.0.1:{port}", "--workers=2", "--threads=4"]
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


def _tell(port: int, readers: list[tuple[str, str]]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    secret = b64encode(os.environ["ANYMAIL_WEBHOOK_SECRET"].encode()).decode()
    headers = {
        "Content-Type": "application/json",
        "Authorization": f"Basic {secret}",
        "Host": "nieuws.example.nl",
        "X-Forwarded-Proto": "https",
    }
    for issue, reader in readers:
        connection.request("POST", PATH, json.dumps(_event(issue, reader)), headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise SystemExit(f"the web server answered {answer.status}")


def _event(issue: str, reader: str) -> dict[str, object]:
    """Return what Mailgun posts (documentation: "Webhooks")."""
    timestamp, token = str(int(time.time())), uuid.uuid4().hex
    key = os.environ["ANYMAIL_MAILGUN_WEBHOOK_SIGNING_KEY"].encode()
    signature = hmac.new(key, f"{timestamp}{token}".encode(), hashlib.sha256)
    return {
        "signature": {
            "timestamp": timestamp,
            "token": token,
            "signature": signature.hexdigest(),
        },
        "event-data": {
            "event": "delivered",
            "id": token,
            "timestamp": float(timestamp),
            "recipient": "lezer@example.nl",
            "message": {"headers": {"message-id": "x@nieuws.example.nl"}},
            "user-variables": {"nl_issue": issue, "nl_reader": reader},
        },
    }


if __name__ == "__main__":
    main()
