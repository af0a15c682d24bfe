"""The local mailbox: an email backend that keeps every mail as a file, and its reader.

One ``.eml`` file per message below ``settings.MAILBOX_DIR``, named after the
Message-ID: handing over the same message twice leaves one file.
"""

import email
import email.policy
import hashlib
import os
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import EmailMessage as ParsedMessage
from email.parser import BytesHeaderParser
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

_SUFFIX = ".eml"
_STRANGE = re.compile(r"[^A-Za-z0-9@.+_-]")
_FILE_NAME = re.compile(r"[A-Za-z0-9@+_-][A-Za-z0-9@.+_-]{0,199}\.eml")
_LONGEST_STEM = 160


class NoSuchMessage(LookupError):
    """The mailbox holds no message of this name."""


@dataclass(frozen=True)
class StoredMessage:
    """One mail of the local mailbox, ready to show.

    Attributes:
        name: its file name, which ``read_message`` takes.
        stored_at: when it arrived here (UTC).
        text: the plain part, "" without one; html: likewise.
        headers: every header in order, decoded.
    """

    name: str
    subject: str
    sender: str
    to: str
    stored_at: datetime
    size_in_bytes: int
    text: str
    html: str
    headers: tuple[tuple[str, str], ...]
    raw: bytes


class LocalMailboxBackend(BaseEmailBackend):
    """Writes each message as one ``.eml`` file below ``MAILBOX_DIR``."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Store the messages; each is on disk, whole, before it is counted."""
        folder = Path(settings.MAILBOX_DIR)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        stored = 0
        for message in email_messages:
            try:
                _store(folder, message)
            except OSError:
                if not self.fail_silently:
                    raise
            else:
                stored += 1
        return stored


def _store(folder: Path, message: EmailMessage) -> None:
    wire = message.message()
    _write_whole(folder / file_name(str(wire["Message-ID"])), wire.as_bytes())


def _write_whole(path: Path, content: bytes) -> None:
    """Write so that a reader, or a power cut, meets all of the file or nothing."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".arriving-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def file_name(message_id: str) -> str:
    """Return a safe file name for a Message-ID; different ids never share one."""
    bare = message_id.strip().strip("<>")
    stem = _STRANGE.sub("_", bare)[:_LONGEST_STEM].lstrip(".")
    if stem != bare or not stem:
        # Something was lost: the digest keeps two look-alikes apart.
        stem = f"{stem}_{hashlib.sha256(bare.encode()).hexdigest()[:16]}"
    return stem + _SUFFIX


def holds(message_id: str) -> bool:
    """Tell whether a message with this Message-ID has arrived."""
    return (Path(settings.MAILBOX_DIR) / file_name(message_id)).exists()


def read_mailbox(limit: int = 100) -> list[StoredMessage]:
    """Return the messages that arrived last, newest first."""
    try:
        with os.scandir(settings.MAILBOX_DIR) as entries:
            arrived = [
                (entry.stat().st_mtime_ns, entry.name)
                for entry in entries
                if _FILE_NAME.fullmatch(entry.name)
            ]
    except FileNotFoundError:
        return []
    arrived.sort(reverse=True)
    return [read_message(name) for _, name in arrived[:limit]]


def read_message(name: str) -> StoredMessage:
    """Return one message by its file name.

    Raises:
        NoSuchMessage: nothing of that name, or no name of ours at all.
    """
    if not _FILE_NAME.fullmatch(name):
        raise NoSuchMessage(name)
    path = Path(settings.MAILBOX_DIR) / name
    try:
        raw, stored = path.read_bytes(), path.stat().st_mtime
    except FileNotFoundError as missing:
        raise NoSuchMessage(name) from missing
    message = email.message_from_bytes(raw, policy=email.policy.default)
    headers = _headers(raw)
    first = dict(reversed(headers))
    return StoredMessage(
        name=name,
        subject=first.get("Subject", ""),
        sender=first.get("From", ""),
        to=first.get("To", ""),
        stored_at=datetime.fromtimestamp(stored, tz=UTC),
        size_in_bytes=len(raw),
        text=_body(message, "plain"),
        html=_body(message, "html"),
        headers=headers,
        raw=raw,
    )


def _headers(raw: bytes) -> tuple[tuple[str, str], ...]:
    # The newer policies give up on a header they cannot parse; here it is only shown.
    message = BytesHeaderParser(policy=email.policy.compat32).parsebytes(raw)
    return tuple((name, _decoded(str(value))) for name, value in message.items())


def _decoded(value: str) -> str:
    unfolded = " ".join(value.split())
    try:
        return str(make_header(decode_header(unfolded)))
    except (LookupError, ValueError, HeaderParseError):
        return unfolded


def _body(message: ParsedMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part else ""
