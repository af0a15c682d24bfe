"""Writing back to a reader: to whom we may, under what subject, in which thread."""

import re
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from newsletter.mistakes.machines import is_read_by_nobody
from newsletter.mistakes.models import ReaderMail
from newsletter.outbox.models import OutgoingMail
from newsletter.outbox.writing import write_mail
from newsletter.rendering.reply_to import reply_address
from subscribers.addresses import (
    InvalidAddress,
    address_hash,
    clean_address,
)
from subscribers.models import MailingList
from subscribers.names import InvalidName, clean_name
from subscribers.suppression import is_suppressed

# Where an editor wants the reader's first name.
NAME_MARK = "{voornaam}"
_REPLY = re.compile(r"^\s*((re|aw|antw|sv)\s*:\s*)+", re.IGNORECASE)
# A person pressed the button, so it is no automatic reply (RFC 3834, section 5).
_BY_A_PERSON = {"Auto-Submitted": "no"}


class CannotWrite(Exception):
    """Nobody can or may be written to here; the text says why."""


def why_not(mail: ReaderMail) -> str:
    """Return why no mail may go to who wrote this; "" when one may."""
    if mail.is_of_a_machine:
        return _("A machine wrote this: it gets no answer.")
    address = mail.answers_go_to
    if not address:
        return _("There is no address to answer to.")
    if is_read_by_nobody(address):
        return _("This address says itself that nobody reads it: it gets no answer.")
    try:
        clean_address(address)
    except InvalidAddress:
        return _("No mail can be sent to this address.")
    if is_suppressed(address) or (
        mail.answer_address and is_suppressed(mail.from_address)
    ):
        return _("This address is blocked: we never mail it.")
    return ""


def list_of(mail: ReaderMail) -> MailingList | None:
    """Return the newsletter that answers: the one it is about, else the first."""
    if mail.issue is not None:
        return mail.issue.mailing_list
    return MailingList.objects.order_by("pk").first()


def language_of(mail: ReaderMail) -> str:
    """Return the language in which a reader is answered."""
    mailing_list = list_of(mail)
    return mailing_list.language if mailing_list else settings.LANGUAGE_CODE


def first_name_of(mail: ReaderMail) -> str:
    """Return the first name somebody writes under, "" when it is none."""
    name = mail.from_name
    if "," in name:
        # "Bos, Sanne", as address books have it.
        name = name.rpartition(",")[2]
    try:
        return (clean_name(name).split() or [""])[0]
    except InvalidName:
        return ""


def merged(words: str, mail: ReaderMail) -> str:
    """Return an editor's words with the reader's first name, or well without one."""
    name = first_name_of(mail)
    if name:
        return words.replace(NAME_MARK, name)
    return re.sub(rf"[ ,]*{re.escape(NAME_MARK)}", "", words)


def write_back(
    mail: ReaderMail,
    words: str,
    *,
    purpose: str,
    key: str,
    now: datetime,
    subject: str = "",
) -> OutgoingMail:
    """Write to a reader, in the thread of their mail; the same key twice is one mail.

    Args:
        words: may hold ``{voornaam}``.
        subject: for who wrote on a form, where there is no thread to go on with.

    Raises:
        CannotWrite: no address, a machine's, or one that we never mail.
    """
    mailing_list = list_of(mail)
    if (reason := why_not(mail)) or mailing_list is None:
        raise CannotWrite(reason or _("There is no newsletter yet to write for."))
    address = clean_address(mail.answers_go_to)
    with override(mailing_list.language):
        return write_mail(
            purpose=purpose,
            key=key,
            to=address,
            to_hash=address_hash(address),
            subject=_subject(mail, subject),
            template="newsletter/email/letter",
            context={"words": merged(words, mail)},
            from_header=mailing_list.from_header,
            reply_to=reply_address(mail.issue) if mail.issue else "",
            headers={**_BY_A_PERSON, **mail.answering_headers},
            mailing_list=mailing_list,
            now=now,
        )


def _subject(mail: ReaderMail, otherwise: str) -> str:
    theirs = _REPLY.sub("", mail.subject).strip() if mail.message_id else ""
    subject = f"Re: {theirs}" if theirs else otherwise or _("Your message to us")
    return " ".join(subject.split())[:150]
