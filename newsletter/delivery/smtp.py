"""Speaking SMTP: connections that are kept, and commands that do not wait (RFC 2920).

A mail costs one round trip instead of four where the server offers PIPELINING: its
content goes out together with the next reader's envelope. Only one mail's end is ever
on its way, so a connection that breaks leaves one reader uncertain.
"""

import logging
import select
import smtplib
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend

from newsletter.delivery.clocks import boot_seconds, too_late
from newsletter.delivery.messages import Recipient
from newsletter.delivery.outcomes import TOO_LATE, NoConnection, NothingLeft
from newsletter.delivery.skeleton import Skeleton, refuse_unsafe_values

logger = logging.getLogger(__name__)

# What became of one reader's mail: taken, or the error.
Result = Exception | None

_IDLE_SECONDS = 20.0
# A server that hangs up after so many has a limit per connection, and no trouble.
_LIMIT_PER_CONNECTION = 10


def send_each(
    skeleton: Skeleton, recipients: Sequence[Recipient], deadline: float
) -> Iterator[Result]:
    """Send a mail to each reader, in order; yield what became of it.

    After an error that is not about one address nobody should go on; closing the
    iterator ends the connection in the middle, and nothing more leaves.

    Args:
        deadline: in ``boot_seconds``; no content leaves after it.

    Raises:
        UnsafeMessage: before anything left.
        NoConnection: none could be made for the next reader.
    """
    for reader in recipients:
        refuse_unsafe_values(reader)
    done = 0
    while done < len(recipients):
        connection = _kept.take()
        taken_before = connection.taken
        session = _Session(connection, skeleton, recipients[done:], deadline)
        try:
            for result in session.results():
                if _has_enough_of_this_connection(connection, result, taken_before):
                    break
                done += 1
                yield result
        finally:
            if session.is_settled:
                _kept.give_back(connection)
            else:
                connection.close()


def _has_enough_of_this_connection(
    connection: "_Connection", result: Result, taken_before: int
) -> bool:
    """Tell whether a new connection may take this reader: nothing of theirs has left.

    One that was kept may have been closed meanwhile, and many servers take a certain
    number of mails over one connection. Whoever hangs up sooner is in trouble.
    """
    hung_up = isinstance(result, NothingLeft) and not result.is_too_late
    hung_up |= isinstance(result, smtplib.SMTPSenderRefused) and result.smtp_code == 421
    was_idle = taken_before > 0 and connection.taken == taken_before
    return hung_up and (was_idle or connection.taken >= _LIMIT_PER_CONNECTION)


@dataclass
class _Connection:
    """A connection that is open, with how many mails it has taken."""

    smtp: smtplib.SMTP
    made_for: object
    taken: int = 0
    used_at: float = 0.0

    @property
    def is_usable(self) -> bool:
        """Whether the server would still listen; a farewell waits to be read."""
        if boot_seconds() - self.used_at > _IDLE_SECONDS or self.smtp.sock is None:
            return False
        return not select.select([self.smtp.sock], [], [], 0)[0]

    def close(self) -> None:
        self.smtp.close()


class _Kept(threading.local):
    """One connection per thread, kept between batches."""

    connection: _Connection | None = None

    def take(self) -> _Connection:
        kept, self.connection = self.connection, None
        made_for = _address_of_server()
        if kept is not None:
            if kept.made_for == made_for and kept.is_usable:
                return kept
            kept.close()
        return _Connection(_opened(), made_for)

    def drop(self) -> None:
        if self.connection is not None:
            self.connection.close()
        self.connection = None

    def give_back(self, connection: _Connection) -> None:
        self.drop()
        connection.used_at = boot_seconds()
        self.connection = connection


_kept = _Kept()


def hang_up() -> None:
    """Close the connection that this thread keeps."""
    _kept.drop()


def _address_of_server() -> tuple[object, ...]:
    names = ("HOST", "PORT", "HOST_USER", "HOST_PASSWORD", "USE_TLS", "USE_SSL")
    return tuple(getattr(settings, f"EMAIL_{name}") for name in names)


def _opened() -> smtplib.SMTP:
    """Connect as Django does, with its settings for TLS and logging in."""
    backend = EmailBackend()
    try:
        backend.open()
        smtp = backend.connection
        assert smtp is not None  # noqa: S101 (for the types: open() raises otherwise)
        smtp.ehlo_or_helo_if_needed()
    except (OSError, smtplib.SMTPException) as error:
        backend.close()
        raise NoConnection(error) from error
    return smtp


