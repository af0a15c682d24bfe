"""Mail about our mail: what could not be delivered, and who called it spam.

Here it is only recognised. Whoever draws conclusions from it registers when the app is
ready, and is called in the transaction that keeps the mail::

    returned.listen("events", heed)
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from email.message import Message

from newsletter.mistakes.decoding import header
from newsletter.mistakes.machines import value
from newsletter.mistakes.models import ReaderMail, ReaderMailKind
from newsletter.mistakes.reading import ADDRESS

Listener = Callable[[ReaderMail, datetime], None]

_listeners: dict[str, Listener] = {}

# RFC 3464 section 2.3.3; what was delivered, relayed or expanded did arrive.
_DID_NOT_ARRIVE = {"failed", "delayed"}
# RFC 5965 section 7.3 and what receivers send besides.
_COMPLAINTS = {"abuse", "fraud", "opt-out", "opt-out-list", "virus", "other"}
_SERVERS = re.compile(r"(?:mailer-daemon|postmaster)@", re.IGNORECASE)
_SAYS_UNDELIVERED = re.compile(
    r"undeliver|could not be delivered|onbestelbaar|niet (?:be|afge)zorgd"
    r"|failure notice|returned mail|delivery (?:has )?failed"
    r"|delivery status notification \(failure|delayed mail|returning message"
    r"|unzustellbar|wasn'?t able to deliver",
    re.IGNORECASE,
)


def listen(name: str, listener: Listener) -> None:
    """Call ``listener`` with every bounce and complaint that is kept."""
    _listeners[name] = listener


def tell(mail: ReaderMail, *, now: datetime) -> None:
    """Let everyone who listens know of a bounce or complaint."""
    for listener in _listeners.values():
        listener(mail, now)


def kind_of_return(message: Message, text: str) -> tuple[ReaderMailKind, str] | None:
    """Return what it is and by what that is known; None if it is no such mail.

    Args:
        text: what is written in it.
    """
    fields = list(_fields(message))
    for name, said in fields:
        if name == "feedback-type" and said.lower() in _COMPLAINTS:
            return ReaderMailKind.COMPLAINT, f"Feedback-Type: {said}"
    for name, said in fields:
        if name == "action" and said.lower() in _DID_NOT_ARRIVE:
            return ReaderMailKind.BOUNCE, f"Action: {said}"
    if not fields and _is_of_a_server(message):
        subject = header(message, "Subject")
        if found := _SAYS_UNDELIVERED.search(f"{subject}\n{text[:2000]}"):
            return ReaderMailKind.BOUNCE, found[0]
    return None


def address_concerned(message: Message) -> str:
    """Return the address that did not get our mail, or complained; ``""`` if unsaid."""
    told = dict(reversed(list(_fields(message))))
    names = ("original-rcpt-to", "original-recipient", "final-recipient")
    said = next((told[name] for name in names if name in told), "")
    found = ADDRESS.search(said or header(message, "X-Failed-Recipients"))
    return found[0] if found else ""


def _is_of_a_server(message: Message) -> bool:
    return (
        "X-Failed-Recipients" in message
        or value(message, "Return-Path") == "<>"
        or bool(_SERVERS.search(header(message, "From")))
    )


def _fields(message: Message) -> Iterator[tuple[str, str]]:
    """Return the fields of its machine-readable parts, names in lower case."""
    for part in message.walk():
        if part.get_content_type() in (
            "message/delivery-status",
            "message/feedback-report",
        ):
            blocks: object = part.get_payload()
            for block in blocks if isinstance(blocks, list) else ():
                yield from ((name.lower(), header(block, name)) for name in block)
