"""The web's door: what gunicorn serves."""

import os
from collections.abc import Iterable
from typing import Any

from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.urls import set_urlconf

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsletter.settings")
_pages = get_wsgi_application()


class _Call(WSGIRequest):
    """A provider that tells what became of mails; looked for among those only."""

    urlconf = "newsletter.views.provider_urls"


class _Calls(WSGIHandler):
    """Leads straight to the view: a machine has no session and is shown no page.

    On a Sunday most requests are such calls, and a third of their time went into what
    only pages need.
    """

    def load_middleware(self, is_async: bool = False) -> None:
        """Put nothing before the view; its errors become answers as they always do."""
        handler: Any = self  # Django's types leave these out
        handler._view_middleware = []
        handler._template_response_middleware = []
        handler._exception_middleware = []
        handler._middleware_chain = convert_exception_to_response(handler._get_response)

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """Answer, without telling all of Django that something begins and ends.

        Of who listens to that only the connections to the database matter here.
        """
        close_old_connections()
        response: Any = self.get_response(_Call(environ))
        words: bytes = response.content
        # Without its length the server would send the answer in pieces.
        response.headers.setdefault("Content-Length", str(len(words)))
        status = f"{response.status_code} {response.reason_phrase}"
        start_response(status, list(response.items()))
        return [words]


_calls = _Calls()


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer a request."""
    path = environ.get("PATH_INFO", "")
    if not (path.startswith("/anymail/") and path.endswith("/tracking/")):
        return _pages(environ, start_response)
    try:
        answer: Iterable[bytes] = _calls(environ, start_response)
        return answer
    finally:
        # Whatever this thread does next looks among all addresses again.
        set_urlconf(None)
