"""A whole batch in one JSON request: what is a reader's own is spliced into text.

django-anymail makes the request for one stand-in reader, with all it knows of each
provider. That is turned into JSON once; for each reader only the places that are their
own are filled in. No provider's template language is used: an editor's own braces and
per cent signs stay what they are.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar
from uuid import UUID, uuid4

import requests
from anymail.backends import mailjet, postmark, resend, sendgrid
from anymail.exceptions import AnymailRequestsAPIError
from anymail.message import AnymailMessage

from newsletter.delivery.http_sessions import KeptBackend
from newsletter.delivery.keeping import KeptFew
from newsletter.delivery.messages import (
    ISSUE_VARIABLE,
    READER_VARIABLE,
    IssueMessages,
    Recipient,
)
from newsletter.delivery.skeleton import refuse_unsafe_values
from newsletter.outbox.guarding import refuse_unsafe
from newsletter.rendering.personal import Slot, replace_slots

ADDRESS, READER = "address", "reader"


@dataclass(frozen=True)
class Refusals:
    """Who of a request was not taken, by their place in it.

    Attributes:
        addresses: words of refusal where it is about the address.
        others: words where it is about something else, such as our account.
    """

    addresses: dict[int, str] = field(default_factory=dict)
    others: dict[int, str] = field(default_factory=dict)


def post(
    name: str,
    messages: IssueMessages,
    recipients: Sequence[Recipient],
    *,
    key: UUID,
    deadline: float,
) -> Refusals:
    """Hand over a batch; return who was not taken, mostly nobody.

    Args:
        name: of the provider.
        key: the same at every try of this batch.
        deadline: in ``boot_seconds``; nothing leaves after it.

    Raises:
        TooLate: before anything left.
        UnsafeMessage: before anything left.
        AnymailAPIError: the provider refused the request, or its answer is not one.
        requests.RequestException: no answer.
    """
    dialect = DIALECTS[name]
    for recipient in recipients:
        refuse_unsafe_values(recipient)
    request = _request_of(dialect, messages)
    response = dialect.kept.post(
        request.url,
        deadline=deadline,
        data=request.for_readers(recipients),
        headers={**request.headers, **dialect.headers_with(key)},
        auth=request.auth,
    )
    return dialect.refusals(response, len(recipients))


@dataclass(frozen=True)
class Request:
    """A request but for its readers."""

    url: str
    headers: Mapping[str, str]
    auth: tuple[str, str] | None
    before: bytes
    element: "Spliced"
    after: bytes

    def for_readers(self, recipients: Sequence[Recipient]) -> "Body":
        """Return the whole body for these readers."""
        parts: list[Sequence[bytes]] = [(self.before,)]
        for place, reader in enumerate(recipients):
            own = self.element.of(reader)
            parts.append((b",", *own) if place else own)
        parts.append((self.after,))
        return Body(parts)


@dataclass(frozen=True)
class Body:
    """What a request carries, put together mail by mail while it leaves.

    A hundred mails at once would take megabytes in each thread, and what they all have
    in common a hundred times. ``requests`` sends what can be gone through as it comes,
    and says its length beforehand.
    """

    parts: Sequence[Sequence[bytes]]

    def __len__(self) -> int:
        return sum(len(piece) for part in self.parts for piece in part)

    def __iter__(self) -> Iterator[bytes]:
        return map(b"".join, self.parts)


@dataclass(frozen=True)
class Spliced:
    """JSON text cut at the places that are a reader's own."""

    pieces: tuple[bytes, ...]
    names: tuple[str, ...]

    def of(self, reader: Recipient) -> list[bytes]:
        """Return the text for one reader, in pieces."""
        values = {
            **{str(slot): value for slot, value in reader.personal.values().items()},
            ADDRESS: reader.address,
            READER: reader.uuid.hex,
        }
        # Inside of a string that is there already, so without the quotes.
        own = {name: json.dumps(value)[1:-1].encode() for name, value in values.items()}
        whole = [self.pieces[0]]
        for name, piece in zip(self.names, self.pieces[1:], strict=True):
            whole += (own[name], piece)
        return whole


# --- The request of an issue ---


