"""The providers' door: each call checked, kept and answered; read afterwards.

django-anymail's own views check signatures and secrets and answer as each provider
wants. Only what they make of a genuine call is another thing here.
"""

from functools import lru_cache
from typing import Any

from anymail.webhooks.base import AnymailCoreWebhookView
from django.http import HttpRequest, HttpResponse
from django.http.request import HttpHeaders
from django.urls import path
from django.utils import timezone

from newsletter.events.calls import LARGEST_CALL, TRACKING_VIEWS, keep_call
from newsletter.views.amazon_door import SignedByAmazon
from newsletter.views.provider_door import Checked, door


class _KeepsForLater(Checked):
    """Put before a view of django-anymail: that one checks, this one keeps."""

    provider = ""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer 200 once the call is kept, 400 if it is not genuine, 413 if huge."""
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_CALL:
            return HttpResponse(status=413)
        # Before anybody reads it as a form, after which the bytes are gone.
        _ = request.body
        answer: HttpResponse = super().post(request, *args, **kwargs)
        return answer

    def parse_events(self, request: HttpRequest) -> list[Any]:
        """Keep the call in place of reading it."""
        headers = {
            header: value
            for name, value in request.META.items()
            if (header := _header(name))
        }
        keep_call(self.provider, headers, request.body, now=timezone.now())
        return []


@lru_cache(maxsize=256)  # The same dozen come with every call.
def _header(name: str) -> str:
    """Return the header that a server gives by this name, or ""."""
    return HttpHeaders.parse_header_name(name) or ""


def _keeping(
    provider: str, view: type[AnymailCoreWebhookView]
) -> type[AnymailCoreWebhookView]:
    before = (SignedByAmazon,) if provider == "amazon_ses" else ()
    bases = (*before, _KeepsForLater, view)
    return type(f"Keeps{view.__name__}", bases, {"provider": provider})


urlpatterns = [
    path(f"{provider}/tracking/", door(_keeping(provider, view)))
    for provider, view in TRACKING_VIEWS.items()
]
