"""A thread goes on with a connection while nobody else waits for one."""

import logging
import socket
import threading
from types import SimpleNamespace

import pytest
from gunicorn.config import Config
from gunicorn.workers.gthread import TConn

from newsletter.web_worker import StayingWorker

REQUEST = b"POST /anymail/ HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"


@pytest.fixture
def connection():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


@pytest.fixture
def worker():
    config = Config()
    log = SimpleNamespace(access=lambda *_: None, debug=logging.debug)
    worker = StayingWorker(1, 1, [], None, 30, config, log)
    worker.tpool = worker.get_thread_pool()
    yield worker
    worker.tpool.shutdown()
    worker.tmp.close()


def serve(worker, connection, *, requests, meanwhile=lambda: None):
    """Answer requests, each told when the one before is; return what becomes of it."""
    ours, theirs = connection
    answered = []

    def site(environ, start_response):
        answered.append(environ["PATH_INFO"])
        if len(answered) < requests:
            theirs.sendall(REQUEST)
        meanwhile()
        start_response("200 OK", [("Content-Length", "0")])
        return [b""]

    worker.wsgi = site
    theirs.sendall(REQUEST)
    here = ("127.0.0.1", 8000)
    becomes = worker.handle(TConn(worker.cfg, ours, here, here))
    return becomes, len(answered)


def test_what_follows_at_once_is_answered_by_the_same_thread(worker, connection):
    assert serve(worker, connection, requests=3) == (True, 3)


def test_a_thread_that_somebody_waits_for_is_given_back(worker, connection):
    all_busy = threading.Event()
    try:
        for _ in range(2 * worker.cfg.threads):
            worker.tpool.submit(all_busy.wait)
        assert serve(worker, connection, requests=3) == (True, 1)
    finally:
        all_busy.set()


def test_a_worker_that_ends_takes_no_more(worker, connection):
    def end():
        worker.alive = False

    assert serve(worker, connection, requests=3, meanwhile=end) == (True, 1)
