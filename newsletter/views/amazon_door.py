"""Amazon's part of the providers' doors: signatures, and saying yes to a topic."""

from typing import Any

from anymail.exceptions import AnymailWebhookValidationFailure
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from newsletter.events.amazon import (
    CONFIRMATION,
    NoAnswer,
    NotGenuine,
    confirm,
    message_in,
    refuse_forged,
)
from newsletter.views.provider_door import Checked


class SignedByAmazon(Checked):
    """Put before all others: lets in what Amazon signed for a topic of ours."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer 503 besides, to be told once more when Amazon can be asked."""
        if not settings.SNS_TOPICS:
            raise ImproperlyConfigured("SNS_TOPICS is empty")
        try:
            answer: HttpResponse = super().post(request, *args, **kwargs)
        except NoAnswer:
            return HttpResponse(status=503, headers={"Retry-After": "60"})
        return answer

    def run_validators(self, request: HttpRequest) -> None:
        """Ask for the secret first: strangers have nothing fetched."""
        super().run_validators(request)
        try:
            refuse_forged(message_in(request.body), now=timezone.now())
        except NotGenuine as trouble:
            raise AnymailWebhookValidationFailure(f"Amazon: {trouble}") from trouble

    def parse_events(self, request: HttpRequest) -> list[Any]:
        """Go on with what a topic tells; the rest is between Amazon and us."""
        message = message_in(request.body)
        if message["Type"] == CONFIRMATION:
            _say_yes(message)
        if message["Type"] != "Notification":
            return []
        events: list[Any] = super().parse_events(request)
        return events


def _say_yes(message: dict[str, str]) -> None:
    try:
        confirm(message)
    except NotGenuine as trouble:
        raise AnymailWebhookValidationFailure(f"Amazon: {trouble}") from trouble