class _Places:
    """Names for places that no text of an editor can hold by chance."""

    def __init__(self) -> None:
        self._secret = uuid4().hex
        # Anybody could own the address of a stand-in; this name is reserved (RFC 2606).
        self.stand_in = f"{self.of(ADDRESS)}@stand-in.invalid"

    def of(self, name: str) -> str:
        """Return what stands where a reader's own will be."""
        return f"nl-{self._secret}-{name}-"

    def field(self, name: str) -> str:
        """Return where the provider fills in what stands behind this name."""
        return f"field-{self._secret}-{name}-"

    def cut(self, text: str) -> Spliced:
        """Cut a text at all of them."""
        pattern = f"nl-{self._secret}-([a-z_]+)-(?:@stand-in\\.invalid)?"
        parts = re.split(pattern, text)
        pieces = tuple(piece.encode() for piece in parts[::2])
        return Spliced(pieces, tuple(parts[1::2]))


def _request_of(dialect: "Dialect", messages: IssueMessages) -> Request:
    """Return the request of an issue; built again when list or sender changed."""
    backend = dialect.kept.backend()
    defaults = json.dumps(backend.send_defaults, sort_keys=True, default=str)
    kept_as = (dialect.name, backend.api_url, defaults, *messages.shared_by_all)
    return _requests.get(kept_as, lambda: build_request(dialect, messages))


_requests = KeptFew[Request]()


def build_request(dialect: "Dialect", messages: IssueMessages) -> Request:
    """Have django-anymail make the request for one stand-in reader, and cut it.

    Raises:
        UnsafeMessage: a header or body carries a character that no mail may carry.
    """
    places = _Places()
    message = _message_for_stand_in(dialect, messages, places)
    refuse_unsafe(message)
    backend = dialect.kept.backend()
    payload = backend.build_message_payload(message, backend.send_defaults)
    asked: dict[str, Any] = payload.get_request_params(backend.api_url)
    before, element, after = dialect.parts(json.loads(asked["data"]))
    return Request(
        asked["url"],
        {**asked["headers"], "Content-Type": "application/json"},
        asked["auth"],
        before.encode(),
        places.cut(json.dumps(element)),
        after.encode(),
    )


