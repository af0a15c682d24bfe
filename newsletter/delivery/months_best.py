"""The best of the month: the issues that those get who want no more than that."""

from datetime import date, datetime

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import models, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.audit.recording import record_act
from newsletter.delivery.models import Dispatch
from newsletter.issues.aiming import Aim, aim_of, aimed_at
from newsletter.issues.models import Issue
from subscribers.models import Subscription


class MonthsBest(models.Model):
    """That an issue also goes to who gets only the best of each month.

    A row beside the issue, so that no revision of its text brings it back or takes it
    away.
    """

    issue = models.OneToOneField(Issue, models.CASCADE, related_name="months_best")
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    marked_at = models.DateTimeField()

    class Meta:
        verbose_name = gettext_lazy("best of the month")
        verbose_name_plural = gettext_lazy("best of each month")

    def __str__(self) -> str:
        return f"best of the month: issue {self.issue_id}"


class CannotMark(Exception):
    """The issue has left; whoever got it has it."""


def is_months_best(issue: Issue) -> bool:
    """Tell whether an issue goes to all readers, those of one a month included."""
    return MonthsBest.objects.filter(issue=issue).exists()


def readers_of(
    issue: Issue, on: date, *, aim: Aim | None = None
) -> "QuerySet[Subscription]":
    """Return who would get an issue on a day of its list.

    Consent, pause and suppression first; then for whom it is, and how often somebody
    wants to read.

    Args:
        aim: for whom it is, as it was approved; None is as the issue says now.
    """
    of_the_list = Subscription.objects.filter(mailing_list=issue.mailing_list_id)
    aim = aim_of(issue) if aim is None else aim
    readers = of_the_list.mailable(on).filter(aimed_at(aim, issue.mailing_list, on))
    return readers if is_months_best(issue) else readers.of_every_issue()


def mark(issue: Issue, is_best: bool, *, by: AbstractBaseUser, now: datetime) -> bool:
    """Mark an issue as the best of its month, or not; return whether that is new.

    Raises:
        CannotMark: it has left, or is leaving.
    """
    with transaction.atomic():
        if Dispatch.objects.filter(issue=issue, started_at__isnull=False).exists():
            raise CannotMark(_("This issue has left already: who got it has it."))
        if is_best:
            row, changed = MonthsBest.objects.get_or_create(
                issue=issue, defaults={"marked_by_id": by.pk, "marked_at": now}
            )
        else:
            changed = bool(MonthsBest.objects.filter(issue=issue).delete()[0])
        if changed:
            act = "marked as the month's best" if is_best else "not the month's best"
            record_act(act, issue, by=by, now=now)
    return changed


__all__ = ["MonthsBest"]
