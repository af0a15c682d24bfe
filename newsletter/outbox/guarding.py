"""The last look at a message before it leaves the house.

Django stops only CR and LF, and only on the SMTP path; django-anymail's API backends
stop nothing (both measured). So nothing leaves without having passed here.
"""

from collections.abc import Iterator

from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from newsletter.characters import FORBIDDEN_IN_LINE, FORBIDDEN_IN_TEXT


class UnsafeMessage(ValueError):
    """A header or a body carries a character that no mail may carry."""


def refuse_unsafe(message: EmailMessage) -> None:
    """Let a message pass, or name the part that must not leave.

    Raises:
        UnsafeMessage: says which part in plain words, never its content.
    """
    for name, value in _header_lines(message):
        if FORBIDDEN_IN_LINE.search(name) or FORBIDDEN_IN_LINE.search(value):
            raise UnsafeMessage(_strange_sign_in(name))
    for name, value in message.extra_headers.items():
        # RFC 2047 allows encoded words in few places; ours are plain.
        if not f"{name}{value}".isascii():
            raise UnsafeMessage(
                _("The line “%(part)s” above this mail may hold plain letters only.")
                % {"part": _printable(name)}
            )
    for body in _bodies(message):
        if FORBIDDEN_IN_TEXT.search(body):
            raise UnsafeMessage(
                _("The text of this mail holds a sign that no mail may carry.")
            )


def _strange_sign_in(name: str) -> str:
    if name == "Subject":
        return _("The subject holds a sign that no mail may carry. Type it anew.")
    return _(
        "The line “%(part)s” above this mail holds a sign that no mail may carry."
    ) % {"part": _printable(name)}


def _printable(name: str) -> str:
    return ascii(name)[1:-1][:60]


def _header_lines(message: EmailMessage) -> Iterator[tuple[str, str]]:
    yield "Subject", str(message.subject)
    yield "From", str(message.from_email)
    for name, addresses in (
        ("To", message.to),
        ("Cc", message.cc),
        ("Bcc", message.bcc),
        ("Reply-To", message.reply_to),
    ):
        for address in addresses:
            yield name, str(address)
    for name, value in message.extra_headers.items():
        yield name, str(value)


def _bodies(message: EmailMessage) -> Iterator[str]:
    yield str(message.body)
    for alternative in getattr(message, "alternatives", ()):
        yield str(alternative[0])
