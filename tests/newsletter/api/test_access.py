"""Who may ask, for what, and how often."""

from datetime import timedelta

import pytest
from django.utils import timezone

from newsletter.api.access import WRONG_TOKENS
from newsletter.clients.models import Client, Scope
from newsletter.clients.tokens import client_of, give_token
from tests.newsletter.api.conftest import Asking

SOMEBODY = "00000000-0000-4000-8000-000000000000"
CALLS = {
    Scope.SUBSCRIBE: (
        "POST",
        "/subscriptions",
        {"mailing_list": "zondag", "address": "a@b.nl"},
    ),
    Scope.UNSUBSCRIBE: (
        "POST",
        "/unsubscribe",
        {"mailing_list": "zondag", "address": "a@b.nl"},
    ),
    Scope.LOOK_UP: ("POST", "/subscribers/look-up", {"address": "a@b.nl"}),
    Scope.CHANGE: ("PATCH", f"/subscribers/{SOMEBODY}", {}),
    Scope.ISSUES: ("GET", "/issues?mailing_list=zondag", None),
    Scope.SEGMENTS: ("GET", "/segments", None),
}


@pytest.mark.parametrize("scope", CALLS)
def test_a_token_without_the_scope_is_refused(ask_as, scope):
    others = [one for one in Scope if one != scope]
    answer = ask_as(*others)(*CALLS[scope])
    assert answer.status_code == 403
    assert scope.value in answer.json()["detail"]


@pytest.mark.parametrize("scope", CALLS)
def test_a_token_with_just_the_scope_is_enough(ask_as, mailing_list, scope):
    assert ask_as(scope)(*CALLS[scope]).status_code != 403


@pytest.mark.parametrize(
    "token", ["", "rji_", "rji_unknown", "x" * 5000, "rji_ééé", "rji_a b"]
)
def test_an_unknown_token_is_refused_in_the_common_shape(client, db, token):
    answer = Asking(client, token)("GET", "/lists")
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"] == "Bearer"
    assert answer.json()["status"] == 401


def test_without_a_token_nothing_is_answered(client, db):
    answer = client.get("/api/v1/lists")
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"


def test_a_token_that_ended_or_was_switched_off_is_refused(ask_as):
    ended = ask_as(expires_at=timezone.now() - timedelta(seconds=1))
    off = ask_as(is_on=False)
    assert ended("GET", "/lists").status_code == off("GET", "/lists").status_code == 401


def test_a_new_token_makes_the_old_one_worthless(db, now):
    system = Client(name="CRM")
    old = give_token(system)
    new = give_token(system)
    system.save()
    assert client_of(old, now=now) is None
    assert client_of(new, now=now) == system


def test_no_token_stands_in_the_database(ask):
    row = Client.objects.values().get()
    assert not any(ask.token in str(value) for value in row.values())
    assert row["token_begins"] == ask.token[:10]


def test_when_a_token_was_last_used_is_noted(ask):
    ask("GET", "/lists")
    assert Client.objects.get().last_used_at is not None


def test_too_many_requests_are_told_to_wait(ask_as):
    ask = ask_as(requests_per_minute=2)
    answers = [ask("GET", "/lists") for _request in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2]["Retry-After"] == "60"
    assert answers[2].json()["type"].endswith(":too-many")


def test_one_system_takes_nothing_from_another(ask_as):
    first, second = (ask_as(requests_per_minute=1) for _system in range(2))
    first("GET", "/lists")
    assert first("GET", "/lists").status_code == 429
    assert second("GET", "/lists").status_code == 200


def test_who_guesses_tokens_is_slowed_down(client, db):
    guess = Asking(client, "rji_guess")
    answers = [guess("GET", "/lists") for _guess in range(WRONG_TOKENS.times + 1)]
    assert answers[0].status_code == 401
    assert answers[-1].status_code == 429


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("POST", "/nothing", 404),
        ("DELETE", "/lists", 405),
        ("GET", "/subscriptions", 405),
        ("GET", "/subscribers/1", 404),
    ],
)
def test_what_no_call_is_known_for_is_a_problem_like_others(ask, method, path, status):
    answer = ask(method, path)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "body", [b"{", b"\xff", b"[]", b"null", b'"x"', b"", b"[" * 9999]
)
def test_a_body_that_cannot_be_read_is_a_problem(ask, mailing_list, body):
    answer = ask.client.post(
        "/api/v1/subscriptions",
        data=body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {ask.token}"},
    )
    assert answer.status_code in (400, 422)
    assert answer["Content-Type"] == "application/problem+json"
