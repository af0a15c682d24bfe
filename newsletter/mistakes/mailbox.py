"""Mail that waits in a mailbox elsewhere (IMAP, RFC 9051), taken in once.

A mail is marked as read only after it is kept here. Whatever happens in between, it is
fetched again and found to be known; nothing is ever deleted there.
"""

import imaplib
import logging
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import InterfaceError, OperationalError

from newsletter.discretion import without_readers
from newsletter.installation import is_loopback
from newsletter.mistakes.inbound import receive

logger = logging.getLogger(__name__)

# Of a larger mail the beginning is taken in, where the words are; it stays there whole.
LARGEST_MAIL = 30_000_000
MAILBOX_AWAY = (OSError, imaplib.IMAP4.error)
_PORTS = {"imaps": 993, "imap": 143}


class BadMailbox(ValueError):
    """The address names no mailbox; the text says what is wrong with it."""


@dataclass(frozen=True)
class Mailbox:
    """Where mail waits, and how to get in."""

    scheme: str
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"

    @property
    def is_here(self) -> bool:
        """Tell whether it is on this machine, where nobody listens in."""
        return is_loopback(f"{self.scheme}://{self.host}")


def mailbox_at(url: str) -> Mailbox:
    """Read ``imaps://user:password@host[:port][/folder]``; parts may be %-encoded.

    Raises:
        BadMailbox: something is missing or misspelled.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadMailbox("it is not an address") from error
    if parts.scheme not in _PORTS:
        raise BadMailbox("it does not begin with imaps:// or imap://")
    if not (parts.hostname and parts.username and parts.password):
        raise BadMailbox("it has no user, password or host")
    folder = unquote(parts.path.strip("/")) or "INBOX"
    if not folder.isascii() or '"' in folder or "\\" in folder:
        raise BadMailbox("the name of its folder is not plain letters")
    return Mailbox(
        parts.scheme,
        parts.hostname,
        port or _PORTS[parts.scheme],
        unquote(parts.username),
        unquote(parts.password),
        folder,
    )


def take_in_mail(
    mailbox: Mailbox, *, clock: Callable[[], datetime], within: timedelta
) -> int:
    """Take in what is unread; return how many mails that were.

    Args:
        within: no further mail is begun after this time; the next call goes on.

    Raises:
        MAILBOX_AWAY: it cannot be reached, or does not let us in.
    """
    began = clock()
    count = 0
    with _opened(mailbox) as client:
        for uid in _unread(client):
            if clock() - began >= within:
                break
            count += _take_in(client, uid, now=clock())
    return count


@contextmanager
def _opened(mailbox: Mailbox) -> Iterator[imaplib.IMAP4]:
    client = _connected(mailbox)
    try:
        client.login(mailbox.user, mailbox.password)
        _answer(client.select(f'"{mailbox.folder}"'))
        yield client
    finally:
        try:
            client.logout()
        except MAILBOX_AWAY:
            # It hung up before we did.
            client.shutdown()


def _connected(mailbox: Mailbox) -> imaplib.IMAP4:
    where = (mailbox.host, mailbox.port)
    seconds = settings.PROVIDER_READ_SECONDS
    # Unlike imaplib's own, this one looks at the certificate.
    context = ssl.create_default_context()
    if mailbox.scheme == "imaps":
        return imaplib.IMAP4_SSL(*where, ssl_context=context, timeout=seconds)
    client = imaplib.IMAP4(*where, timeout=seconds)
    if not mailbox.is_here:
        client.starttls(ssl_context=context)
    return client


def _unread(client: imaplib.IMAP4) -> list[str]:
    found = _answer(client.uid("SEARCH", "UNSEEN", "UNDELETED"))
    return str(found[0] or b"", "ascii").split() if found else []


def _take_in(client: imaplib.IMAP4, uid: str, *, now: datetime) -> bool:
    told = _answer(client.uid("FETCH", uid, f"(BODY.PEEK[]<0.{LARGEST_MAIL}>)"))
    raw = next((one[1] for one in told if isinstance(one, tuple)), None)
    if raw is None:
        # Somebody removed it in the meantime.
        return False
    try:
        receive(raw, now=now)
    except (OperationalError, InterfaceError):
        # The database is away: none of the others would be kept either.
        raise
    except Exception as trouble:
        # It stays unread there, and the others go on.
        words = without_readers(f"{type(trouble).__name__}: {trouble}")[:300]
        logger.error("Mail %s of the mailbox cannot be taken in: %s", uid, words)
        return False
    _answer(client.uid("STORE", uid, "+FLAGS.SILENT", r"(\Seen)"))
    return True


def _answer(told: tuple[str, list[Any]]) -> list[Any]:
    """Return what was answered.

    Raises:
        imaplib.IMAP4.error: the answer was no.
    """
    kind, data = told
    if kind != "OK":
        raise imaplib.IMAP4.error(str(data[:1]))
    return data
