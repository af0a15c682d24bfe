"""Settling what readers wrote: two colleagues at once, and neither undoes the other."""

from django.contrib.auth.models import AbstractBaseUser, User
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from newsletter.articles.models import Article
from newsletter.mistakes.models import (
    Crisis,
    MistakeReport,
    ReaderMail,
    ReaderMailState,
)


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


def assign(mail: ReaderMail, to: AbstractBaseUser | None, *, seen: int | None) -> None:
    """Say who looks after a mail; ``None`` is whoever comes.

    Args:
        seen: whose it was on the page from which it is changed.

    Raises:
        ChangedMeanwhile: a colleague took it or gave it away; that stays.
    """
    same = ReaderMail.objects.filter(pk=mail.pk, assigned_to=seen)
    changed = same.update(assigned_to=to.pk if to else None)
    mail.refresh_from_db(fields=("assigned_to",))
    if not changed:
        who = mail.assigned_to
        raise ChangedMeanwhile(
            _("Meanwhile this mail is for %(who)s. That stays so.")
            % {"who": _name_of(who) if who else _("whoever comes")}
        )


def say_whether_in_need(mail: ReaderMail, is_in_need: bool) -> None:
    """Write down whether a colleague thinks that somebody is in need."""
    crisis = Crisis.YES if is_in_need else Crisis.NO
    ReaderMail.objects.filter(pk=mail.pk).update(crisis=crisis)
    mail.crisis = crisis


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
    values["who"] = _name_of(mail.handled_by)
    return _("Meanwhile %(who)s put this mail on “%(state)s”. That stays so.") % values


def _name_of(user: User) -> str:
    return user.get_short_name() or user.get_username()
