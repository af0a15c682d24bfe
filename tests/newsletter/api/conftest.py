"""A system that has a token, and asks."""

import json

import pytest

from newsletter.clients.models import Client, Scope
from newsletter.clients.tokens import give_token


def connect(*scopes, **columns):
    """Return the token of a new system."""
    columns.setdefault("name", f"Site {Client.objects.count()}")
    system = Client(scopes=[str(scope) for scope in scopes], **columns)
    token = give_token(system)
    system.save()
    return token


class Asking:
    """Asks as a program would."""

    def __init__(self, client, token):
        self.client, self.token = client, token

    def __call__(self, method, path, body=None, key="", **headers):
        headers = {"Authorization": f"Bearer {self.token}"} | headers
        if key:
            headers["Idempotency-Key"] = key
        return self.client.generic(
            method,
            f"/api/v1{path}",
            data=b"" if body is None else json.dumps(body),
            content_type="application/json",
            headers=headers,
        )


@pytest.fixture
def ask(client, db):
    """The magazine's own site, which may do everything."""
    return Asking(client, connect(*Scope, requests_per_minute=600))


@pytest.fixture
def ask_as(client, db):
    """A system that may do some things."""
    return lambda *scopes, **columns: Asking(client, connect(*scopes, **columns))
