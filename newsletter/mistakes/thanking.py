"""Thanking everyone who pointed at one mistake: one press, one mail each, never two."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from newsletter.audit.recording import record_act
from newsletter.mistakes.answering import note_first_answer
from newsletter.mistakes.handling import ChangedMeanwhile, mark_handled
from newsletter.mistakes.letters import language_of, list_of, why_not, write_back
from newsletter.mistakes.models import MistakeReport, ReaderMail
from newsletter.mistakes.models import MistakeReportState as State
from subscribers.addresses import address_hash

# Only who was told what became of their remark is through.
_AT_THE_END = (State.CORRECTED, State.NOT_A_MISTAKE)


@dataclass(frozen=True)
class Thanks:
    """How many were thanked, and how many left no address that we may mail."""

    thanked: int
    unreachable: int


def to_be_thanked(report: MistakeReport) -> list[MistakeReport]:
    """Return the reports of this mistake whose reader was not thanked yet."""
    waiting = report.joined.filter(state__in=_AT_THE_END)
    return list(
        waiting.select_related("reader_mail__issue__mailing_list", "correction")
    )


def words_of_thanks(report: MistakeReport) -> str:
    """Return a letter to begin with, in the language of the newsletter."""
    mailing_list = list_of(report.reader_mail)
    with override(language_of(report.reader_mail)):
        return render_to_string(
            "newsletter/email/thanks.txt",
            {
                "report": report,
                "correction": report.correction,
                "mailing_list": mailing_list,
                "is_mistake": report.state != State.NOT_A_MISTAKE,
            },
        ).strip()


def thank(
    report: MistakeReport, words: str, *, by: AbstractBaseUser, now: datetime
) -> Thanks:
    """Thank everyone who pointed at this mistake and was not thanked before.

    Args:
        report: the first of those of the same mistake.
        words: may hold ``{voornaam}``.

    Raises:
        ChangedMeanwhile: a colleague thanked them just now; nobody gets it twice.
    """
    thanked: set[str] = set()
    mails: list[ReaderMail] = []
    with transaction.atomic():
        for one in to_be_thanked(report):
            same = MistakeReport.objects.filter(pk=one.pk, state=one.state)
            if not same.update(state=State.THANKED):
                continue
            mails.append(one.reader_mail)
            if not why_not(one.reader_mail):
                note_first_answer(one.reader_mail, now=now)
                thanked.add(_thank_one(report, one.reader_mail, words, now=now))
        if not mails:
            raise ChangedMeanwhile(
                _("They were thanked already. Nobody gets it twice.")
            )
        mark_handled(ReaderMail.objects.filter(pk__in=[m.pk for m in mails]), by=by)
        record_act("reader thanked", report, by=by, now=now, readers=len(thanked))
    report.refresh_from_db()
    without = sum(1 for mail in mails if why_not(mail))
    return Thanks(thanked=len(thanked), unreachable=without)


def _thank_one(
    report: MistakeReport, mail: ReaderMail, words: str, *, now: datetime
) -> str:
    """Thank one reader; who wrote twice about one mistake is thanked once."""
    hashed = address_hash(mail.answers_go_to)
    with override(language_of(mail)):
        subject = _("Thank you: you read well")
    write_back(
        mail,
        words,
        purpose="thanks to a reader",
        key=f"thanks-{report.pk}-{hashed[:32]}",
        subject=subject,
        now=now,
    )
    return hashed
