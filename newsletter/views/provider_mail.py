"""The providers' door for mail that comes in: checked, taken in, and never lost.

django-anymail's views check secrets and signatures and read each provider's format.
Here they get larger bodies than a page may have, and what they cannot read is kept as
it came.
"""

import logging
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from typing import Any

from anymail import urls as anymail_urls
from anymail.webhooks.base import AnymailCoreWebhookView
from django.core.exceptions import BadRequest, ImproperlyConfigured, SuspiciousOperation
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import URLPattern
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from requests import RequestException

from newsletter.discretion import without_readers
from newsletter.mistakes.inbound import receive
from newsletter.views.amazon_door import SignedByAmazon
from newsletter.views.provider_door import Checked, door, not_genuine

logger = logging.getLogger(__name__)

# Providers take mails of up to 25 MB with their attachments, and pack them.
LARGEST_CALL = 30_000_000
_MOST_FIELDS = 500
_NAME_ENDS_WITH = "_inbound_webhook"


class _TakesIn(Checked):
    """Put before a view of django-anymail: whoever is genuine is never told 500."""

    provider = ""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer 200 once it is kept, 400 if not genuine, 503 to be told once more."""
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_CALL:
            return HttpResponse(status=413)
        # Django allows a page five megabytes; this one is as large as it may be.
        request._body = request.read()
        request.upload_handlers = [_LargeForm(request)]
        try:
            answer: HttpResponse = super().post(request, *args, **kwargs)
        except (SuspiciousOperation, BadRequest, ImproperlyConfigured):
            raise
        except Exception as trouble:
            # The database is away, or so is what the provider keeps for us.
            _say("Mail of %s has to be told once more: %s", self.provider, trouble)
            return HttpResponse(status=503, headers={"Retry-After": "60"})
        return answer

    def parse_events(self, request: HttpRequest) -> list[Any]:
        """Read the mail, or keep the whole call as a mail for a person to look at."""
        try:
            events: list[Any] = super().parse_events(request)
        except (RequestException, ImproperlyConfigured, SuspiciousOperation) as trouble:
            if isinstance(trouble, ImproperlyConfigured):
                _say("%s calls the wrong address: %s", self.provider, trouble)
                raise not_genuine(trouble) from trouble
            raise
        except Exception as trouble:
            _say("Mail of %s cannot be read, and is kept: %s", self.provider, trouble)
            receive(_as_mail(self.provider, request.body), now=timezone.now())
            return []
        return events


def _say(words: str, provider: str, trouble: Exception) -> None:
    said = without_readers(f"{type(trouble).__name__}: {trouble}")[:300]
    logger.warning(words, provider, said)


def _as_mail(provider: str, body: bytes) -> bytes:
    head = f"Subject: {provider}: could not be read\nContent-Type: text/plain\n\n"
    return head.encode() + body


class _LargeForm(FileUploadHandler):
    """Reads a form that holds a mail in one of its fields, however large."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, str],
        content_length: int,
        boundary: str | bytes,
        encoding: str | None = None,
    ) -> tuple[QueryDict, MultiValueDict[str, Any]]:
        """Return the fields and the files."""
        fields, files = QueryDict(mutable=True), MultiValueDict[str, Any]()
        separator = boundary if isinstance(boundary, bytes) else boundary.encode()
        for head, content in _parts(input_data.read(), separator):
            name = str(head.get_param("name", "", "content-disposition"))
            if filename := head.get_filename():
                kind = head.get_content_type()
                files.appendlist(name, SimpleUploadedFile(filename, content, kind))
            else:
                fields.appendlist(name, content.decode(encoding or "utf-8", "replace"))
        return fields, files

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Never called: the form is read as a whole."""

    def file_complete(self, file_size: int) -> None:
        """Never called: the form is read as a whole."""


def _parts(body: bytes, boundary: bytes) -> Iterator[tuple[Message, bytes]]:
    """Cut a form into its parts (RFC 7578 section 4): head and content of each."""
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary, _MOST_FIELDS)
    for piece in pieces[1:]:
        head, _blank, content = piece.lstrip(b" \t").partition(b"\r\n\r\n")
        if head.startswith(b"--"):
            return
        yield message_from_bytes(head.strip() + b"\n\n"), content


def _taking_in(
    provider: str, view: type[AnymailCoreWebhookView]
) -> type[AnymailCoreWebhookView]:
    before = (SignedByAmazon,) if provider == "amazon_ses" else ()
    bases = (*before, _TakesIn, view)
    return type(f"TakesIn{view.__name__}", bases, {"provider": provider})


urlpatterns = [
    URLPattern(
        one.pattern,
        door(
            _taking_in(one.name.removesuffix(_NAME_ENDS_WITH), one.callback.view_class)
        ),
    )
    for one in anymail_urls.urlpatterns
    if one.name.endswith(_NAME_ENDS_WITH)
]
