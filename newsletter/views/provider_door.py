"""What both doors of the providers have: checks that let in who is genuine."""

from collections.abc import Callable
from typing import Any, cast

from anymail.exceptions import AnymailWebhookValidationFailure
from anymail.webhooks.base import AnymailCoreWebhookView
from django.conf import settings
from django.core.exceptions import BadRequest, ImproperlyConfigured, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View


class Checked(AnymailCoreWebhookView):  # type: ignore[misc]  # untyped
    """Put before a view of django-anymail: its checks, and no others come in."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Answer without the decorators of django-anymail.

        Django makes those anew for each request; the door takes their place.
        """
        return View.dispatch(self, request, *args, **kwargs)

    def run_validators(self, request: HttpRequest) -> None:
        """Take whatever a check stumbles over for not genuine.

        Raises:
            ImproperlyConfigured: nothing is set by which to tell who is genuine.
            AnymailWebhookValidationFailure: this one is not.
        """
        if not settings.IS_TRIAL and self.warn_if_no_basic_auth and not self.basic_auth:
            raise ImproperlyConfigured("ANYMAIL_WEBHOOK_SECRET is empty")
        try:
            super().run_validators(request)
        except (SuspiciousOperation, BadRequest, ImproperlyConfigured):
            raise
        except Exception as trouble:
            raise not_genuine(trouble) from trouble


def not_genuine(trouble: Exception) -> AnymailWebhookValidationFailure:
    """Return the error that is answered with 400; it quotes nobody."""
    return AnymailWebhookValidationFailure(type(trouble).__name__)


def door(view: type[AnymailCoreWebhookView]) -> Callable[..., HttpResponse]:
    """Return the view for an address; 404 while its provider is not set up here."""
    answer = cast(Any, view).as_view()

    @csrf_exempt
    def opened(request: HttpRequest, *args: Any) -> HttpResponse:
        try:
            response: HttpResponse = answer(request, *args)
        except ImproperlyConfigured as missing:
            raise Http404("this provider is not set up here") from missing
        return response

    return opened
