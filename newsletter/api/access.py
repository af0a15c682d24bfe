"""Who asks, whether they may, and how often."""

from datetime import timedelta
from http import HTTPStatus
from typing import cast

from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from newsletter.api.problems import Problem
from newsletter.clients.models import Client, Scope
from newsletter.clients.tokens import client_of
from subscribers.evidence import evidence_of
from subscribers.limits import Limit, TooMany, network_key, take_all

MINUTE = timedelta(minutes=1)
# Who guesses tokens, or forgot to change one, is slowed down by network.
WRONG_TOKENS = Limit("api-wrong-token", 30, MINUTE)


class Token(HttpBearer):
    """``Authorization: Bearer rji_…``, made by Beheer under “connected systems”."""

    def authenticate(self, request: HttpRequest, token: str) -> Client:
        """Return whose token it is; count the request.

        Raises:
            Problem: nobody's token, or too many requests.
        """
        now = timezone.now()
        client = client_of(token, now=now)
        if client is None:
            _count(WRONG_TOKENS, network_key(evidence_of(request).ip_address))
            raise Problem(
                HTTPStatus.UNAUTHORIZED,
                "no-token",
                "This token is unknown, has ended, or was switched off.",
            )
        _count(_limit_of(client), f"client {client.pk}")
        return client


def _limit_of(client: Client) -> Limit:
    return Limit("api-minute", client.requests_per_minute, MINUTE)


def _count(limit: Limit, key: str) -> None:
    try:
        take_all([(limit, key)], now=timezone.now())
    except TooMany as full:
        raise Problem(
            HTTPStatus.TOO_MANY_REQUESTS,
            "too-many",
            f"At most {limit.times} requests are answered in a minute. Wait a little.",
            retry_after=int(limit.within.total_seconds()),
        ) from full


def client_asking(request: HttpRequest, scope: Scope) -> Client:
    """Return who asks, if they may do this.

    Raises:
        Problem: the token is for other things.
    """
    client = cast(Client, request.auth)  # type: ignore[attr-defined]  # set by ninja
    if scope not in client.scopes:
        raise Problem(
            HTTPStatus.FORBIDDEN,
            "not-allowed",
            f"This token may not do that: it lacks the scope “{scope.value}”.",
        )
    return client
