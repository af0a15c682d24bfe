"""Requests under the privacy law (AVG): taken in, checked, answered, closed in time.

Every act is one guarded change of a request that is still open, and stands on record.
Articles are those of Regulation (EU) 2016/679.
"""

import calendar
from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import override

from newsletter.audit.recording import record_act
from newsletter.outbox.writing import write_mail
from subscribers.addresses import address_hash
from subscribers.consent import unsubscribe
from subscribers.models import (
    MailingList,
    PrivacyRequest,
    RequestKind,
    RequestOutcome,
    Subscriber,
    SuppressionReason,
)
from subscribers.privacy import erase, forget_stranger
from subscribers.suppression import suppress

# Art. 12(3): one month, and two more where the request is complex.
MONTHS, MONTHS_EXTENDED = 1, 3
ENOUGH_TO_SAY_WHO = (RequestKind.OBJECTION,)


class CannotDoThat(Exception):
    """The request does not allow it; the text says why and what can be done."""


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later, or the last one of that month.

    >>> months_after(date(2027, 1, 31), 1)
    datetime.date(2027, 2, 28)
    """
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def days_left(request: PrivacyRequest, now: datetime) -> int:
    """Return how many days there are to answer; below zero it is too late."""
    return (request.answer_by - localdate(now)).days


def take_in(request: PrivacyRequest, *, by: AbstractBaseUser, now: datetime) -> None:
    """Write a request down and start its clock on the day it came in."""
    request.answer_by = months_after(request.received_on, MONTHS)
    request.taken_in_at, request.taken_in_by = now, by.get_username()
    request.subscriber = Subscriber.objects.by_address(request.address).first()
    with transaction.atomic():
        request.save(force_insert=True)
        _on_record("request taken in", request, by=by, now=now)


def check_identity(
    request: PrivacyRequest, how: str, *, by: AbstractBaseUser, now: datetime
) -> None:
    """Put on record how we know that it is them (art. 12(6)).

    Raises:
        CannotDoThat: the request is closed.
    """
    _change(
        request,
        "identity checked",
        by=by,
        now=now,
        identity_checked_at=now,
        identity_how=how,
        identity_by=by.get_username(),
    )


def extend(
    request: PrivacyRequest, reason: str, *, by: AbstractBaseUser, now: datetime
) -> None:
    """Take two months more; the person has to hear why within the first month.

    Raises:
        CannotDoThat: it is closed, was extended before, or the month is over.
    """
    if request.extended_at:
        raise CannotDoThat(_("The time was extended already; the law allows it once."))
    if days_left(request, now) < 0:
        raise CannotDoThat(
            _("The month is over, and only within it may the time be extended. Answer.")
        )
    _change(
        request,
        "request extended",
        by=by,
        now=now,
        extended_at=now,
        extension_reason=reason,
        answer_by=months_after(request.received_on, MONTHS_EXTENDED),
    )


def letter_for(request: PrivacyRequest, *, now: datetime) -> str:
    """Return an answer to begin with, in Dutch, to be read and changed."""
    mailing_list = MailingList.objects.order_by("pk").first()
    context = {
        "request": request,
        "kind": RequestKind(request.kind).value,
        "mailing_list": mailing_list,
        "today": localdate(now),
    }
    with override("nl"):
        letter = render_to_string("subscribers/letters/answer.txt", context)
    return "\n".join(line.rstrip() for line in letter.strip().splitlines()) + "\n"


def answer(
    request: PrivacyRequest,
    letter: str,
    *,
    by_mail: bool,
    by: AbstractBaseUser,
    now: datetime,
) -> None:
    """Keep our answer, and mail it where asked; whoever objects is not mailed again.

    Raises:
        CannotDoThat: it is closed, nobody checked who it is, or we have no address.
    """
    _refuse_unknown(request)
    if by_mail and not request.address:
        raise CannotDoThat(_("We have no address to mail to. Answer by letter."))
    with transaction.atomic():
        _change(
            request, "request answered", by=by, now=now, answer=letter, answered_at=now
        )
        if request.kind == RequestKind.OBJECTION:
            _stop_mailing(request, by=by, now=now)
        if by_mail:
            _mail(request, request.address, letter, now=now)


def _stop_mailing(
    request: PrivacyRequest, *, by: AbstractBaseUser, now: datetime
) -> None:
    """End every subscription of who objects; a stranger is never taken in either.

    Mail for marketing ends with the objection, without weighing (art. 21(3)).
    """
    if request.subscriber is None:
        if request.address:
            suppress(request.address, SuppressionReason.STAFF, now, by=by)
        return
    for subscription in request.subscriber.subscriptions.all():
        unsubscribe(subscription, through="privacy request", now=now)


def forget_as_asked(
    request: PrivacyRequest, letter: str, *, by: AbstractBaseUser, now: datetime
) -> None:
    """Erase the person, mail them our answer as the very last, and close the request.

    Raises:
        CannotDoThat: it is closed, it does not ask for that, or nobody checked who
            it is.
    """
    _refuse_unknown(request)
    address, subscriber = request.address, request.subscriber
    if request.kind != RequestKind.ERASURE:
        raise CannotDoThat(_("This request does not ask us to forget anybody."))
    with transaction.atomic():
        _change(request, "request answered", by=by, now=now, answered_at=now)
        if subscriber:
            erase(subscriber, channel="privacy request", now=now, by=by)
        forget_stranger(address, now=now)
        close(request, RequestOutcome.DONE, "", by=by, now=now)
        if address:
            # After erasing, which empties what waits for them; gone once it has left.
            _mail(request, address, letter, now=now)


def close(
    request: PrivacyRequest,
    outcome: RequestOutcome,
    note: str,
    *,
    by: AbstractBaseUser,
    now: datetime,
) -> None:
    """End a request, with what came of it.

    Raises:
        CannotDoThat: it is closed already, or there is no answer although it was kept.
    """
    request.refresh_from_db(fields=("answered_at",))
    if request.answered_at is None and outcome != RequestOutcome.WITHDRAWN:
        raise CannotDoThat(
            _("Answer first: also who is refused, or unknown to us, hears so.")
        )
    _change(
        request,
        "request closed",
        by=by,
        now=now,
        closed_at=now,
        closed_by=by.get_username(),
        outcome=outcome,
        outcome_note=note,
    )


def refuse_unchecked(request: PrivacyRequest) -> None:
    """Let nobody's data out before we know that it is theirs.

    Raises:
        CannotDoThat: nobody checked who asks.
    """
    if request.identity_checked_at is None:
        raise CannotDoThat(
            _("First check who asks this: data must not go to somebody else.")
        )


def _refuse_unknown(request: PrivacyRequest) -> None:
    if request.kind not in ENOUGH_TO_SAY_WHO:
        refuse_unchecked(request)


def _change(
    request: PrivacyRequest,
    act: str,
    *,
    by: AbstractBaseUser,
    now: datetime,
    **values: Any,
) -> None:
    with transaction.atomic():
        if not PrivacyRequest.objects.filter(pk=request.pk, closed_at=None).update(
            **values
        ):
            raise CannotDoThat(_("This request is closed already."))
        request.refresh_from_db()
        _on_record(act, request, by=by, now=now)


def _on_record(
    act: str, request: PrivacyRequest, *, by: AbstractBaseUser, now: datetime
) -> None:
    """Put it on record with the request, and on the page of whom it is about."""
    record_act(act, request, by=by, now=now, kind=request.kind)
    if request.subscriber:
        record_act(act, request.subscriber, by=by, now=now, request=request.pk)


def _mail(request: PrivacyRequest, address: str, letter: str, *, now: datetime) -> None:
    mailing_list = MailingList.objects.order_by("pk").first()
    if mailing_list is None:
        raise CannotDoThat(_("There is no newsletter yet to write in the name of."))
    with override("nl"):
        write_mail(
            purpose="answer to a privacy request",
            key=f"privacy-request-{request.pk}-{now:%Y%m%d%H%M%S%f}",
            to=address,
            to_hash=address_hash(address),
            subject=_("Your question to %(list)s about your data")
            % {"list": mailing_list.organisation},
            template="subscribers/email/letter",
            context={"letter": letter},
            from_header=mailing_list.from_header,
            reply_to=mailing_list.sender_address,
            mailing_list=mailing_list,
            now=now,
        )
