"""What a mail server says of our mail in a mail: not delivered, or reported as spam.

A calculation on RFC 3464 and RFC 5965: nothing is written or asked. What is written for
people only, as by qmail, is not understood here.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from itertools import islice
from uuid import UUID

from anymail.signals import EventType

from newsletter.characters import FORBIDDEN_IN_LINE
from newsletter.delivery.messages import whose_mail

# RFC 3464 section 2.3.3; what was relayed or expanded tells of no trouble.
_ACTIONS = {"failed": EventType.BOUNCED, "delayed": EventType.DEFERRED}
# RFC 5965 section 7.3; of the others nobody asked to be spared.
_FEEDBACK = {
    "abuse": EventType.COMPLAINED,
    "fraud": EventType.COMPLAINED,
    "opt-out": EventType.UNSUBSCRIBED,
    "opt-out-list": EventType.UNSUBSCRIBED,
}
_ADDRESSED = ("Original-Rcpt-To", "Original-Recipient", "Final-Recipient")
_LONGEST = 1000
# A mail of ours goes to one reader: who reports a thousand things of it is at play.
_MOST = 20


@dataclass(frozen=True)
class MailReport:
    """What is said of the mail of one reader.

    Attributes:
        event_id: equal whenever the same report comes in.
        reader: whose mail it was, and how the id of the issue begins; None if it
            was no mail of an issue.
        ids: the Message-IDs of the mail it is about, as they stand there.
        addresses: to which it went, as far as that is said.
        words: of the server that refused it, the status code first that says most.
        at: when the report was written, if that is said.
    """

    event_id: str
    kind: str
    reader: tuple[UUID, str] | None
    ids: str
    addresses: tuple[str, ...]
    words: str
    at: datetime | None


def reports_in(raw: bytes) -> list[MailReport]:
    """Return what a mail reports of another; none where that names no Message-ID."""
    message = message_from_bytes(raw)
    ids = _quoted_ids(message)
    if "<" not in ids:
        return []
    own_id = _line(message, "Message-ID") or hashlib.sha256(raw).hexdigest()
    to = _addresses(part["To"] for part in _quoted(message) if part["To"])
    return [
        MailReport(
            event_id=_id_of(own_id, kind, *_named(fields)),
            kind=kind,
            reader=whose_mail(ids),
            ids=ids,
            addresses=(*to, *_named(fields)),
            words=_words(fields),
            at=_written_at(message),
        )
        for kind, fields in islice(_told(message), _MOST)
    ]


def _told(message: Message) -> Iterator[tuple[str, Message]]:
    """Return each thing that is said, with the fields that say it."""
    for part in message.walk():
        for block in _inside(part):
            kind: str | None = None
            if part.get_content_type() == "message/delivery-status":
                kind = _ACTIONS.get(_line(block, "Action").lower())
            elif part.get_content_type() == "message/feedback-report":
                kind = _FEEDBACK.get(_line(block, "Feedback-Type").lower())
            if kind:
                yield kind, block


def _quoted(message: Message) -> Iterator[Message]:
    """Return the heads of the mails that came along with it."""
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "message/rfc822":
            yield from _inside(part)
        elif kind in ("text/rfc822-headers", "text/rfc822-header"):
            body = part.get_payload(decode=True)
            if isinstance(body, bytes):
                yield message_from_bytes(body)


def _inside(part: Message) -> list[Message]:
    """Return what a part is made of; asked for its words, a strange one may refuse."""
    inside: object = part.get_payload() if part.is_multipart() else []
    return inside if isinstance(inside, list) else []


def _quoted_ids(message: Message) -> str:
    """Return the ids of the mail it is about: the one quoted, or the one answered."""
    quoted = [_line(one, "Message-ID") for one in _quoted(message)]
    answered = [_line(message, name) for name in ("In-Reply-To", "References")]
    return " ".join((*quoted, *answered))


def _named(fields: Message) -> tuple[str, ...]:
    # "rfc822; alice@example.nl" (RFC 3464 section 2.3.1), or the address alone.
    said = [_line(fields, name).rpartition(";")[2] for name in _ADDRESSED]
    return _addresses(value for value in said if value)


def _addresses(values: Iterator[str]) -> tuple[str, ...]:
    found = getaddresses([str(value)[:_LONGEST] for value in values])
    return tuple(address for _name, address in found if "@" in address)


def _words(fields: Message) -> str:
    """Return the server's own words before the code, which many fill in with 5.0.0."""
    said = (_line(fields, "Diagnostic-Code"), _line(fields, "Status"))
    return " ".join(one for one in said if one)


def _written_at(message: Message) -> datetime | None:
    try:
        at = parsedate_to_datetime(_line(message, "Date"))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _id_of(*parts: str) -> str:
    return "mail:" + hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _line(message: Message, name: str) -> str:
    """Return a field as one line, however it was folded or written."""
    try:
        value = str(message.get(name, ""))
    except (UnicodeError, ValueError):
        return ""
    value = FORBIDDEN_IN_LINE.sub(" ", value[:_LONGEST])
    return " ".join(value.encode("utf-8", "replace").decode().split())
