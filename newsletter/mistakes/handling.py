"""Settling what readers wrote: two colleagues at once, and neither undoes the other."""

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from newsletter.articles.models import Article
from newsletter.mistakes.models import MistakeReport, ReaderMail, ReaderMailState


class ChangedMeanwhile(Exception):
    """A colleague was quicker; the text says who, and what it is now."""


def change_state(
    mail: ReaderMail, state: str, *, seen: str, by: AbstractBaseUser
) -> None:
    """Give a mail another state; who handles it is remembered.

    Args:
        seen: the state it had on the page from which it is changed.

    Raises:
        ChangedMeanwhile: it has another state by now, which stays.
    """
    changed = ReaderMail.objects.filter(pk=mail.pk, state=seen).update(
        state=state, handled_by=by.pk if state == ReaderMailState.HANDLED else None
    )
    mail.refresh_from_db(fields=("state", "handled_by"))
    if not changed:
        raise ChangedMeanwhile(_meanwhile(mail))


def mark_handled(mails: "QuerySet[ReaderMail]", *, by: AbstractBaseUser) -> int:
    """Mark several as handled; what was handled before keeps its name."""
    return (
        ReaderMail.objects.filter(pk__in=mails.values("pk"))
        .exclude(state=ReaderMailState.HANDLED)
        .update(state=ReaderMailState.HANDLED, handled_by=by.pk)
    )


def keep_note(report: MistakeReport, note: str) -> None:
    """Write down what the editors say to each other about a report."""
    MistakeReport.objects.filter(pk=report.pk).update(note=note.strip())


def about_article(report: MistakeReport, article: Article | None) -> None:
    """Say which article a report, and all of the same mistake, is about."""
    report.joined.update(article=article)
    report.refresh_from_db()


def _meanwhile(mail: ReaderMail) -> str:
    values = {"state": mail.get_state_display(), "who": ""}
    if mail.handled_by is None:
        return (
            _("Meanwhile a colleague put this mail on “%(state)s”. That stays so.")
            % values
        )
    values["who"] = mail.handled_by.get_short_name() or mail.handled_by.get_username()
    return _("Meanwhile %(who)s put this mail on “%(state)s”. That stays so.") % values
