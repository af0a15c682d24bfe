"""A person's yes to one rendition, and who may say it in somebody's place."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from newsletter.rendering.models import Rendition


class Approval(models.Model):
    """Bound to exactly one rendition; another rendition needs another yes."""

    rendition = models.OneToOneField(Rendition, models.PROTECT, related_name="approval")
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(_("when"))
    # The publisher for whom a deputy said it.
    in_place_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")

    def __str__(self) -> str:
        return f"{self.rendition}: {self.approved_by}"


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


__all__ = ["Approval", "Deputyship"]