# --- The dialogue ---

Reply = tuple[int, bytes]


class _Session:
    """Readers in order over one connection."""

    def __init__(
        self,
        connection: _Connection,
        skeleton: Skeleton,
        recipients: Sequence[Recipient],
        deadline: float,
    ) -> None:
        self.connection, self.smtp = connection, connection.smtp
        self.skeleton, self.recipients = skeleton, recipients
        self.deadline = deadline
        self.sender = skeleton.messages.mailing_list.sender_address
        self.pipelines = self.smtp.has_extn("pipelining")
        # Whether everything was answered, so that others may use the connection.
        self.is_settled = False

    def results(self) -> Iterator[Result]:
        """Yield what became of each reader; a mail goes out with the next envelope."""
        mail = b""
        for recipient in (*self.recipients, None):
            if mail and too_late(self.deadline):
                yield NothingLeft(TOO_LATE)
                return
            replies = self._exchange(mail, self._envelope(recipient))
            if mail:
                yield (result := self._was_taken(replies))
                if _is_lost(result):
                    return
            mail = b""
            if recipient is None:
                self.is_settled = True
            elif (error := self._was_refused(replies, recipient)) is None:
                mail = self.skeleton.for_reader(recipient)
            else:
                yield error
                if _is_lost(error):
                    return

    def _envelope(self, recipient: Recipient | None) -> tuple[bytes, ...]:
        if recipient is None:
            return ()
        return (
            f"MAIL FROM:<{self.sender}>\r\n".encode(),
            f"RCPT TO:<{recipient.address}>\r\n".encode(),
            b"DATA\r\n",
        )

    def _exchange(self, mail: bytes, commands: tuple[bytes, ...]) -> Iterator[Reply]:
        """Send a mail and commands; yield the reply to each.

        Without pipelining each is sent when the reply before it was asked for.
        """
        lines = (mail, *commands) if mail else commands
        if self.pipelines and lines:
            self.smtp.send(b"".join(lines))
        for line in lines:
            if not self.pipelines:
                self.smtp.send(line)
            yield self.smtp.getreply()

    def _was_taken(self, replies: Iterator[Reply]) -> Result:
        try:
            code, words = next(replies)
        except (OSError, smtplib.SMTPException) as error:
            return error
        if 200 <= code < 300:
            self.connection.taken += 1
            return None
        return smtplib.SMTPDataError(code, words)

    def _was_refused(self, replies: Iterator[Reply], reader: Recipient) -> Result:
        """Return why this reader's mail is not wanted; None: send it."""
        try:
            sender, to, data = self._replies_to_envelope(replies)
            error = _refusal(sender, to, data, reader, self.sender)
            if error is not None and not _closes(sender, to, data):
                self._give_up(data)
        except (OSError, smtplib.SMTPException) as broken:
            return NothingLeft(type(broken).__name__)
        return error

    def _replies_to_envelope(self, replies: Iterator[Reply]) -> list[Reply]:
        """Return three replies; those that were not asked for repeat the refusal."""
        found: list[Reply] = []
        for reply in replies:
            found.append(reply)
            # After 421 the server hangs up (RFC 5321 section 3.8).
            if reply[0] == 421 or (reply[0] >= 400 and not self.pipelines):
                break
        return found + found[-1:] * (3 - len(found))

    def _give_up(self, data: Reply) -> None:
        """End a mail that nobody is to get: it must be ended if it was begun.

        RFC 2920 section 3.1: a lone dot, which the server refuses for want of readers.
        """
        if data[0] == 354:
            self.smtp.send(b".\r\n")
            self.smtp.getreply()
        self.smtp.rset()


def _refusal(
    sender: Reply, to: Reply, data: Reply, reader: Recipient, sender_address: str
) -> Result:
    for code, _words in (sender, to, data):
        if code < 200:
            return NothingLeft("no reply in the manner of SMTP")
    if sender[0] >= 300:
        return smtplib.SMTPSenderRefused(*sender, sender_address)
    if to[0] >= 300:
        return smtplib.SMTPRecipientsRefused({reader.address: to})
    return None if data[0] == 354 else smtplib.SMTPDataError(*data)


def _closes(*replies: Reply) -> bool:
    return any(code == 421 for code, _words in replies)


def _is_lost(result: Result) -> bool:
    return isinstance(result, (NothingLeft, smtplib.SMTPServerDisconnected)) or (
        isinstance(result, OSError) and not isinstance(result, smtplib.SMTPException)
    )
