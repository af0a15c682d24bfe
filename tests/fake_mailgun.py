"""A Mailgun of our own on loopback, with an append-only log of whom it accepted.

It takes what django-anymail posts to ``/v3/<domain>/messages`` (multipart form with
``recipient-variables``) and answers ``/v3/<domain>/events`` as Mailgun documents it.
Run it alone: ``python -m tests.fake_mailgun --port 8025 --log accepted.jsonl``.
"""

import argparse
import json
import re
import threading
import time
import uuid
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

_PLACEHOLDER = re.compile(r"%recipient\.([^%\s]+)%")


class FakeMailgun:
    """The server and what it accepted; faults are switched on per request."""

    def __init__(self, log: Path, port: int = 0, answer_after: float = 0) -> None:
        self.log = log
        # Seconds between accepting and saying so: the moment that crashes are about.
        self.answer_after = answer_after
        self.faults: list[str] = []
        self.requests = 0
        # How many of those accepted last the search does not find yet, and how many
        # events of somebody else's mail it finds before ours.
        self.lagging = 0
        self.foreign = 0
        # Seconds until the search finds what was accepted, and those a late request
        # takes to be accepted, when whoever asked has long hung up.
        self.search_lag = 0.0
        self.late = 2.5
        # A request with one of these is refused as a whole, as Mailgun does.
        self.refused_addresses: set[str] = set()
        # What the search finds: when, and our variables.
        self.events: list[tuple[float, dict[str, Any]]] = []
        self._lock = threading.Lock()
        fake = self

        class Handler(_Handler):
            mailgun = fake

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.server.daemon_threads = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/v3"

    def __enter__(self) -> "FakeMailgun":
        threading.Thread(
            # It looks this often whether it may stop: 0.5 s would be half of a test.
            target=self.server.serve_forever,
            args=(0.01,),
            daemon=True,
        ).start()
        return self

    def __exit__(self, *error: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def next_fault(self) -> str:
        with self._lock:
            self.requests += 1
            return self.faults.pop(0) if self.faults else ""

    def accept(self, form: dict[str, list[str]]) -> None:
        """Write down every recipient, each as their own line, on disk."""
        variables = json.loads(form.get("recipient-variables", ["{}"])[0])
        lines = [
            _accepted(form, address, variables.get(_bare(address), {}))
            for address in _recipients(form)
        ]
        at = time.time()
        for line in lines:
            line["at"] = at
        with self._lock, self.log.open("a") as file:
            file.write("".join(f"{json.dumps(line)}\n" for line in lines))
            self.events += [(at, line["variables"]) for line in lines]

    def refuses(self, form: dict[str, list[str]]) -> bool:
        """Tell whether an address in this request makes all of it refused."""
        addresses = {_bare(address) for address in _recipients(form)}
        return not self.refused_addresses.isdisjoint(addresses)

    def accepted(self) -> list[dict[str, Any]]:
        """Return everyone it accepted, in order."""
        if not self.log.exists():
            return []
        return [json.loads(line) for line in self.log.read_text().splitlines()]


def _recipients(form: dict[str, list[str]]) -> list[str]:
    return [part.strip() for to in form.get("to", []) for part in to.split(",")]


def _bare(address: str) -> str:
    return address.rpartition("<")[2].rstrip(">")


def _accepted(
    form: dict[str, list[str]], address: str, variables: dict[str, Any]
) -> dict[str, Any]:
    def filled(text: str) -> str:
        return _PLACEHOLDER.sub(lambda found: str(variables.get(found[1], "")), text)

    def field(name: str) -> str:
        return filled(form.get(name, [""])[0])

    return {
        "recipient": _bare(address),
        "list_unsubscribe": field("h:List-Unsubscribe"),
        "headers": {
            name.removeprefix("h:"): filled(values[0])
            for name, values in form.items()
            if name.startswith("h:")
        },
        "variables": {
            name.removeprefix("v:"): filled(values[0])
            for name, values in form.items()
            if name.startswith("v:")
        },
        "subject": field("subject"),
        "unsubscribe_in_html": filled("%recipient.unsubscribe_url%") in field("html"),
        "greeting": "".join(re.findall(r"Goedemorgen[^<,]*", field("text"))[:1]),
        "marks_left": "%recipient" in field("html") or "\ue000" in field("html"),
    }


class _Handler(BaseHTTPRequestHandler):
    mailgun: FakeMailgun
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the log file tells."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        fault = self.mailgun.next_fault()
        if fault == "reset before":
            return self._reset()
        if fault == "429":
            return self._answer(429, {"message": "slow down"}, {"Retry-After": "1"})
        if fault in ("400", "401", "500"):
            return self._answer(int(fault), {"message": "no"})
        if fault == "late":
            time.sleep(self.mailgun.late)
        form = parsed_form(self.headers["Content-Type"], body)
        if self.mailgun.refuses(form):
            return self._answer(400, {"message": "to parameter is not a valid address"})
        self.mailgun.accept(form)
        if fault == "time-out after":
            time.sleep(self.mailgun.late * 2)
        time.sleep(self.mailgun.answer_after)
        if fault == "500 after":
            return self._answer(500, {"message": "oops"})
        if fault == "reset after":
            return self._reset()
        if fault == "broken answer":
            return self._answer(200, None)
        if fault.startswith("slow"):
            time.sleep(float(fault.split()[1]))
        name = f"<{uuid.uuid4().hex}@fake.example>"
        return self._answer(200, {"id": name, "message": "Queued. Thank you."})

    def do_GET(self) -> None:
        """Answer events page by page; after the last one comes an empty page."""
        query = {
            key: value[0] for key, value in parse_qs(urlsplit(self.path).query).items()
        }
        # Like the real one, it knows no filter on variables and finds nothing by it.
        start, limit = int(query.get("page", "0")), int(query.get("limit", "300"))
        with self.mailgun._lock:
            known = [] if "user-variables" in query else list(self.mailgun.events)
        found_until = time.time() - self.mailgun.search_lag
        known = [event for event in known if event[0] <= found_until]
        strangers = [
            (0.0, {"nl_issue": "0" * 32, "nl_reader": f"{number:032x}"})
            for number in range(self.mailgun.foreign)
        ]
        known = strangers + known[: len(known) - self.mailgun.lagging]
        found = [
            {"event": "accepted", "timestamp": at, "user-variables": variables}
            for at, variables in known[start : start + limit]
        ]
        following = {**query, "page": str(start + limit)}
        path = urlsplit(self.path).path
        host = f"http://{self.headers['Host']}"
        pairs = "&".join(f"{key}={_quoted(value)}" for key, value in following.items())
        self._answer(
            200,
            {
                "items": found,
                "paging": {"next": f"{host}{path}?{pairs}"},
            },
        )

    def _answer(
        self, status: int, body: object, headers: dict[str, str] | None = None
    ) -> None:
        raw = b"<html>" if body is None else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)

    def _reset(self) -> None:
        self.close_connection = True
        self.connection.close()


