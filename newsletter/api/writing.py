"""Requests that change something: once, whatever is repeated on the way."""

import re
from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from newsletter.api.problems import Problem
from newsletter.clients.answers import LONGEST_KEY, Answer, OtherQuestion, once
from newsletter.clients.models import Client

PLAIN_KEY = rf"[\x21-\x7e]{{1,{LONGEST_KEY}}}"


def answer_once(
    request: HttpRequest, client: Client, act: Callable[[], Answer]
) -> HttpResponse:
    """Do what is asked; under an ``Idempotency-Key`` only the first time.

    Raises:
        Problem: the key is none, or was used for something else; or why ``act`` failed.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return _response(act())
    if not re.fullmatch(PLAIN_KEY, key):
        raise Problem(
            HTTPStatus.BAD_REQUEST,
            "bad-key",
            f"An Idempotency-Key has 1 to {LONGEST_KEY} plain characters, no blanks.",
        )
    question = b"\0".join(
        (str(request.method).encode(), request.get_full_path().encode(), request.body)
    )
    try:
        return _response(once(client, key, question, act, now=timezone.now()))
    except OtherQuestion as other:
        raise Problem(
            HTTPStatus.CONFLICT,
            "key-used",
            "This Idempotency-Key was used for another request. Take a new one.",
        ) from other


def _response(answer: Answer) -> HttpResponse:
    response = HttpResponse(
        answer.body, status=answer.status, content_type="application/json"
    )
    if answer.is_repeated:
        response["Idempotent-Replayed"] = "true"
    return response
