"""A yes to one rendition, who may say it for somebody, and what is said before it."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from newsletter.issues.models import Issue
from newsletter.publishing.finding_models import DomainCheck, LinkCheck, Waiver
from newsletter.rendering.models import Rendition


class Approval(models.Model):
    """Bound to exactly one rendition; another rendition needs another yes."""

    rendition = models.OneToOneField(Rendition, models.PROTECT, related_name="approval")
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(_("when"))
    # The version of the issue that says this: a rejected proposal puts the text back
    # as a later one.
    for_version = models.PositiveIntegerField()
    # The yes to a reserve, to which only its day was added.
    follows = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    # The publisher for whom a deputy said it.
    in_place_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")

    def __str__(self) -> str:
        return f"{self.rendition}: {self.approved_by}"


class KeptText(models.Model):
    """The rows that a rendition was made of, as a revision of them."""

    rendition = models.OneToOneField(
        Rendition, models.CASCADE, related_name="kept_text"
    )
    revision = models.ForeignKey("reversion.Revision", models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("text as frozen")
        verbose_name_plural = _("texts as frozen")

    def __str__(self) -> str:
        return str(self.rendition)


class DeputyshipQuerySet(models.QuerySet["Deputyship"]):
    """Questions about who stands in for whom."""

    def standing(self, day: date) -> Self:
        """Those of this day, between people who still work here."""
        return self.filter(
            first_day__lte=day,
            last_day__gte=day,
            ended_at=None,
            publisher__is_active=True,
            deputy__is_active=True,
        )

    def ahead(self, day: date) -> Self:
        """Those of this day and later, the first to begin first."""
        return self.filter(last_day__gte=day, ended_at=None).order_by("first_day", "pk")


class Deputyship(models.Model):
    """A colleague approves and schedules in a publisher's place for some days."""

    publisher = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+"
    )
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="deputyships"
    )
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("up to and including"))
    created_at = models.DateTimeField(_("when"))
    ended_at = models.DateTimeField(_("ended before its last day"), null=True)

    objects = DeputyshipQuerySet.as_manager()

    class Meta:
        verbose_name = _("deputy")
        verbose_name_plural = _("deputies")
        constraints = (
            models.CheckConstraint(
                name="deputy_for_at_least_a_day",
                condition=Q(last_day__gte=F("first_day")),
            ),
            models.CheckConstraint(
                name="deputy_is_somebody_else",
                condition=~Q(publisher=F("deputy")),
            ),
            models.UniqueConstraint(
                name="deputy_named_once",
                fields=("publisher", "deputy", "first_day", "last_day"),
                condition=Q(ended_at=None),
            ),
        )

    def __str__(self) -> str:
        return f"{self.deputy} / {self.publisher}"


class CommentQuerySet(models.QuerySet["Comment"]):
    """Questions about what was said of issues."""

    def open(self) -> Self:
        """Remarks that nobody has dealt with; an answer belongs to its remark."""
        return self.filter(answers=None, done_at=None)

    def of(self, issue: Issue) -> Self:
        """What was said of one issue, in the order in which it was."""
        said = self.filter(issue=issue).order_by("pk")
        return said.select_related("written_by", "done_by").prefetch_related("named")


class Comment(models.Model):
    """A remark about an issue or one of its blocks, or an answer to one."""

    # Made by the page: pressing twice writes once.
    key = models.UUIDField(unique=True)
    issue = models.ForeignKey(Issue, models.CASCADE, related_name="comments")
    answers = models.ForeignKey(
        "self", models.CASCADE, null=True, related_name="given_answers"
    )
    # By name and not by row: what was said stays when the block goes.
    block = models.CharField(max_length=60, blank=True)
    about = models.CharField(_("about"), max_length=120, blank=True)
    text = models.TextField(_("text"))
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    written_at = models.DateTimeField(_("when"))
    named = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    done_at = models.DateTimeField(_("done"), null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")

    def __str__(self) -> str:
        return f"{self.issue}: {self.text[:40]}"


__all__ = [
    "Approval",
    "Comment",
    "Deputyship",
    "DomainCheck",
    "KeptText",
    "LinkCheck",
    "Waiver",
]
