"""Notices leave signed, are tried again, and never reach a private machine."""

import hashlib
import hmac
import json
from base64 import b64decode, b64encode
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from newsletter.hooks.announcing import announce, announce_to
from newsletter.hooks.models import Happening, Listener, Notice, NoticeState
from newsletter.hooks.sending import (
    MOST_TRIES,
    forget_old_notices,
    retry_wait,
    send_again,
    send_notices,
)
from newsletter.hooks.signing import change_key, key_of, signed_headers


class Crm(BaseHTTPRequestHandler):
    """Answers as told and keeps what it got."""

    status = 200
    answer = b""
    got: list = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.got.append((dict(self.headers), body))
        self.send_response(self.status)
        if self.status == 302:
            self.send_header("Location", "http://127.0.0.1/elsewhere")
        self.send_header("Content-Length", str(len(self.answer)))
        self.end_headers()
        self.wfile.write(self.answer)

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def server():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Crm)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def listener(db, server, settings):
    Crm.status, Crm.answer, Crm.got = 200, b"", []
    port = server.server_address[1]
    settings.FETCH_PRIVATE_HOSTS = [f"127.0.0.1:{port}"]
    return Listener.objects.create(name="CRM", address=f"http://127.0.0.1:{port}/hook")


def verified(key, headers, body):
    """As Standard Webhooks has a receiver do it."""
    headers = {name.lower(): value for name, value in headers.items()}
    said = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    secret = b64decode(key.removeprefix("whsec_"))
    right = b64encode(hmac.new(secret, said, hashlib.sha256).digest()).decode()
    return f"v1,{right}" in headers["webhook-signature"].split()


def test_a_notice_arrives_signed_and_is_done(listener, now):
    announce(Happening.ISSUE_SENT, number=7, now=now)
    assert send_notices(now) == 1
    ((headers, body),) = Crm.got
    assert json.loads(body)["data"] == {"number": 7}
    assert verified(key_of(listener), headers, body)
    notice = Notice.objects.get()
    assert (notice.state, notice.answered, notice.tries) == ("accepted", 200, 1)
    assert send_notices(now) == 0


def test_a_yes_is_a_yes_however_much_stands_below_it(listener, now):
    Crm.answer = b"<p>Dank je!</p>" * 6_000
    announce(Happening.ISSUE_SENT, number=7, now=now)
    assert send_notices(now) == 1
    assert Notice.objects.get().state == NoticeState.ACCEPTED


def test_a_changed_body_is_not_ours(listener, now):
    announce_to(listener, now=now)
    send_notices(now)
    ((headers, body),) = Crm.got
    assert not verified(key_of(listener), headers, body + b" ")
    other = Listener.objects.create(name="Other", address="https://x.nl")
    assert not verified(key_of(other), headers, body)


def test_the_old_key_works_for_a_week_beside_the_new(listener, now):
    old = key_of(listener)
    new = change_key(listener, now=now)
    within = signed_headers(listener, "msg_1", b"{}", now=now + timedelta(days=6))
    after = signed_headers(listener, "msg_1", b"{}", now=now + timedelta(days=8))
    assert old != new
    assert verified(old, within, b"{}") and verified(new, within, b"{}")
    assert verified(new, after, b"{}") and not verified(old, after, b"{}")


def test_a_key_outlives_a_new_first_key_of_the_links(listener, now, settings):
    key = key_of(listener)
    settings.LINK_KEYS = ["new", *settings.LINK_KEYS]
    assert verified(key, signed_headers(listener, "msg_1", b"{}", now=now), b"{}")


def test_no_key_stands_in_the_database(listener):
    assert key_of(listener) not in repr(Listener.objects.values().get())


@pytest.mark.parametrize("status", [302, 400, 410, 500, 503])
def test_what_is_not_taken_is_tried_again_later_under_the_same_id(
    listener, now, status
):
    announce_to(listener, now=now)
    Crm.status = status
    assert send_notices(now) == 0
    notice = Notice.objects.get()
    assert (notice.state, notice.answered) == ("ready", status)
    assert notice.not_before >= now + timedelta(seconds=30)
    Crm.status = 200
    assert send_notices(now) == 0
    assert send_notices(now + timedelta(minutes=2)) == 1
    first, second = (headers["webhook-id"] for headers, _body in Crm.got)
    assert first == second


def test_waits_grow_and_end_after_about_two_days():
    waits = [retry_wait(tries) for tries in range(1, MOST_TRIES)]
    assert waits == sorted(waits)
    assert timedelta(days=1.5) < sum(waits, timedelta()) < timedelta(days=3)


def test_what_nobody_takes_is_given_up_and_may_be_sent_again(listener, now):
    announce_to(listener, now=now)
    Notice.objects.update(tries=MOST_TRIES - 1)
    Crm.status = 500
    send_notices(now)
    assert Notice.objects.get().state == NoticeState.FAILED
    Crm.status = 200
    assert send_again(Notice.objects.all(), now=now) == 1
    assert send_notices(now) == 1


@pytest.mark.parametrize(
    "address",
    ["https://127.0.0.1/", "https://169.254.169.254/", "https://[::1]/", "ftp://x.nl"],
)
def test_a_private_machine_is_never_asked(listener, now, address, settings):
    settings.FETCH_PRIVATE_HOSTS = []
    Listener.objects.update(address=address)
    announce_to(listener, now=now)
    assert send_notices(now) == 0
    assert Crm.got == []
    assert Notice.objects.get().last_error


def test_a_silent_listener_keeps_no_other_waiting(listener, now):
    gone = Listener.objects.create(name="Gone", address="https://127.0.0.1/")
    for _notice in range(3):
        announce_to(gone, now=now)
    announce_to(listener, now=now)
    assert send_notices(now) == 1
    assert sum(Notice.objects.values_list("tries", flat=True)) == 2


def test_a_worker_that_died_loses_its_notice_to_another(listener, now):
    announce_to(listener, now=now)
    Notice.objects.update(
        state=NoticeState.CLAIMED, claim="dead", lease_until=now + timedelta(minutes=5)
    )
    assert send_notices(now) == 0
    assert send_notices(now + timedelta(minutes=6)) == 1


def test_a_listener_that_is_off_is_left_alone(listener, now):
    announce_to(listener, now=now)
    Listener.objects.update(is_on=False)
    assert send_notices(now) == 0


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_one_notice_once(listener, now, in_threads):
    announce_to(listener, now=now)
    sent = in_threads(*[lambda: send_notices(now)] * 4)
    assert sum(sent) == 1
    assert len(Crm.got) == 1


def test_the_log_is_kept_for_a_month(listener, now):
    announce_to(listener, now=now)
    announce_to(listener, now=now)
    Notice.objects.filter(pk=Notice.objects.first().pk).update(state="accepted")
    assert forget_old_notices(now + timedelta(days=29)) == 0
    assert forget_old_notices(now + timedelta(days=31)) == 1
    assert Notice.objects.get().state == NoticeState.READY


def test_a_silent_listener_with_much_to_hear_keeps_nobody_waiting(listener, now):
    silent = Listener.objects.create(name="Weg", address="http://10.0.0.1/")
    for _notice in range(3):
        announce_to(silent, now=now - timedelta(minutes=1))
    announce_to(listener, now=now)
    assert send_notices(now, limit=2) == 1
    assert silent.notices.filter(tries=0).count() == 2
