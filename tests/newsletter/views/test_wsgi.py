"""Calls of providers go straight to their view, and everything else as pages do."""

import io
from base64 import b64encode

import pytest
from django.core.signals import request_started
from django.db import close_old_connections
from django.urls import reverse

from newsletter.events.models import ProviderCall
from newsletter.wsgi import application

pytestmark = pytest.mark.django_db
POSTMARK = "/anymail/postmark/tracking/"


@pytest.fixture(autouse=True)
def secret(settings, monkeypatch):
    settings.ANYMAIL = {**settings.ANYMAIL, "WEBHOOK_SECRET": "name:secret"}
    # The connection is the test's own.
    monkeypatch.setattr("newsletter.wsgi.close_old_connections", lambda: None)
    request_started.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)


def ask(path, *, method="POST", who="name:secret", body=b"{}"):
    said: list[object] = []
    answer = application(
        {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "HTTP_HOST": "localhost",
            "HTTP_AUTHORIZATION": f"Basic {b64encode(who.encode()).decode()}",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            "wsgi.url_scheme": "http",
        },
        lambda status, headers: said.extend((status[:3], dict(headers))),
    )
    return said[0], said[1], b"".join(answer)


def test_a_thread_finds_every_address_again_after_a_call():
    ask(POSTMARK)
    assert reverse("admin:index") == "/admin/"


def test_a_genuine_call_is_kept():
    status, headers, _words = ask(POSTMARK)
    assert (status, headers["Content-Length"]) == ("200", "0")
    assert ProviderCall.objects.count() == 1


@pytest.mark.parametrize(
    ("path", "how", "status"),
    [
        (POSTMARK, {"who": "name:wrong"}, "400"),
        (POSTMARK, {"method": "GET"}, "405"),
        (POSTMARK, {"body": b"x" * 1_000_001}, "413"),
        ("/anymail/nobody/tracking/", {}, "404"),
        ("/artikelen/tracking/", {"method": "GET"}, "404"),
    ],
)
def test_others_are_told_so_and_nothing_is_kept(path, how, status):
    assert ask(path, **how)[0] == status
    assert not ProviderCall.objects.exists()


def test_a_page_has_all_that_pages_have():
    _status, headers, page = ask("/privacy/", method="GET")
    assert "Content-Security-Policy" in headers
    assert b"<html" in page
