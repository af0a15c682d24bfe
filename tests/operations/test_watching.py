import http.server
import socket
import threading
from datetime import UTC, datetime, timedelta

import pytest

from newsletter.management.supervisor.processes import Supervisor
from newsletter.management.supervisor.watching import (
    restart_the_stalled,
    web_answers,
)

STARTED = datetime(2026, 11, 29, 7, 0, tzinfo=UTC)


class Restarts(Supervisor):
    """Notes who would be restarted."""

    def __init__(self):
        super().__init__(lambda name, line: None)
        self.names: list[str] = []

    def restart(self, name: str) -> None:
        self.names.append(name)


@pytest.mark.parametrize(
    ("swept", "after", "restarted"),
    [
        (None, 89, []),
        (None, 91, ["clock", "beat"]),
        (60, 140, []),
        (60, 151, ["clock", "beat"]),
        (-3600, 30, []),
    ],
)
def test_a_clock_that_stands_still_is_restarted(swept, after, restarted):
    supervisor = Restarts()
    last = None if swept is None else STARTED + timedelta(seconds=swept)
    now = STARTED + timedelta(seconds=after)
    did = restart_the_stalled(
        supervisor, started=STARTED, last_sweep=last, waiting_since=None, now=now
    )
    assert supervisor.names == restarted
    assert did is bool(restarted)


@pytest.mark.parametrize(
    ("waiting", "after", "restarted"),
    [(None, 300, []), (10, 95, []), (10, 101, ["worker"]), (-3600, 30, [])],
)
def test_a_worker_that_hears_nothing_is_restarted(waiting, after, restarted):
    supervisor = Restarts()
    now = STARTED + timedelta(seconds=after)
    since = None if waiting is None else STARTED + timedelta(seconds=waiting)
    restart_the_stalled(
        supervisor, started=STARTED, last_sweep=now, waiting_since=since, now=now
    )
    assert supervisor.names == restarted


class Site(http.server.BaseHTTPRequestHandler):
    """Serves its health page under its own name only, as the web does."""

    def do_GET(self):
        known = self.headers["Host"] == "nieuws.example.nl"
        self.send_response(200 if known and self.path == "/healthz" else 400)
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def site():
    with http.server.HTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server.server_port
        server.shutdown()


def test_the_web_is_asked_by_the_name_of_the_site(site):
    assert web_answers(site, "https://nieuws.example.nl")
    assert not web_answers(site, "https://other.example.nl")


def test_another_health_page_may_be_asked_for(site):
    assert not web_answers(site, "https://nieuws.example.nl", page="/readyz")


def test_nobody_listening_is_no_answer():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert not web_answers(port, "http://localhost")
