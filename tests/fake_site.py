"""Somebody's website on loopback: pages as a test writes them, and who asked what."""

import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


@dataclass
class Page:
    """What one address answers; ``drip`` is a pause in seconds after every byte."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    drip: float = 0.0


@dataclass
class Asked:
    """One request as it came in."""

    method: str
    path: str
    headers: dict[str, str]


class FakeSite:
    """Answers with its pages, 404 otherwise; with a certificate it speaks https."""

    def __init__(self, certificate: Path | None = None) -> None:
        self.pages: dict[str, Page] = {}
        self.asked: list[Asked] = []
        self.names_asked: list[str | None] = []
        site = self

        class Handler(_Handler):
            of = site

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.scheme = "https" if certificate else "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            context.sni_callback = lambda _s, name, _c: self.names_asked.append(name)
            self.server.socket = context.wrap_socket(
                self.server.socket, server_side=True
            )

    @property
    def port(self) -> int:
        return int(self.server.server_address[1])

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str = "/") -> str:
        return f"{self.scheme}://{self.host}{path}"

    def put(self, path: str, body: bytes | str = b"", **page: Any) -> str:
        """Write a page and return its address."""
        content = body.encode() if isinstance(body, str) else body
        headers = {
            "Content-Type": "text/html; charset=utf-8",
            **page.pop("headers", {}),
        }
        self.pages[path] = Page(content, headers=headers, **page)
        return self.url(path)

    def send_on(self, path: str, to: str, status: int = 302) -> str:
        """Write a page that sends whoever asks for it elsewhere."""
        return self.put(path, status=status, headers={"Location": to})

    def __enter__(self) -> "FakeSite":
        threading.Thread(
            target=self.server.serve_forever, args=(0.01,), daemon=True
        ).start()
        return self

    def __exit__(self, *error: object) -> None:
        self.server.shutdown()
        self.server.server_close()


class _Handler(BaseHTTPRequestHandler):
    of: FakeSite

    def do_GET(self) -> None:
        heard = {name.lower(): value for name, value in self.headers.items()}
        self.of.asked.append(Asked(self.command, self.path, heard))
        page = self.of.pages.get(self.path, Page(b"weg", 404))
        self.send_response(page.status)
        headers = {"Content-Length": str(len(page.body)), **page.headers}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self._write(page)

    do_HEAD = do_GET

    def _write(self, page: Page) -> None:
        if not page.drip:
            self.wfile.write(page.body)
            return
        for byte in page.body:
            try:
                self.wfile.write(bytes([byte]))
            except OSError:
                return
            time.sleep(page.drip)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""
