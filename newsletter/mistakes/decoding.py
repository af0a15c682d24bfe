"""Bytes of a mail as text, whatever the mail says of them."""

import re
from collections.abc import Iterator
from email.header import decode_header
from email.message import Message

from newsletter.characters import without_forbidden

# What programs call one thing and write another (WHATWG Encoding, section 4.2).
_MEANT = {
    "ascii": "utf-8",
    "us-ascii": "utf-8",
    "iso-8859-1": "windows-1252",
    "latin-1": "windows-1252",
    "latin1": "windows-1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "ks_c_5601-1987": "cp949",
}
# What is longer than this was not written by anybody.
_LONGEST_HEADER = 10_000
_NAME = re.compile(r"[\w.:-]{1,40}", re.ASCII)
_META = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w-]{1,40})", re.IGNORECASE
)


def as_text(payload: bytes, charset: str = "") -> str:
    """Decode by what is declared, else by what it looks like; never fails."""
    for name in _candidates(payload, charset.strip().lower()):
        try:
            return payload.decode(name)
        except (LookupError, ValueError):
            # An unknown name, or bytes that are something else after all.
            continue
    return payload.decode("latin-1")


def _candidates(payload: bytes, declared: str) -> Iterator[str]:
    if payload.startswith((b"\xff\xfe", b"\xfe\xff")):
        yield "utf-16"
    if _NAME.fullmatch(declared):
        yield _MEANT.get(declared, declared)
    yield from ("utf-8", "windows-1252")


def words_of_part(part: Message) -> str:
    """Return a part without parts as text."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return str(part.get_payload())
    return as_text(payload, _charset_of(part, payload))


def _charset_of(part: Message, payload: bytes) -> str:
    if part.get_content_type() == "text/html" and not part.get_param("charset"):
        told = _META.search(payload[:2000])
        return told[1].decode() if told else ""
    return part.get_content_charset() or ""


def header(message: Message, name: str) -> str:
    """Return the first header of this name as one line of text, else ``""``."""
    return one_line(decoded_words(raw_header(message, name)))


def raw_header(message: Message, name: str) -> str:
    """Return it as it stands there, also where it holds what no header may hold."""
    return next(iter(raw_headers(message, name)), "")


def raw_headers(message: Message, name: str) -> list[str]:
    """Return all headers of this name as they stand there, cut if endless."""
    named = (
        str(value)[:_LONGEST_HEADER]
        for key, value in message.raw_items()
        if key.lower() == name.lower()
    )
    return [
        as_text(one.encode("ascii", "surrogateescape")) if _is_of_bytes(one) else one
        for one in named
    ]


def _is_of_bytes(value: str) -> bool:
    """Tell whether it holds bytes as the parser keeps those that are not ASCII."""
    return bool(re.fullmatch(r"[\x00-\x7f\udc80-\udcff]*", value))


def decoded_words(text: str) -> str:
    """Return a header's text with its encoded words read (RFC 2047)."""
    if "=?" not in text:
        return text
    try:
        chunks = decode_header(text)
    except ValueError:  # HeaderParseError is one
        return text
    return "".join(
        chunk if isinstance(chunk, str) else as_text(chunk, charset or "")
        for chunk, charset in chunks
    )


def one_line(text: str) -> str:
    """Return it without line breaks and without what no mail may carry."""
    cleaned = text.encode("utf-8", "replace").decode()
    return " ".join(without_forbidden(cleaned).split())
