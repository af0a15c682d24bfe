"""One message (RFC 5322) read as far as it can be: words, sender, thread, attachments.

Nothing here fails, whatever the bytes: what cannot be read is text.
"""

import email
import re
from dataclasses import dataclass, field
from email.message import Message
from email.utils import getaddresses

from newsletter.characters import without_forbidden
from newsletter.mistakes.decoding import (
    as_text,
    decoded_words,
    header,
    one_line,
    raw_header,
    raw_headers,
    words_of_part,
)
from newsletter.mistakes.plain_words import plain_words

LARGEST_TEXT = 200_000
# What programs put before the subject of an answer, or of a mail they pass on.
_ANSWERED = re.compile(r"(?:(?:re|fwd?|fw|antw|doorst|aw|wg|tr|rv)\s?:\s?)+", re.I)
_RECIPIENT_HEADERS = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To")
# Each may stand there once; what servers add on the way, a few times.
_MOST_RECIPIENT_HEADERS = 20
# RFC 5322 section 3.6.4, and no longer than a header may be repeated.
_MESSAGE_ID = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]{1,250}>")
_LONGEST_THREAD = 20
# No longer than an address may be (RFC 5321 section 4.5.3.1), and a little more.
ADDRESS = re.compile(r"[^\s<>\"(),:;@]{1,100}@[^\s<>\"(),:;@]{1,255}")
_LARGEST_MARKUP = 1_000_000
# The largest mail has half of these, packed; of one with more the beginning is read.
_MOST_LINES, _BEGINNING = 1_000_000, 3_000_000


@dataclass(frozen=True)
class Enclosure:
    """A file in a message.

    Attributes:
        part: which part of the message it is, as ``Message.walk`` counts.
        size: in bytes, decoded.
    """

    part: int
    name: str
    content_type: str
    size: int


@dataclass(frozen=True)
class Letter:
    """What a message says.

    Attributes:
        words: the text of the message itself.
        enclosed: the text of messages inside it.
        links: where the links of its markup lead.
        thread: the Message-IDs it answers, oldest first.
    """

    message: Message
    subject: str = ""
    from_name: str = ""
    from_address: str = ""
    recipients: tuple[str, ...] = ()
    message_id: str = ""
    thread: tuple[str, ...] = ()
    words: str = ""
    enclosed: str = ""
    links: tuple[str, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()

    @property
    def text(self) -> str:
        """All that is written in it, at most ``LARGEST_TEXT`` characters."""
        parts = (self.words.strip("\n"), self.enclosed)
        return "\n\n".join(filter(None, parts))[:LARGEST_TEXT]


def read(raw: bytes) -> Letter:
    """Read a message; of one that is beyond reading the bytes are its words."""
    if raw.count(b"\n") > _MOST_LINES:
        raw = raw[:_BEGINNING]
    try:
        # A pipe may put an empty line before the first: it would end the headers.
        return _read(email.message_from_bytes(raw.lstrip(b"\r\n")))
    except Exception:  # whatever the parser stumbles over is somebody else's text
        return Letter(Message(), words=without_forbidden(as_text(raw))[:LARGEST_TEXT])


def _read(message: Message) -> Letter:
    found = _Found()
    found.take(message, found.words)
    name, address = _sender(message)
    return Letter(
        message,
        subject=header(message, "Subject"),
        from_name=name,
        from_address=address,
        recipients=tuple(_recipients(message)),
        message_id=next(iter(_ids(message, "Message-ID")), ""),
        thread=_thread(message),
        words=_joined(found.words),
        enclosed=_joined(found.enclosed),
        links=tuple(found.links),
        enclosures=tuple(_enclosures(message)),
    )


def without_answer_marks(subject: str) -> str:
    """Return a subject without the "Re:" and "Fwd:" before it."""
    found = _ANSWERED.match(subject)
    return subject[found.end() :] if found else subject


def _joined(texts: list[str]) -> str:
    whole = "\n".join(texts).replace("\r\n", "\n").replace("\r", "\n")
    # A person may send a private-use letter or a mark of order; we keep neither.
    return without_forbidden(whole)[:LARGEST_TEXT]


@dataclass
class _Found:
    """The words of a message, part by part."""

    words: list[str] = field(default_factory=list)
    enclosed: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)

    def take(self, part: Message, into: list[str]) -> None:
        """Add the words of a part and of those inside it."""
        inside = _inside(part)
        if part.get_content_maintype() == "message":
            for one in inside if part.get_content_type() == "message/rfc822" else ():
                self.take(one, self.enclosed)
        elif inside and part.get_content_subtype() == "alternative":
            self._take_one(inside, into)
        elif inside:
            for one in inside:
                self.take(one, into)
        elif is_words(part):
            into.append(self._words(part))

    def _take_one(self, alternatives: list[Message], into: list[str]) -> None:
        """Take the plain one unless it is empty; the links are those of all."""
        texts = []
        for one in alternatives:
            mine: list[str] = []
            self.take(one, mine)
            texts.append((one.get_content_type() != "text/plain", "\n".join(mine)))
        spoken = [one for one in texts if one[1].strip()]
        into += [min(spoken, key=lambda one: one[0])[1]] if spoken else []

    def _words(self, part: Message) -> str:
        text = words_of_part(part)
        if part.get_content_type() != "text/html":
            return text
        text, links = plain_words(text[:_LARGEST_MARKUP])
        self.links += links
        return text


