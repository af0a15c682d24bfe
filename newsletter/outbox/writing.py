"""Writing a transactional mail down; the sweep finds it and sends it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from django.template import Context, Engine, TemplateDoesNotExist
from django.template.base import Template

from newsletter.colours import Palette, palette_for
from newsletter.links import absolute_url
from newsletter.markup import html_from_mjml
from newsletter.outbox.guarding import refuse_unsafe
from newsletter.outbox.messages import message_of
from newsletter.outbox.models import OutgoingMail

_FRAME = "email/transactional"
# No holiday reply to a confirmation (RFC 3834 section 5; the second is Microsoft's).
_HEADERS = {
    "Auto-Submitted": "auto-generated",
    "X-Auto-Response-Suppress": "All",
}


class Letterhead(Protocol):
    """What of a mailing list stands above and below a mail, and its colours."""

    name: Any
    promise: Any
    organisation: Any
    postal_address: Any
    registration: Any
    accent_colour: Any
    second_colour: Any


def write_mail(
    *,
    purpose: str,
    key: str,
    to: str,
    subject: str,
    template: str,
    context: Mapping[str, Any],
    from_header: str,
    reply_to: str = "",
    headers: Mapping[str, str] | None = None,
    to_hash: str = "",
    mailing_list: Letterhead | None = None,
    now: datetime,
) -> OutgoingMail:
    """Write one mail to one person; the same key twice is one mail.

    Call it in the transaction of the act that the mail is about: both happen or
    neither. The language active now is the language of the mail.

    Args:
        template: ``<template>.txt`` is what we have to say, without head or foot.
            ``<template>.mjml`` is the same in MJML, filling block ``content`` of
            ``email/transactional.mjml``; without that file the text is set in it.
        to_hash: the ``address_hash`` of a subscriber, so that erasing finds the mail.
        mailing_list: whose name and postal address stand on it.

    Raises:
        UnsafeMessage: a control character in a header or the body.
    """
    values = {
        "mailing_list": mailing_list,
        "site_url": absolute_url("home"),
        "privacy_url": absolute_url("privacy"),
        "subject": subject,
        "palette": _palette_of(mailing_list),
        **context,
    }
    content = _text(template, values)
    mail = OutgoingMail(
        purpose=purpose,
        key=key,
        to_address=to,
        to_hash=to_hash,
        from_header=from_header,
        reply_to=reply_to,
        subject=subject,
        text=_text(_FRAME, {**values, "content": content}),
        headers={**_HEADERS, **(headers or {})},
        not_before=now,
        created_at=now,
    )
    # Before the HTML: a control character makes the mail engine give up, unexplained.
    refuse_unsafe(message_of(mail))
    mail.html = html_from_mjml(_mjml(template, {**values, "content": content}))
    return keep_mail(mail)


def keep_mail(mail: OutgoingMail) -> OutgoingMail:
    """Write one mail down whose words are ready; the same key twice is one mail.

    Raises:
        UnsafeMessage: a control character in a header or the body.
    """
    refuse_unsafe(message_of(mail))
    # One INSERT that gives way to an earlier one: no error to break a transaction.
    OutgoingMail.objects.bulk_create([mail], ignore_conflicts=True)
    return OutgoingMail.objects.get(key=mail.key)


def _palette_of(mailing_list: Letterhead | None) -> Palette:
    if mailing_list is None:
        return Palette()
    return palette_for(mailing_list.accent_colour, mailing_list.second_colour)


def _text(template: str, values: Mapping[str, Any]) -> str:
    source = _template(f"{template}.txt")
    # Escaping is for markup: a reader of plain text would see "&amp;".
    rendered: str = source.render(Context({**values}, autoescape=False))
    lines = [line.rstrip() for line in rendered.strip().splitlines()]
    return "\n".join(lines) + "\n"


def _mjml(template: str, values: Mapping[str, Any]) -> str:
    try:
        source = _template(f"{template}.mjml")
    except TemplateDoesNotExist:
        source = _template(f"{_FRAME}.mjml")
    rendered: str = source.render(Context({**values}))
    return rendered


def _template(name: str) -> Template:
    return Engine.get_default().get_template(name)
