"""A mail that comes in, understood as far as it can be, lost never."""

import email
import hashlib
import html
import re
from collections.abc import Iterator
from datetime import datetime
from email.message import Message
from email.utils import getaddresses, parseaddr

import nh3

from newsletter.articles.models import Article
from newsletter.characters import without_forbidden
from newsletter.issues.models import Issue
from newsletter.mistakes.models import ReaderMail, ReaderMailKind, ReaderMailWay
from newsletter.mistakes.reporting import Remark, take_in
from newsletter.mistakes.sorting import is_automatic
from newsletter.signing import BadToken, read_tag

_RECIPIENT_HEADERS = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To")
_TAGGED = re.compile(r"^(fout|reactie)\+([^@\s]+)@", re.IGNORECASE)
_LARGEST_TEXT = 200_000


def receive(raw: bytes, *, recipient: str = "", now: datetime) -> ReaderMail:
    """Take in one message as it came over the wire.

    Args:
        raw: the whole message (RFC 5322), however broken.
        recipient: the envelope's recipient where the provider tells it.
    """
    message = email.message_from_bytes(raw)
    way, issue, article = _what_it_is_about(message, recipient)
    name, address = parseaddr(_header(message, "From"))
    return take_in(
        Remark(
            key=_key(message, raw),
            way=way,
            text=_text(message),
            subject=_one_line(_header(message, "Subject")),
            from_name=_one_line(name),
            from_address=_one_line(address),
            issue=issue,
            article=article,
            kind=ReaderMailKind.AUTOMATIC if is_automatic(message) else None,
            raw=raw,
        ),
        now=now,
    )


def _key(message: Message, raw: bytes) -> str:
    """Return what is equal for one message, however often and by whom it comes in.

    The sender chooses the Message-ID, so it says too little alone: two messages that
    share one by mistake are both kept. What servers add on the way does not count.
    """
    names = ("Message-ID", "From", "Subject")
    told = [_one_line(_header(message, name)) for name in names]
    whole = "\0".join([*told, _text(message)]).encode("utf-8", "replace")
    if not told[0]:
        whole = raw
    return f"sha256:{hashlib.sha256(whole).hexdigest()}"


def _what_it_is_about(
    message: Message, recipient: str
) -> tuple[ReaderMailWay, Issue | None, Article | None]:
    for address in _recipients(message, recipient):
        if not (tagged := _TAGGED.match(address)):
            continue
        kind, tag = tagged[1].lower(), tagged[2]
        try:
            if kind == "reactie":
                (issue_id,) = read_tag("reply", tag)
                issue = Issue.objects.filter(pk=issue_id).first()
                return ReaderMailWay.REPLY, issue, None
            issue_id, article_id = read_tag("mistake", tag)
        except (BadToken, ValueError):
            # A changed tag says nothing; the mail itself is as welcome as ever.
            continue
        return (
            ReaderMailWay.MISTAKE_ADDRESS,
            Issue.objects.filter(pk=issue_id).first(),
            Article.objects.filter(pk=article_id).first(),
        )
    return ReaderMailWay.OTHER, None, None


def _recipients(message: Message, recipient: str) -> Iterator[str]:
    if recipient:
        yield recipient
    for name in _RECIPIENT_HEADERS:
        values = [str(value) for value in message.get_all(name, [])]
        yield from (address for _name, address in getaddresses(values))


def _header(message: Message, name: str) -> str:
    """Return a header as text, encoded words decoded where they can be."""
    value = message.get(name, "")
    try:
        return str(email.header.make_header(email.header.decode_header(value)))
    except (LookupError, ValueError, TypeError):
        return str(value)


def _one_line(text: str) -> str:
    cleaned = text.encode("utf-8", "replace").decode()
    return " ".join(without_forbidden(cleaned).split())


def _text(message: Message) -> str:
    plain, marked_up = "", ""
    for part in message.walk():
        if part.is_multipart() or part.get_filename():
            continue
        if part.get_content_type() == "text/plain":
            plain += _decoded(part)
        elif part.get_content_type() == "text/html":
            marked_up += _decoded(part)
    text = plain if plain.strip() else _without_markup(marked_up)
    return without_forbidden(text)[:_LARGEST_TEXT]


def _without_markup(markup: str) -> str:
    # nh3 drops scripts and styles with their content; only text is left.
    lines = re.sub(r"(?i)<(br|/p|/div|/li|/tr|/h\d)[^>]*>", "\n", markup)
    escaped = nh3.clean(lines, tags=set())
    return re.sub(r"\n{3,}", "\n\n", html.unescape(escaped)).strip()


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return str(part.get_payload())
    for charset in (part.get_content_charset() or "utf-8", "utf-8", "windows-1252"):
        try:
            return payload.decode(charset)
        except (LookupError, UnicodeDecodeError):
            continue
    return payload.decode("latin-1")
