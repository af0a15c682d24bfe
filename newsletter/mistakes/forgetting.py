"""Forgetting who wrote to us; that a piece had a mistake stays."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet

from newsletter.mistakes.answer_models import Answer, PublishingConsent
from newsletter.mistakes.models import (
    MistakeReport,
    ReaderMail,
    ReaderMailAttachment,
    ReaderMailState,
)
from newsletter.mistakes.reporting import notice_key
from newsletter.outbox.forgetting import forget_mail_about
from subscribers.addresses import address_hash
from subscribers.registry import Leaving

# Attachments stand inside ``raw``; only their names stand beside it.
_EMPTIED: dict[str, object] = {
    "from_name": "",
    "from_address": "",
    "answer_address": "",
    "raw": None,
    "text": "",
    "said": "",
    "subject": "",
    "because": "",
    "message_id": "",
    "thread": "",
    "subscriber": None,
}


def forget_reader_mail(leaving: Leaving) -> None:
    """Empty everything that names the person in the mail they sent us.

    The notices to colleagues that still wait quote the mail, so they go as well.
    """
    theirs = mails_of(leaving.address, leaving.address_hash)
    theirs += mails_from_before(leaving.former_hashes)
    # Also what came back of a mail to them: there a mail server is the sender.
    linked = ReaderMail.objects.filter(subscriber=leaving.subscriber_id)
    theirs += linked.values_list("pk", flat=True)
    _forget_where_to_answer(leaving)
    forget_mail_about(map(notice_key, theirs))
    empty_mails(ReaderMail.objects.filter(pk__in=theirs), leaving.now)


def _forget_where_to_answer(leaving: Leaving) -> None:
    """Take their addresses out of mails that came from another one of theirs."""
    named = ReaderMail.objects.exclude(answer_address="")
    if not leaving.former_hashes:
        local_part = leaving.address.rpartition("@")[0]
        named = named.filter(answer_address__istartswith=f"{local_part}@")
    hashes = {leaving.address_hash, *leaving.former_hashes}
    theirs = [
        pk
        for pk, address in named.values_list("pk", "answer_address")
        if address_hash(address) in hashes
    ]
    ReaderMail.objects.filter(pk__in=theirs).update(answer_address="")


def mails_handled_before(before: datetime) -> "QuerySet[ReaderMail]":
    """Return the mails that nobody works on any more and that still name somebody."""
    done = ReaderMail.objects.filter(received_at__lt=before).exclude(
        state=ReaderMailState.NEW
    )
    return done.exclude(**_EMPTIED)


def empty_mails(mails: "QuerySet[ReaderMail]", now: datetime) -> None:
    """Take out of mails who wrote them and what; that they came stays."""
    theirs = mails.values("pk")
    ReaderMailAttachment.objects.filter(reader_mail__in=theirs).delete()
    Answer.objects.filter(reader_mail__in=theirs).update(text="")
    PublishingConsent.objects.filter(reader_mail__in=theirs).update(note="")
    # Colleagues may have written there whom they phoned.
    MistakeReport.objects.filter(reader_mail__in=theirs).update(note="")
    mails.update(**_EMPTIED)


def mails_from_before(hashes: Collection[str]) -> list[int]:
    """Return the mails from addresses of which only the keyed hash is left.

    Each is looked at, which is for few readers: those who moved and leave.
    """
    if not hashes:
        return []
    named = ReaderMail.objects.exclude(from_address="")
    return [
        pk
        for pk, address in named.values_list("pk", "from_address").iterator()
        if address_hash(address) in hashes
    ]


def mails_of(address: str, hashed: str) -> list[int]:
    """Return their mails, in whatever spelling of the address they came.

    The database finds who has the same name before the @; the keyed hash decides.
    """
    local_part = address.rpartition("@")[0]
    near = ReaderMail.objects.filter(from_address__istartswith=f"{local_part}@")
    return [
        pk
        for pk, other in near.values_list("pk", "from_address")
        if address_hash(other) == hashed
    ]
