"""Answering readers, and asking whether we may print what they wrote."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from newsletter.audit.recording import record_act
from newsletter.mistakes.answer_models import Answer, PublishingConsent
from newsletter.mistakes.handling import ChangedMeanwhile, mark_handled
from newsletter.mistakes.letters import CannotWrite, language_of, merged, write_back
from newsletter.mistakes.models import ReaderMail


def question_to_print(mail: ReaderMail) -> str:
    """Return the words in which a reader is asked, in the newsletter's language."""
    with override(language_of(mail)):
        return _(
            "May we print what you wrote in a next issue, with your first name only? "
            "Answer this mail with yes or no; without a yes we do not."
        )


def answer(
    mail: ReaderMail,
    words: str,
    *,
    press: UUID,
    by: AbstractBaseUser,
    now: datetime,
    asks_to_print: bool = False,
) -> Answer:
    """Answer a reader; pressing twice makes one answer. The mail is handled then.

    Args:
        words: may hold ``{voornaam}``.
        press: names the page it was written on.

    Raises:
        CannotWrite: nobody can or may be written to, or they are in need and asked
            to let us print it.
    """
    if asks_to_print and mail.may_be_in_need:
        raise CannotWrite(_("Do not ask somebody who may be in need to print it."))
    wording = question_to_print(mail)
    if asks_to_print:
        words = f"{words.rstrip()}\n\n{wording}"
    with transaction.atomic():
        written, is_new = Answer.objects.get_or_create(
            press=press,
            defaults={
                "reader_mail": mail,
                "text": merged(words, mail),
                "written_at": now,
                "written_by_id": by.pk,
            },
        )
        if not is_new:
            return written
        write_back(
            mail, words, purpose="answer to a reader", key=f"answer-{press}", now=now
        )
        note_first_answer(mail, now=now)
        mark_handled(ReaderMail.objects.filter(pk=mail.pk), by=by)
        if asks_to_print:
            PublishingConsent.objects.get_or_create(
                reader_mail=mail,
                defaults={"wording": wording, "asked_at": now, "asked_by_id": by.pk},
            )
        record_act("reader answered", mail, by=by, now=now)
    mail.refresh_from_db(fields=("state", "handled_by", "first_answered_at"))
    return written


def note_first_answer(mail: ReaderMail, *, now: datetime) -> None:
    """Remember when somebody was answered first; later answers change nothing."""
    unanswered = ReaderMail.objects.filter(pk=mail.pk, first_answered_at=None)
    unanswered.update(first_answered_at=now)


def note_consent(
    consent: PublishingConsent,
    said: str,
    note: str,
    *,
    by: AbstractBaseUser,
    now: datetime,
) -> None:
    """Write down what a reader said; a later word of theirs takes its place.

    Raises:
        ChangedMeanwhile: no word that can be noted.
    """
    if said not in ("yes", "no"):
        raise ChangedMeanwhile(_("Say whether they said yes or no."))
    with transaction.atomic():
        PublishingConsent.objects.filter(pk=consent.pk).update(
            said=said, said_at=now, noted_by=by.pk, note=note.strip()[:200]
        )
        record_act("consent to print noted", consent, by=by, now=now, said=said)
    consent.refresh_from_db()
