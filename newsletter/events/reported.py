"""Acting on what mail servers report by mail, as on what a provider tells."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from anymail.signals import AnymailTrackingEvent
from django.db import OperationalError, transaction
from django.utils.translation import gettext as _

from newsletter.delivery.messages import ISSUE_VARIABLE, READER_VARIABLE
from newsletter.delivery.models import Delivery
from newsletter.events.mail_reports import MailReport, reports_in
from newsletter.events.recording import record_events
from newsletter.outbox.messages import message_id
from newsletter.outbox.models import OutgoingMail
from newsletter.outbox.returned import mail_called
from subscribers.addresses import address_hash
from subscribers.models import Subscriber
from subscribers.registry import Happening, Person

logger = logging.getLogger(__name__)

PROVIDER = "mail"
# Mail servers give up after a week or sooner; feedback may take some more.
_LONGEST_TRIED = timedelta(days=30)


class MailAsItCame(Protocol):
    """A mail that is kept whole."""

    raw: bytes | memoryview | None


def record_reported(mail: MailAsItCame, now: datetime) -> None:
    """Record what a bounce or a complaint says of a mail of ours.

    What is not understood stays what it is: a mail that somebody may read.

    Raises:
        OperationalError: the database is away; the mail comes again.
    """
    try:
        with transaction.atomic():
            reports = reports_in(bytes(mail.raw or b""))
            told = [event for report in reports for event in _events(report, now=now)]
            told += [one for each in reports for one in _of_single_mail(each, now=now)]
            record_events([told], provider=PROVIDER, now=now)
    except OperationalError:
        raise
    except Exception as trouble:  # of whatever kind: it is somebody else's text
        logger.warning("A report by mail is not understood: %s", type(trouble).__name__)


def _events(report: MailReport, *, now: datetime) -> Iterator[AnymailTrackingEvent]:
    """Return it as an event, if it is about a reader at the address we mail.

    Anyone can write such a mail. Who has nobody's Message-ID but their own harms nobody
    else, and who moved since is not judged by the mailbox of before.
    """
    if report.reader is None:
        return
    reader, beginning = report.reader
    first, last = (UUID(beginning + digit * 24) for digit in "0f")
    delivery = (
        Delivery.objects.filter(
            subscriber__uuid=reader, dispatch__issue__uuid__range=(first, last)
        )
        .select_related("subscriber", "dispatch__issue")
        .last()
    )
    if delivery is None or not _is_at(delivery.subscriber.address_hash, report):
        return
    yield AnymailTrackingEvent(
        event_type=report.kind,
        event_id=report.event_id,
        timestamp=_likely(report.at, now),
        mta_response=report.words,
        metadata={
            ISSUE_VARIABLE: delivery.dispatch.issue.uuid.hex,
            READER_VARIABLE: reader.hex,
        },
    )


def _of_single_mail(
    report: MailReport, *, now: datetime
) -> Iterator[AnymailTrackingEvent]:
    """Return it as an event, if it is about a mail of the outbox and who got that."""
    mail = None if report.reader else mail_called(report.ids)
    # Colleagues' addresses are no readers', and nobody stops mailing them.
    if mail is None or not mail.to_hash:
        return
    told = {address_hash(address): address for address in report.addresses}
    reader = Subscriber.objects.filter(address_hash=mail.to_hash).first()
    unsaid = reader.address if reader and not told else ""
    if recipient := told.get(mail.to_hash, unsaid):
        yield AnymailTrackingEvent(
            event_type=report.kind,
            event_id=report.event_id,
            timestamp=_likely(report.at, now),
            mta_response=report.words,
            recipient=recipient,
            message_id=message_id(mail),
        )


def _likely(at: datetime | None, now: datetime) -> datetime:
    """Return when it was written, unless no clock of a mail server can have said so."""
    return at if at and now - _LONGEST_TRIED <= at <= now else now


def _is_at(hashed: str, report: MailReport) -> bool:
    """Tell whether no other address is said; feedback often has none."""
    told = {address_hash(address) for address in report.addresses}
    return not told or hashed in told


def returned_in_story(person: Person, newest: int) -> list[Happening]:
    """Return the single mails to somebody that came back."""
    mails = OutgoingMail.objects.returned().filter(to_hash__in=person.hashes)
    return [
        Happening(
            at=mail.accepted_at or mail.created_at,
            kind="trouble",
            title=_("our mail came back: %(what)s") % {"what": _(mail.purpose)},
            more=(mail.last_error,),
        )
        for mail in mails.order_by("-created_at")[:newest]
    ]
