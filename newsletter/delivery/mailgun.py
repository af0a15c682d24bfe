"""A whole batch in one request to Mailgun: the form is built once, readers spliced in.

django-anymail makes the form of an issue from one stand-in reader, with all it knows of
Mailgun; for each batch only ``to`` and ``recipient-variables`` are new. That takes a
tenth of the time of building every form from every address (docs/performance.md).
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from secrets import token_hex
from typing import Any
from urllib.parse import quote

from anymail.backends.mailgun import EmailBackend, MailgunPayload
from anymail.message import AnymailMessage

from newsletter.characters import FORBIDDEN_IN_LINE
from newsletter.delivery.http_sessions import KeptBackend
from newsletter.delivery.keeping import KeptFew
from newsletter.delivery.messages import (
    ISSUE_VARIABLE,
    READER_VARIABLE,
    IssueMessages,
    Recipient,
)
from newsletter.outbox.guarding import UnsafeMessage, refuse_unsafe
from newsletter.rendering.personal import Slot, replace_slots

# Anybody could own the address of a stand-in; this name is reserved (RFC 2606).
_STAND_IN = "reader@stand-in.invalid"


@dataclass(frozen=True)
class Form:
    """A multipart form but for its readers (RFC 7578)."""

    before: bytes
    boundary: str
    sender_domain: str

    def for_readers(self, recipients: Sequence[Recipient]) -> bytes:
        """Return the whole body for these readers.

        Raises:
            UnsafeMessage: a value carries a character that no mail may carry.
        """
        variables = {reader.address: _variables(reader) for reader in recipients}
        _refuse_unsafe_values(variables)
        to = ",".join(variables).encode()
        values = json.dumps(variables, ensure_ascii=False).encode()
        return b"".join(
            (
                self.before,
                _part(self.boundary, "to", to),
                _part(self.boundary, "recipient-variables", values),
                f"--{self.boundary}--\r\n".encode(),
            )
        )


def _variables(reader: Recipient) -> dict[str, str]:
    values = {str(slot): value for slot, value in reader.personal.values().items()}
    return {**values, READER_VARIABLE: reader.uuid.hex, _PERCENT: "%"}


_PERCENT = "percent"


def _refuse_unsafe_values(variables: dict[str, dict[str, str]]) -> None:
    said = "".join("".join(values.values()) for values in variables.values())
    if FORBIDDEN_IN_LINE.search(said) or FORBIDDEN_IN_LINE.search("".join(variables)):
        raise UnsafeMessage("forbidden character in what is a reader's own")


def _part(boundary: str, name: str, value: bytes) -> bytes:
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
    return b"".join((head.encode(), value, b"\r\n"))


def post(
    messages: IssueMessages, recipients: Sequence[Recipient], *, deadline: float
) -> None:
    """Hand over a batch; returning means that Mailgun took all of it.

    Args:
        deadline: in ``boot_seconds``; nothing leaves after it.

    Raises:
        TooLate: before anything left.
        UnsafeMessage: before anything left.
        AnymailAPIError: Mailgun answered otherwise than "Queued".
        requests.RequestException: no answer.
    """
    backend = _kept.backend()
    form = _form_of(backend, messages)
    payload = _Posted(form.sender_domain)
    response = _kept.post(
        f"{backend.api_url}{quote(form.sender_domain, safe='')}/messages",
        deadline=deadline,
        data=form.for_readers(recipients),
        headers={"Content-Type": f"multipart/form-data; boundary={form.boundary}"},
        auth=("api", backend.api_key),
    )
    backend.raise_for_status(response, payload, None)
    backend.parse_recipient_status(response, payload, None)


@dataclass(frozen=True)
class _Posted:
    """What the backend asks of a payload when it reads an answer."""

    sender_domain: str
    all_recipients: tuple[str, ...] = ()
    to: tuple[str, ...] = ()


_kept = KeptBackend(EmailBackend)


# --- The form of an issue ---


def _form_of(backend: EmailBackend, messages: IssueMessages) -> Form:
    """Return the form of an issue; built again when list or sender changed."""
    defaults = json.dumps(backend.send_defaults, sort_keys=True, default=str)
    kept_as = (*messages.shared_by_all, defaults, backend.sender_domain)
    return _forms.get(kept_as, lambda: build_form(backend, messages))


_forms = KeptFew[Form]()


def build_form(backend: EmailBackend, messages: IssueMessages) -> Form:
    """Have django-anymail make the form of an issue for one stand-in reader.

    Raises:
        UnsafeMessage: a header or body carries a character that no mail may carry.
    """
    message = _message_for_stand_in(messages)
    refuse_unsafe(message)
    payload = MailgunPayload(message, backend.send_defaults, backend)
    data: dict[str, Any] = payload.get_request_params(backend.api_url)["data"]
    boundary = token_hex(16)
    parts = [
        _part(boundary, name, str(value).encode())
        for name, values in data.items()
        if name not in ("to", "recipient-variables")
        for value in (values if isinstance(values, list) else [values])
    ]
    return Form(b"".join(parts), boundary, str(payload.sender_domain))


def _message_for_stand_in(messages: IssueMessages) -> AnymailMessage:
    fields = {slot: f"%recipient.{slot}%" for slot in Slot}
    rendition = messages.rendition
    message = AnymailMessage(
        subject=_literal(rendition.subject),
        body=replace_slots(_literal(rendition.text), fields.__getitem__),
        from_email=messages.sender,
        to=[_STAND_IN],
        reply_to=[messages.reply_to],
        headers={
            **messages.shared_headers(),
            "List-Unsubscribe": f"<{fields[Slot.UNSUBSCRIBE_URL]}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )
    html = replace_slots(_literal(rendition.html), fields.__getitem__)
    message.attach_alternative(html, "text/html")
    message.metadata = {
        ISSUE_VARIABLE: messages.issue.uuid.hex,
        READER_VARIABLE: f"%recipient.{READER_VARIABLE}%",
    }
    return message


# Mailgun fills in %recipient.…%, %recipient_email% and its own unsubscribe links.
_MERGE_FIELD = re.compile(
    r"%(?=recipient|(?:tag_|mailing_list_)?unsubscribe)", re.IGNORECASE
)


def _literal(body: str) -> str:
    """Keep an editor's own "%recipient…" as text: its percent sign is merged in."""
    return _MERGE_FIELD.sub(f"%recipient.{_PERCENT}%", body)
