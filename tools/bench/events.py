"""Webhooks of a provider to the web server that `make run` starts, and reading them."""

import hashlib
import hmac
import json
import os
import selectors
import socket
import sys
import time
import uuid
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta

import django

from tools.bench.web import web

# As many as the web server has threads, like `make run` and the Dockerfile.
THREADS = 8
CLIENTS = 2 * THREADS
MAILGUN, MAILJET = "/anymail/mailgun/tracking/", "/anymail/mailjet/tracking/"
IN_ONE_CALL = 100


def main() -> None:
    """``python -m tools.bench.events COUNT``: three rates of events, one JSON object.

    "alone": answered, one a call (Mailgun); "together": answered, a hundred a call
    (Mailjet); "worked out": read and written with their readers afterwards.
    """
    count = int(sys.argv[1])
    django.setup()
    readers = _readers(count)
    hundreds = [
        [_of_mailjet(*reader) for reader in readers[place : place + IN_ONE_CALL]]
        for place in range(0, count, IN_ONE_CALL)
    ]
    with web(threads=THREADS) as port:
        alone = _requests(MAILGUN, map(_event, readers))
        together = _requests(MAILJET, hundreds)
        rate_alone = _rate(count, lambda: _tell_all(port, alone))
        rate_together = _rate(count, lambda: _tell_all(port, together))
    worked_out = _rate(2 * count, _work_out)
    rates = {"alone": rate_alone, "together": rate_together, "worked out": worked_out}
    print(json.dumps(rates))


def _rate(count: int, act: Callable[[], None]) -> float:
    began = time.perf_counter()
    act()
    return count / (time.perf_counter() - began)


def _tell_all(port: int, requests: list[bytes]) -> None:
    """Ask over connections that stay open, by one thread that takes little time."""
    waiting = iter(requests)
    with selectors.DefaultSelector() as clients:
        for _ in range(CLIENTS):
            client = socket.create_connection(("127.0.0.1", port), timeout=30)
            clients.register(client, selectors.EVENT_READ, client)
            _tell_next(clients, client, waiting)
        while clients.get_map():
            for key, _events in clients.select():
                client = key.data
                answer = client.recv(65536)
                if not answer.startswith(b"HTTP/1.1 200 "):
                    raise SystemExit(f"the web server answered {answer[:60]!r}")
                _tell_next(clients, client, waiting)


def _tell_next(
    clients: selectors.BaseSelector, client: socket.socket, waiting: Iterator[bytes]
) -> None:
    request = next(waiting, None)
    if request:
        client.sendall(request)
    else:
        clients.unregister(client)
        client.close()


def _work_out() -> None:
    from django.utils import timezone

    from newsletter.events.calls import work_out
    from newsletter.events.models import ProviderCall

    work_out(clock=timezone.now, within=timedelta(minutes=10))
    if ProviderCall.objects.exists():
        raise SystemExit("some calls could not be worked out")


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


def _requests(path: str, calls: Iterable[object]) -> list[bytes]:
    secret = b64encode(os.environ["ANYMAIL_WEBHOOK_SECRET"].encode()).decode()
    bodies = [json.dumps(call).encode() for call in calls]
    return [
        f"POST {path} HTTP/1.1\r\n"
        "Host: nieuws.example.nl\r\n"
        "X-Forwarded-Proto: https\r\n"
        "Content-Type: application/json\r\n"
        f"Authorization: Basic {secret}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n".encode()
        + body
        for body in bodies
    ]


def _of_mailjet(issue: str, reader: str) -> dict[str, object]:
    """Return one of the events that Mailjet posts ("Event API", grouped events)."""
    return {
        "event": "sent",
        "time": int(time.time()),
        "MessageID": uuid.uuid4().int >> 64,
        "email": "lezer@example.nl",
        "Payload": json.dumps({"nl_issue": issue, "nl_reader": reader}),
        "smtp_reply": "sent (250 2.0.0 OK)",
    }


def _event(of: tuple[str, str]) -> dict[str, object]:
    """Return what Mailgun posts (documentation: "Webhooks")."""
    issue, reader = of
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