def _inside(part: Message) -> list[Message]:
    # Asked for its words, a part that claims a strange charset refuses.
    payload: object = part.get_payload() if part.is_multipart() else []
    return payload if isinstance(payload, list) else []


def is_words(part: Message) -> bool:
    """Tell whether a part without parts is what the person wrote, not a file."""
    if part.get_filename() or part.get_content_disposition() == "attachment":
        return False
    # A message that calls itself multipart and has no parts is plain text.
    return part.get_content_type() in ("text/plain", "text/html") or (
        part.get_content_maintype() == "multipart"
    )


def _enclosures(message: Message) -> list[Enclosure]:
    """Return the files, an enclosed message among them; what is in that is its own."""
    is_report = message.get_content_type() == "multipart/report"
    found, looked_at = [], 0
    for number, part in enumerate(message.walk()):
        if number < looked_at:
            continue
        if part.get_content_maintype() == "message":
            looked_at = number + sum(1 for _ in part.walk())
            is_file = number > 0 and not is_report
        else:
            is_file = not part.is_multipart() and not is_words(part)
        if is_file:
            found.append(_enclosure(number, part))
    return found


def _enclosure(number: int, part: Message) -> Enclosure:
    name = one_line(decoded_words(part.get_filename() or ""))
    return Enclosure(
        part=number,
        # A name is no path.
        name=re.split(r"[/\\]", name)[-1].strip(". ")[-120:],
        content_type=one_line(part.get_content_type())[:100],
        size=len(bytes_of_part(part)),
    )


def bytes_of_part(part: Message) -> bytes:
    """Return a file as it was before it was packed into a mail."""
    if part.get_content_type() == "message/rfc822":
        return b"".join(one.as_bytes() for one in _inside(part))
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _sender(message: Message) -> tuple[str, str]:
    """Return name and address; neither is proof of anything."""
    told = raw_header(message, "From")
    name, address = next(iter(getaddresses([told])), ("", ""))
    if not ADDRESS.fullmatch(address):
        found = ADDRESS.search(told)
        address = found[0] if found else ""
        name = name or told.replace(address, "").strip(' <>"')
    return one_line(decoded_words(name)), one_line(address)


def _recipients(message: Message) -> list[str]:
    values = [one for name in _RECIPIENT_HEADERS for one in raw_headers(message, name)]
    # Address by address: a reader of our own is not put off by a wrong comma.
    return ADDRESS.findall(", ".join(values[:_MOST_RECIPIENT_HEADERS]))


def _thread(message: Message) -> tuple[str, ...]:
    ids = [*_ids(message, "References"), *_ids(message, "In-Reply-To")]
    return tuple(dict.fromkeys(ids))[-_LONGEST_THREAD:]


def _ids(message: Message, name: str) -> list[str]:
    return _MESSAGE_ID.findall(raw_header(message, name))
