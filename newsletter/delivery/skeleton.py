"""The bytes of an issue's mail, built once; what is a reader's own is spliced in.

Building and encoding 60 kB anew for every reader would take ten times as long as
sending it (docs/performance.md). Both bodies are quoted-printable (RFC 2045 section
6.7), where a soft line break may stand anywhere: each piece is encoded by itself, ends
in such a break, and pieces and values then follow each other as they are.
"""

import re
from binascii import b2a_qp
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import formatdate
from uuid import UUID

from newsletter.characters import FORBIDDEN_IN_LINE
from newsletter.delivery.keeping import KeptFew
from newsletter.delivery.messages import IssueMessages, Recipient
from newsletter.delivery.providers import PROVIDERS
from newsletter.outbox.guarding import UnsafeMessage
from newsletter.rendering.personal import Segments, Slot

CRLF = b"\r\n"
_SOFT_BREAK = b"=\r\n"
# Each reader's mail has its own; the part around the bodies is written here.
_NOT_SHARED = frozenset(
    {"to", "date", "message-id", "list-unsubscribe", "content-type"}
)
# Anybody could own the address of a stand-in; this name is reserved (RFC 2606).
_STAND_IN = Recipient(0, "reader@stand-in.invalid", "", "token", 0, UUID(int=0))


@dataclass(frozen=True)
class Skeleton:
    """A mail but for what is a reader's own, ready for the wire.

    A line that begins with a dot has a second one already (RFC 5321 section 4.5.2).
    """

    messages: IssueMessages
    head: bytes
    boundary: bytes
    text: "Body"
    html: "Body"

    @classmethod
    def of(cls, messages: IssueMessages) -> "Skeleton":
        """Build it, with the headers that django-anymail's own message has.

        Raises:
            UnsafeMessage: a header or body carries a character that no mail may carry.
        """
        whole = messages.single(_STAND_IN, PROVIDERS["smtp"]).message()
        lines = whole.as_bytes(linesep="\r\n").partition(CRLF * 2)[0]
        shared = [
            line
            for line in re.split(rb"\r\n(?![ \t])", lines)
            if line.partition(b":")[0].lower().decode() not in _NOT_SHARED
        ]
        rendition = messages.rendition
        return cls(
            messages,
            CRLF.join(shared),
            # No quoted-printable line begins so: it cannot stand in a body.
            f"=_{rendition.sha256[:32]}".encode(),
            Body.of(rendition.text),
            Body.of(rendition.html),
        )

    def for_reader(self, reader: Recipient) -> bytes:
        """Return the whole mail of one reader, with the dot that ends it."""
        values = reader.personal.values()
        own_head = (
            f"To: {reader.address}\r\nDate: {formatdate()}\r\n"
            f"Message-ID: {self.messages.message_id(reader.uuid)}\r\n"
            f"List-Unsubscribe: <{reader.unsubscribe_url}>\r\n"
        ).encode("ascii")
        encoded = {slot: _encoded(value) for slot, value in values.items()}
        return b"".join(
            (
                self.head,
                CRLF,
                own_head,
                b'Content-Type: multipart/alternative; boundary="',
                self.boundary,
                b'"\r\n\r\n',
                *self._part(b"plain", self.text, encoded),
                *self._part(b"html", self.html, encoded),
                b"--",
                self.boundary,
                b"--\r\n.\r\n",
            )
        )

    def _part(
        self, kind: bytes, body: "Body", values: Mapping[Slot, bytes]
    ) -> tuple[bytes, ...]:
        return (
            b"--",
            self.boundary,
            b"\r\nContent-Type: text/",
            kind,
            b'; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n',
            body.join(values),
            CRLF,
        )


def skeleton_of(messages: IssueMessages) -> Skeleton:
    """Return the skeleton of an issue; built again when list or sender changed."""
    return _skeletons.get(messages.shared_by_all, lambda: Skeleton.of(messages))


_skeletons = KeptFew[Skeleton]()


@dataclass(frozen=True)
class Body:
    """A body cut at its slots, each piece encoded for the wire."""

    pieces: tuple[bytes, ...]
    slots: tuple[Slot, ...]

    @classmethod
    def of(cls, body: str) -> "Body":
        """Encode a body between its slots."""
        cut = Segments.of(body)
        return cls(tuple(_encoded(piece) for piece in cut.pieces), cut.slots)

    def join(self, values: Mapping[Slot, bytes]) -> bytes:
        """Return the body with these values, which are encoded already."""
        whole = [self.pieces[0]]
        for slot, piece in zip(self.slots, self.pieces[1:], strict=True):
            whole += (values[slot], piece)
        return b"".join(whole)


def refuse_unsafe_values(reader: Recipient) -> None:
    """Let what is a reader's own pass, or refuse it: it stands in headers.

    Raises:
        UnsafeMessage: a value carries a character that no mail may carry.
    """
    values = "".join(reader.personal.values().values())
    if FORBIDDEN_IN_LINE.search(f"{reader.address}{values}"):
        raise UnsafeMessage("forbidden character in what is a reader's own")


def _encoded(piece: str) -> bytes:
    """Encode a piece so that the next one begins at the start of a line."""
    if not piece:
        return b""
    lines = re.sub(r"\r\n|\r|\n", "\r\n", piece).encode()
    encoded = re.sub(rb"\r?\n", CRLF, b2a_qp(lines, istext=True))
    stuffed = re.sub(rb"(?m)^\.", b"..", encoded)
    return stuffed if stuffed.endswith(CRLF) else stuffed + _SOFT_BREAK
