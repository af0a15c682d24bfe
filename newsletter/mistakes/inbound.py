"""A mail that comes in, understood as far as it can be, lost never."""

import hashlib
from datetime import datetime

from newsletter.mistakes.answer_address import address_to_answer
from newsletter.mistakes.decoding import header, one_line
from newsletter.mistakes.leaving import tokens_addressed, tokens_in
from newsletter.mistakes.models import ReaderMail
from newsletter.mistakes.reading import Letter, read
from newsletter.mistakes.recognising import recognise
from newsletter.mistakes.reporting import Remark, take_in
from newsletter.mistakes.returned import address_concerned
from newsletter.mistakes.sorting import sort
from newsletter.mistakes.trimming import part


def receive(
    raw: bytes, *, recipient: str = "", provider_id: str = "", now: datetime
) -> ReaderMail:
    """Take in one message as it came over the wire.

    Args:
        raw: the whole message (RFC 5322), however broken.
        recipient: the envelope's recipient where the provider tells it.
        provider_id: what the provider calls this arrival.
    """
    letter = read(raw)
    parted = part(letter.words)
    recipients = (recipient, *letter.recipients)
    about = recognise(letter, parted, recipients=recipients)
    to_leave = tokens_addressed(recipients)
    what = sort(letter, parted, way=about.way, to_leave=bool(to_leave))
    return take_in(
        Remark(
            key=_key(letter, raw),
            way=about.way,
            text=letter.text,
            said=parted.said,
            subject=letter.subject,
            from_name=letter.from_name,
            from_address=letter.from_address,
            answer_address=address_to_answer(letter),
            concerns=address_concerned(letter.message),
            issue=about.issue,
            article=about.article,
            kind=what.kind,
            because=what.because,
            points_at_a_mistake=what.points_at_a_mistake,
            leave_tokens=to_leave or tokens_in(letter),
            is_to_leave=bool(to_leave),
            message_id=letter.message_id,
            thread=" ".join(letter.thread),
            enclosures=letter.enclosures,
            provider_id=one_line(provider_id)[:150] or None,
            raw=raw,
        ),
        now=now,
    )


def _key(letter: Letter, raw: bytes) -> str:
    """Return what is equal for one message, however often and by whom it comes in.

    The sender chooses the Message-ID, so it says too little alone: two messages that
    share one by mistake are both kept. What servers add on the way does not count.
    """
    names = ("Message-ID", "From", "Subject")
    told = [header(letter.message, name) for name in names]
    if not any(told):
        return f"sha256:{hashlib.sha256(raw).hexdigest()}"
    if not told[0]:
        told += [header(letter.message, "Date")]
        told += [f"{one.name} {one.size}" for one in letter.enclosures]
    whole = "\0".join([*told, letter.text]).encode("utf-8", "replace")
    return f"sha256:{hashlib.sha256(whole).hexdigest()}"
