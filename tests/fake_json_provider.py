"""A provider on loopback that keeps the JSON it was sent and answers from a script."""

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

PAYLOADS = Path(__file__).parent / "payloads" / "providers"


@dataclass
class Heard:
    """One request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any


@dataclass
class FakeJsonProvider:
    """Keeps requests; gives the answers of a script, in order, the last for ever."""

    answers: list[tuple[int, str]] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)

    def __post_init__(self) -> None:
        fake = self

        class Handler(_Handler):
            provider = fake

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/"

    def __enter__(self) -> "FakeJsonProvider":
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

    def will_answer(self, status: int, name: str = "") -> None:
        """Answer once with a payload file, or with nothing in it."""
        self.answers.append((status, (PAYLOADS / name).read_text() if name else ""))


class _Handler(BaseHTTPRequestHandler):
    provider: FakeJsonProvider
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._answer(None)

    def do_POST(self) -> None:
        self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def _answer(self, body: Any) -> None:
        provider = self.provider
        provider.heard.append(
            Heard(self.command, self.path, dict(self.headers.items()), body)
        )
        status, text = (
            provider.answers.pop(0)
            if len(provider.answers) > 1
            else provider.answers[0]
        )
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())
