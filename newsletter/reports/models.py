"""What was counted of a list: derived from the rows, and counted anew at night."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from subscribers.models import MailingList


class GrowthCountQuerySet(models.QuerySet["GrowthCount"]):
    """Questions about what was counted."""

    def of(self, mailing_list: MailingList) -> Self:
        """What was counted of one list."""
        return self.filter(mailing_list=mailing_list)


class GrowthCount(models.Model):
    """When the readers of a list were counted last, and how many there were.

    Attributes:
        quiet: of them, let nothing be heard for half a year; NULL before that was
            counted at all.
    """

    mailing_list = models.OneToOneField(
        MailingList, models.CASCADE, related_name="growth_count"
    )
    counted_at = models.DateTimeField()
    readers = models.PositiveIntegerField(_("readers"))
    quiet = models.PositiveIntegerField(null=True)

    objects = GrowthCountQuerySet.as_manager()

    class Meta:
        verbose_name = _("count of readers")
        verbose_name_plural = _("counts of readers")

    def __str__(self) -> str:
        return f"{self.mailing_list_id} {self.counted_at:%Y-%m-%d %H:%M}"


class GrowthWeek(models.Model):
    """Who came and went in one week, by the way they had come in.

    Attributes:
        week: its Monday, on the clock of the list.
        source: as it stands with the subscriptions; "" is not known.
        subscribed: asked to join, or were taken in from elsewhere.
        confirmed: became readers.
        left: unsubscribed, or were forgotten.
        bounced: cannot be mailed any more, for their mail came back.
    """

    mailing_list = models.ForeignKey(
        MailingList, models.CASCADE, related_name="growth_weeks"
    )
    week = models.DateField()
    source = models.CharField(max_length=120, blank=True)
    subscribed = models.PositiveIntegerField(default=0)
    confirmed = models.PositiveIntegerField(default=0)
    left = models.PositiveIntegerField(default=0)
    bounced = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("week of growth")
        verbose_name_plural = _("weeks of growth")
        constraints = (
            models.UniqueConstraint(
                name="growth_once_a_week",
                fields=("mailing_list", "week", "source"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.mailing_list_id} {self.week} {self.source}"


class Cohort(models.Model):
    """Readers who joined in one month and left in another, or are still there.

    Attributes:
        joined: the first day of the month in which they did, last of all.
        months: after how many months they left; NULL is not yet.
    """

    mailing_list = models.ForeignKey(
        MailingList, models.CASCADE, related_name="cohorts"
    )
    joined = models.DateField()
    months = models.PositiveSmallIntegerField(null=True)
    readers = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("month of joining")
        verbose_name_plural = _("months of joining")

    def __str__(self) -> str:
        return f"{self.mailing_list_id} {self.joined} {self.months}"


class NoWeeklySummary(models.Model):
    """That a colleague does not want the summary on Mondays."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+"
    )

    class Meta:
        verbose_name = _("colleague without a weekly summary")
        verbose_name_plural = _("colleagues without a weekly summary")

    def __str__(self) -> str:
        return f"{self.user_id}"


__all__ = ["Cohort", "GrowthCount", "GrowthWeek", "NoWeeklySummary"]
