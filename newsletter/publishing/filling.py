"""What the clock does for a Sunday that would stay without: offer or use a reserve."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from newsletter.issues.models import Issue
from newsletter.links import absolute_url
from newsletter.outbox.models import OutgoingMail
from newsletter.outbox.writing import write_mail
from newsletter.publishing.deputies import schedulers
from newsletter.publishing.reserve import (
    CannotUseReserve,
    is_worked_on,
    reserves,
    sunday_without,
    use_reserve,
)
from newsletter.publishing.sundays import Sunday
from subscribers.models import MailingList, ReserveUse

PURPOSE = "reserve"


def fill_empty_sundays(now: datetime) -> None:
    """Use a reserve where the list says so, else offer it to who may schedule, once."""
    for mailing_list in MailingList.objects.all():
        sunday = sunday_without(mailing_list, now=now)
        reserve = reserves(mailing_list).first() if sunday else None
        if sunday and reserve:
            _fill(sunday, reserve, now=now)


def _fill(sunday: Sunday, reserve: Issue, *, now: datetime) -> None:
    trouble = ""
    if reserve.mailing_list.reserve_use == ReserveUse.BY_ITSELF:
        if is_worked_on(sunday, now=now):
            return
        try:
            with transaction.atomic(), override(settings.LANGUAGE_CODE):
                use_reserve(reserve, by=None, now=now)
                _tell(sunday, reserve, is_used=True, trouble="", now=now)
            return
        except CannotUseReserve as refusal:
            trouble = str(refusal)
    # Another clock may have used it in between: then there is nothing to offer.
    if sunday_without(reserve.mailing_list, now=now):
        with transaction.atomic(), override(settings.LANGUAGE_CODE):
            _tell(sunday, reserve, is_used=False, trouble=trouble, now=now)


def _tell(
    sunday: Sunday, reserve: Issue, *, is_used: bool, trouble: str, now: datetime
) -> None:
    """Put one mail for each publisher in the outbox, deputies of today included."""
    what = "used" if is_used else "offered"
    keys = {
        f"{PURPOSE}-{what}-{reserve.mailing_list_id}-{sunday.day}-{one.pk}": one
        for one in schedulers(now=now)
        if one.email
    }
    written = OutgoingMail.objects.filter(key__in=keys).values_list("key", flat=True)
    for key in keys.keys() - set(written):
        _write(
            key, keys[key], sunday, reserve, is_used=is_used, trouble=trouble, now=now
        )


def _write(
    key: str,
    person: User,
    sunday: Sunday,
    reserve: Issue,
    *,
    is_used: bool,
    trouble: str,
    now: datetime,
) -> None:
    mailing_list = reserve.mailing_list
    words = {"day": date_format(sunday.day, _("l F j")), "reserve": reserve}
    subject = (
        _("%(reserve)s, the reserve, leaves on %(day)s")
        if is_used
        else _("Nothing is approved for %(day)s. Use the reserve?")
    )
    write_mail(
        purpose=PURPOSE,
        key=key,
        to=person.email,
        subject=subject % words,
        template=f"newsletter/email/{PURPOSE}",
        context={
            **words,
            "is_used": is_used,
            "trouble": trouble,
            "draft": sunday.issue,
            "front_page": absolute_url("admin:index"),
            "address": absolute_url("admin:newsletter_issue_publish", reserve.pk),
        },
        from_header=mailing_list.from_header,
        mailing_list=mailing_list,
        now=now,
    )
