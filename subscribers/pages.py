"""What every page behind a reader's own link has in common."""

from collections.abc import Callable
from functools import wraps

from csp.constants import NONE, SELF
from csp.decorators import csp
from django.http import HttpRequest, HttpResponse

View = Callable[..., HttpResponse]

_NOTHING_FROM_ELSEWHERE = {
    "default-src": [NONE],
    "style-src": [SELF],
    "img-src": [SELF],
    "form-action": [SELF],
    "base-uri": [NONE],
    "frame-ancestors": [NONE],
}


def private_page(view: View) -> View:
    """Keep the token in the address out of caches, search engines and Referer.

    ``strict-origin`` tells other pages the site at most, never the token; with
    ``no-referrer`` browsers send ``Origin: null`` and Django refuses the form.
    """

    @wraps(view)
    def with_headers(request: HttpRequest, token: str) -> HttpResponse:
        response = view(request, token)
        response["Referrer-Policy"] = "strict-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Cache-Control"] = "no-store"
        return response

    closed: View = csp(_NOTHING_FROM_ELSEWHERE)(with_headers)
    return closed
