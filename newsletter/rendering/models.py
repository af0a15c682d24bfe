"""An issue frozen to bytes, and the links in it."""

import secrets
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from newsletter.articles.models import Article
from newsletter.issues.models import Issue


def make_link_token() -> str:
    """Return a short token that is safe at the end of an address."""
    return secrets.token_hex(6)


class Rendition(models.Model):
    """What is sent, byte for byte. Personal places are marked slots."""

    issue = models.ForeignKey(Issue, models.PROTECT, related_name="renditions")
    number = models.PositiveIntegerField()
    # The same mail under another subject, to be tried against this one.
    variant_of = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="variants"
    )
    # How they are tried: on how many percent of the readers, for how many minutes.
    tried_on_percent = models.PositiveSmallIntegerField(null=True)
    tried_for_minutes = models.PositiveSmallIntegerField(null=True)
    issue_version = models.PositiveIntegerField()
    subject = models.CharField(_("subject"), max_length=150)
    preheader = models.CharField(_("preheader"), max_length=150, blank=True)
    html = models.TextField()
    text = models.TextField()
    # For whom it is (``newsletter.issues.aiming``); empty is everyone on the list.
    aim = models.JSONField(default=dict)
    # Of subject, html and text; an approval and a batch's key are bound to it.
    sha256 = models.CharField(max_length=64, editable=False)
    engine = models.CharField(max_length=60, editable=False)
    created_at = models.DateTimeField(_("frozen"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("frozen issue")
        verbose_name_plural = _("frozen issues")
        ordering = ("issue", "number")
        constraints = (
            models.UniqueConstraint(
                name="rendition_number_once_per_issue", fields=("issue", "number")
            ),
        )

    def __str__(self) -> str:
        return f"{self.issue} v{self.number}"

    def save(self, *args: object, **kwargs: object) -> None:
        """Write once: what was approved is what is sent."""
        if self.pk is not None:
            raise TypeError("A rendition is never changed; freeze the issue again.")
        super().save(force_insert=True)

    @property
    def with_variants(self) -> "list[Rendition]":
        """It and the same mail under other subjects, in the order of trying."""
        return [self, *self.variants.order_by("number")]


class Link(models.Model):
    """An editorial link of a rendition. Its target can be mended after sending."""

    rendition = models.ForeignKey(Rendition, models.PROTECT, related_name="links")
    position = models.PositiveSmallIntegerField()
    token = models.CharField(max_length=16, unique=True, default=make_link_token)
    target = models.CharField(_("leads to"), max_length=2000)
    label = models.CharField(_("words"), max_length=200, blank=True)
    block_kind = models.CharField(max_length=20, blank=True)
    article = models.ForeignKey(Article, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        ordering = ("rendition", "position")
        constraints = (
            models.UniqueConstraint(
                name="link_position_once", fields=("rendition", "position")
            ),
        )

    def __str__(self) -> str:
        return self.label or self.target


class LinkDay(models.Model):
    """How often a link was pressed on one day, without who.

    Attributes:
        presses: by people, as far as that can be told.
        machines: by programs that look at what a mail leads to.
    """

    link = models.ForeignKey(Link, models.CASCADE, related_name="days")
    day = models.DateField(_("day"))
    presses = models.PositiveIntegerField(_("pressed"), default=0)
    machines = models.PositiveIntegerField(_("pressed by machines"), default=0)

    class Meta:
        verbose_name = _("presses of a day")
        verbose_name_plural = _("presses of a day")
        constraints = (
            models.UniqueConstraint(name="one_row_per_day", fields=("link", "day")),
        )

    def __str__(self) -> str:
        return f"{self.link_id} {self.day}: {self.presses}"

    @classmethod
    def count_press(cls, link: Link, day: date, *, by_machine: bool = False) -> None:
        """Add one to the day's count, whoever else does so in this moment."""
        row, _created = cls.objects.get_or_create(link=link, day=day)
        column = "machines" if by_machine else "presses"
        cls.objects.filter(pk=row.pk).update(**{column: F(column) + 1})

    @classmethod
    def count_anew(cls, link_id: int, day: date) -> None:
        """Take one press for a machine's that was counted as a person's."""
        cls.objects.filter(link=link_id, day=day, presses__gt=0).update(
            presses=F("presses") - 1, machines=F("machines") + 1
        )


class Canary(models.Model):
    """The address in a rendition that nobody can see: only a machine asks for it."""

    rendition = models.OneToOneField(Rendition, models.PROTECT, related_name="canary")
    token = models.CharField(max_length=16, unique=True, default=make_link_token)

    class Meta:
        verbose_name = _("hidden link")
        verbose_name_plural = _("hidden links")

    def __str__(self) -> str:
        return f"{self.rendition_id} {self.token}"


__all__ = ["Canary", "Link", "LinkDay", "Rendition"]
