"""Saying what a mail is where the machine took it for something else.

A person's mail that was filed as a machine's is not lost, and what nobody recognised as
a report still gets a desk. What a colleague says stays: nothing sorts a mail twice.
"""

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from newsletter.audit.recording import record_act
from newsletter.mistakes.crisis import sounds_of_need
from newsletter.mistakes.handling import ChangedMeanwhile
from newsletter.mistakes.models import (
    KINDS_OF_MACHINES,
    Crisis,
    MistakeReport,
    ReaderMail,
    ReaderMailKind,
    ReaderMailState,
)

_KINDS_OF_PEOPLE = tuple(
    kind for kind in ReaderMailKind if kind not in KINDS_OF_MACHINES
)


def a_person_wrote(mail: ReaderMail, *, by: AbstractBaseUser, now: datetime) -> None:
    """Let a mail wait for an answer that was filed as a machine's.

    Raises:
        ChangedMeanwhile: it is no machine's any more.
    """
    _sort(mail, ReaderMailKind.OTHER, among=KINDS_OF_MACHINES, by=by, now=now)


def points_at_a_mistake(
    mail: ReaderMail, *, by: AbstractBaseUser, now: datetime
) -> MistakeReport:
    """Give a mail a desk as a report, whatever it was taken for.

    Raises:
        ChangedMeanwhile: it has one by now.
    """
    with transaction.atomic():
        report, is_new = MistakeReport.objects.get_or_create(
            reader_mail=mail, defaults={"article": mail.article, "created_at": now}
        )
        if not is_new:
            raise ChangedMeanwhile(_("It has a desk as a report by now."))
        _sort(mail, ReaderMailKind.MISTAKE, among=ReaderMailKind, by=by, now=now)
    return report


def is_spam(mail: ReaderMail, *, by: AbstractBaseUser, now: datetime) -> None:
    """File a mail that nobody has to answer.

    Raises:
        ChangedMeanwhile: it was filed, or is a report by now.
    """
    if MistakeReport.objects.filter(reader_mail=mail).exists():
        raise ChangedMeanwhile(_("It has a desk as a report by now."))
    _sort(mail, ReaderMailKind.SPAM, among=_KINDS_OF_PEOPLE, by=by, now=now)


def _sort(
    mail: ReaderMail,
    kind: ReaderMailKind,
    *,
    among: Collection[str],
    by: AbstractBaseUser,
    now: datetime,
) -> None:
    """Make it another kind; a person's mail waits, and is looked at for need."""
    is_filed = kind in KINDS_OF_MACHINES
    columns: dict[str, object] = {
        "kind": kind,
        "because": "",
        "state": ReaderMailState.FILED if is_filed else ReaderMailState.NEW,
        "handled_by": None,
    }
    if not is_filed and not mail.crisis and sounds_of_need(mail.subject, mail.words):
        columns["crisis"] = Crisis.SUGGESTED
    with transaction.atomic():
        same = ReaderMail.objects.filter(pk=mail.pk, kind__in=list(among))
        if not same.update(**columns):
            raise ChangedMeanwhile(
                _("A colleague sorted this mail just now. That stays so.")
            )
        record_act("reader mail sorted", mail, by=by, now=now, kind=str(kind))
    mail.refresh_from_db(fields=tuple(columns))
