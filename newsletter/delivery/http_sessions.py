"""HTTP connections to a provider, kept between batches: one per thread."""

import threading
from typing import Any, Generic, TypeVar

import requests
from anymail.backends.base_requests import AnymailRequestsBackend
from django.conf import settings

from newsletter.delivery.clocks import TooLate, boot_seconds, too_late

# A server closes an idle connection when it likes, and a request over one that was just
# closed is uncertain.
_IDLE_SECONDS = 20.0

Backend = TypeVar("Backend", bound=AnymailRequestsBackend)


class KeptBackend(threading.local, Generic[Backend]):
    """A back end of django-anymail with its session, kept by this thread."""

    def __init__(self, kind: type[Backend], **options: object) -> None:
        """Begin without one.

        Args:
            options: for the back end, beside its settings.
        """
        self._kind, self._options = kind, options
        self._backend: Backend | None = None
        self._made_for: object = None
        self._used_at = 0.0

    def backend(self) -> Backend:
        """Return it with an open session; made anew after a rest or other settings."""
        is_idle = boot_seconds() - self._used_at > _IDLE_SECONDS
        if self._backend is None or self._made_for is not settings.ANYMAIL or is_idle:
            self._drop()
            self._backend = self._kind(**self._options)
            self._backend.open()
            self._made_for = settings.ANYMAIL
            self._used_at = boot_seconds()
        backend: Backend = self._backend
        return backend

    def post(self, url: str, *, deadline: float, **request: Any) -> requests.Response:
        """Post over the session, unless it is too late for that.

        Args:
            deadline: in ``boot_seconds``; looked at when all else is made and done.

        Raises:
            TooLate: nothing left.
            requests.RequestException: no answer; the connection is not used again.
        """
        backend = self.backend()
        if too_late(deadline):
            raise TooLate
        try:
            response: requests.Response = backend.session.post(
                url, timeout=backend.timeout, **request
            )
        except requests.RequestException:
            self._drop()
            raise
        self._used_at = boot_seconds()
        return response

    def _drop(self) -> None:
        if self._backend is not None:
            self._backend.close()
        self._backend = None
