"""The content of one Sunday: number, subject, preheader and ordered blocks."""

import uuid
from datetime import date
from typing import Any, ClassVar, Self

from content_editor.models import Region
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from newsletter.characters import refuse_in_line
from newsletter.colours import Palette, palette_for
from newsletter.tints import Tint, tinted
from subscribers.models import MailingList, Segment, Topic


class IssueQuerySet(models.QuerySet["Issue"]):
    """Questions about issues."""

    def of(self, mailing_list: MailingList) -> Self:
        """The issues of one list, newest number first."""
        return self.filter(mailing_list=mailing_list).order_by("-number")

    def between(self, first: date, last: date) -> Self:
        """Those of the days from one to another, both included."""
        return self.filter(publication_date__range=(first, last))


class Issue(models.Model):
    """What one Sunday's newsletter says. It has no sending state."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    mailing_list = models.ForeignKey(
        MailingList,
        models.PROTECT,
        related_name="issues",
        verbose_name=_("newsletter"),
    )
    number = models.PositiveIntegerField(_("number"), editable=False)
    # Empty for a reserve issue that waits for a Sunday without one.
    publication_date = models.DateField(_("Sunday"), null=True, blank=True)
    subject = models.CharField(
        _("subject"), max_length=150, blank=True, validators=[refuse_in_line]
    )
    preheader = models.CharField(
        _("preheader"),
        max_length=150,
        blank=True,
        validators=[refuse_in_line],
        help_text=_("The line under the subject in the inbox: adds, never repeats."),
    )
    # Of the grounds of the mail; empty is the look of the list.
    tint = models.CharField(
        _("tint"), max_length=10, choices=Tint.choices, blank=True, default=""
    )
    # For whom it is: everyone on the list, unless one of these says otherwise.
    topic = models.ForeignKey(
        Topic,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="issues",
        verbose_name=_("only for who chose"),
    )
    segment = models.ForeignKey(
        Segment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="issues",
        verbose_name=_("only for the segment"),
    )
    # Grows with every save; saving over a newer one is refused.
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("begun"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("changed by"),
    )

    regions: ClassVar[list[Any]] = [Region(key="main", title=_("Content"))]
    objects = IssueQuerySet.as_manager()

    class Meta:
        verbose_name = _("issue")
        verbose_name_plural = _("issues")
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(
                name="issue_number_once_per_list", fields=("mailing_list", "number")
            ),
            models.UniqueConstraint(
                name="one_issue_per_list_and_day",
                fields=("mailing_list", "publication_date"),
            ),
        )

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.number}".capitalize()

    @property
    def palette(self) -> Palette:
        """The colours of its mail: those of its list, in its own tint."""
        colours = self.mailing_list.accent_colour, self.mailing_list.second_colour
        return tinted(palette_for(*colours), self.tint)


class IssueNumber(models.Model):
    """The last number given out per list, so that none is ever used twice."""

    mailing_list = models.OneToOneField(MailingList, models.CASCADE)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("last number")
        verbose_name_plural = _("last numbers")

    def __str__(self) -> str:
        return f"{self.mailing_list}: {self.last}"


class SkippedSundayQuerySet(models.QuerySet["SkippedSunday"]):
    """Questions about days without an issue."""

    def of(self, mailing_list: MailingList) -> Self:
        """The skipped days of one list, the first one first."""
        return self.filter(mailing_list=mailing_list).order_by("day")


class SkippedSunday(models.Model):
    """A publication day on which a list has no issue on purpose: a holiday."""

    mailing_list = models.ForeignKey(
        MailingList, models.CASCADE, related_name="skipped_sundays"
    )
    day = models.DateField(_("Sunday"))
    reason = models.CharField(_("why"), max_length=120, validators=[refuse_in_line])
    created_at = models.DateTimeField(_("when"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    objects = SkippedSundayQuerySet.as_manager()

    class Meta:
        verbose_name = _("skipped Sunday")
        verbose_name_plural = _("skipped Sundays")
        ordering = ("day",)
        constraints = (
            models.UniqueConstraint(
                name="sunday_skipped_once_per_list", fields=("mailing_list", "day")
            ),
        )

    def __str__(self) -> str:
        return f"{self.day}: {self.reason}"


class DraftQuerySet(models.QuerySet["Draft"]):
    """Questions about what was typed and not saved."""

    def unfinished(self, issue: Issue, user: AbstractBaseUser) -> Self:
        """Those that one person may still go on with, the newest first."""
        mine = self.filter(issue=issue, user_id=user.pk, finished_at=None)
        return mine.order_by("-kept_at")


class Draft(models.Model):
    """What somebody typed on one page of an issue and has not saved yet.

    Attributes:
        page: names the page it is typed on; two windows of one person do not meet.
        turn: counts the keepings of that page, so that a late one changes nothing.
        form: as a browser would post it; empty once it is finished.
        finished_at: when it was saved; a late keeping does not bring it back.
    """

    page = models.UUIDField(unique=True)
    issue = models.ForeignKey(Issue, models.CASCADE, related_name="drafts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    turn = models.PositiveBigIntegerField()
    form = models.TextField()
    kept_at = models.DateTimeField(_("when"), db_index=True)
    finished_at = models.DateTimeField(null=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("text not saved yet")
        verbose_name_plural = _("texts not saved yet")
        ordering = ("-kept_at",)

    def __str__(self) -> str:
        return f"{self.issue}: {self.kept_at:%Y-%m-%d %H:%M}"


class Presence(models.Model):
    """Who has an issue open, and where in it they are."""

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    where = models.CharField(max_length=120, blank=True)
    seen_at = models.DateTimeField(_("when"), db_index=True)

    class Meta:
        verbose_name = _("somebody at work")
        verbose_name_plural = _("people at work")
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                name="one_presence_per_issue_and_person", fields=("issue", "user")
            ),
        )

    def __str__(self) -> str:
        return f"{self.issue}: {self.user}"


__all__ = ["Draft", "Issue", "IssueNumber", "Presence", "SkippedSunday"]