def _message_for_stand_in(
    dialect: "Dialect", messages: IssueMessages, places: _Places
) -> AnymailMessage:
    place_of = places.field if dialect.fills_in else places.of
    rendition, to = messages.rendition, places.stand_in
    message = AnymailMessage(
        subject=rendition.subject,
        body=replace_slots(rendition.text, place_of),
        from_email=messages.sender,
        to=[to],
        reply_to=[messages.reply_to],
    )
    message.attach_alternative(replace_slots(rendition.html, place_of), "text/html")
    metadata = {
        ISSUE_VARIABLE: messages.issue.uuid.hex,
        READER_VARIABLE: places.of(READER),
    }
    headers = {
        **messages.shared_headers(),
        "List-Unsubscribe": f"<{places.of(Slot.UNSUBSCRIBE_URL)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    if dialect.is_a_list:
        message.merge_metadata, message.merge_headers = {to: metadata}, {to: headers}
    else:
        message.metadata, message.extra_headers = metadata, headers
    if dialect.fills_in:
        values = {place_of(slot): places.of(slot) for slot in Slot}
        message.merge_data = {to: values}
    return message


# --- What each provider makes of it ---

Parts = tuple[str, Any, str]


@dataclass(frozen=True)
class Dialect:
    """How one provider wants a list of mails, and how it answers.

    Attributes:
        parts: of the request for one stand-in: the text before what is repeated for
            each reader, that, and the text after it.
        read: an answer of so many mails, as JSON: who was not taken.
        is_a_list: whether django-anymail makes a list of one for one reader; Mailjet's
            loses the headers of a single one (15.2), so there it makes one mail.
        fills_in: whether the body stands there once, with fields it fills in.
    """

    name: str
    kept: KeptBackend[Any]
    parts: Callable[[Any], Parts]
    read: Callable[[Any, int], Refusals]
    is_a_list: bool = True
    fills_in: bool = False
    takes_key: bool = False
    # These answer 4xx where only some readers were refused.
    partly: ClassVar[frozenset[str]] = frozenset({"mailjet"})

    def headers_with(self, key: UUID) -> dict[str, str]:
        """Return what makes a second request with the same key harmless.

        And a first one with one wrong address no refusal of all ("Batch validation
        modes").
        """
        if not self.takes_key:
            return {}
        return {"Idempotency-Key": str(key), "x-batch-validation": "permissive"}

    def refusals(self, response: requests.Response, count: int) -> Refusals:
        """Return who was not taken.

        Raises:
            AnymailRequestsAPIError: refused as a whole, or no answer we understand.
        """
        is_partly = self.name in self.partly and 400 <= response.status_code < 500
        if not (response.ok or is_partly):
            raise AnymailRequestsAPIError(response=response)
        try:
            return self.read(response.json() if response.content else None, count)
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise _not_understood(response) from error


def _not_understood(response: requests.Response) -> AnymailRequestsAPIError:
    """Refused where the status says so; else nobody knows whether it was taken."""
    error = AnymailRequestsAPIError(response=response)
    if response.ok:
        error.status_code = None
    return error


def _list_of_mails(data: Any) -> Parts:
    (mail,) = data
    return "[", mail, "]"


def _mailjet_messages(data: Any) -> Parts:
    (message,) = data.pop("Messages")
    # The body is a reader's own, so nothing is left for all of them.
    return '{"Messages":[', {**data.pop("Globals"), **message}, "]}"


def _sendgrid_personalizations(data: Any) -> Parts:
    (person,) = data.pop("personalizations")
    rest = json.dumps(data)
    return f'{rest[:-1]},"personalizations":[', person, "]}"


def _read_resend(answer: Any, count: int) -> Refusals:
    """``errors`` names the place of each mail that was not made, and the field."""
    errors = answer.get("errors") or []
    _expect(len(answer["data"]) + len(errors), count)
    return _sorted_out(
        (int(error["index"]), "`to`" in error["message"], "refused") for error in errors
    )


def _read_postmark(answer: Any, count: int) -> Refusals:
    """ErrorCode 0 is taken; 406, and 300 on "To", are about the address."""
    _expect(len(answer), count)
    return _sorted_out(
        (place, code == 406 or (code == 300 and "'To'" in one["Message"]), str(code))
        for place, one in enumerate(answer)
        if (code := one.get("ErrorCode", 0))
    )


def _read_mailjet(answer: Any, count: int) -> Refusals:
    """Each mail has a status; an error says to what field it is related."""
    _expect(len(answer["Messages"]), count)
    return _sorted_out(
        (
            place,
            any(name.startswith("To") for name in error.get("ErrorRelatedTo", ())),
            error["ErrorCode"],
        )
        for place, one in enumerate(answer["Messages"])
        if one["Status"] != "success"
        for error in one["Errors"][:1]
    )


def _read_sendgrid(answer: Any, count: int) -> Refusals:
    """202 without a body: all of them (v3 Mail Send)."""
    return Refusals()


def _sorted_out(refused: Iterable[tuple[int, bool, str]]) -> Refusals:
    """Sort places with their words by whether it is about the address."""
    found = Refusals()
    for place, is_about_address, words in refused:
        kind = found.addresses if is_about_address else found.others
        kind[place] = f"refused {words}".removesuffix(" refused")
    return found


def _expect(told: int, count: int) -> None:
    if told != count:
        raise ValueError(f"told of {told} mails of {count}")


DIALECTS = {
    dialect.name: dialect
    for dialect in (
        Dialect(
            "resend",
            KeptBackend(resend.EmailBackend),
            _list_of_mails,
            _read_resend,
            takes_key=True,
        ),
        Dialect(
            "postmark",
            KeptBackend(postmark.EmailBackend, use_bulk_api=False),
            _list_of_mails,
            _read_postmark,
        ),
        Dialect(
            "mailjet",
            KeptBackend(mailjet.EmailBackend),
            _mailjet_messages,
            _read_mailjet,
            is_a_list=False,
        ),
        Dialect(
            "sendgrid",
            KeptBackend(sendgrid.EmailBackend, generate_message_id=False),
            _sendgrid_personalizations,
            _read_sendgrid,
            fills_in=True,
        ),
    )
}