def _quoted(value: str) -> str:
    from urllib.parse import quote

    return quote(value, safe="")


def parsed_form(content_type: str, body: bytes) -> dict[str, list[str]]:
    """Parse a urlencoded or multipart form."""
    if content_type.startswith("application/x-www-form-urlencoded"):
        return parse_qs(body.decode(), keep_blank_values=True)
    parts = message_from_bytes(
        b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body
    ).get_payload()
    form: dict[str, list[str]] = {}
    assert isinstance(parts, list)
    for part in parts:
        assert isinstance(part, Message)
        name = part.get_param("name", header="Content-Disposition")
        payload = part.get_payload(decode=True)
        assert isinstance(payload, bytes)
        form.setdefault(str(name), []).append(payload.decode())
    return form


def main() -> None:
    """Serve until told to stop."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--port", type=int, required=True)
    arguments.add_argument("--log", type=Path, required=True)
    arguments.add_argument("--answer-after", type=float, default=0, metavar="SECONDS")
    arguments.add_argument("--fault", action="append", default=[], dest="faults")
    chosen = arguments.parse_args()
    fake = FakeMailgun(chosen.log, chosen.port, chosen.answer_after)
    fake.faults = chosen.faults
    fake.server.serve_forever()


if __name__ == "__main__":
    main()
