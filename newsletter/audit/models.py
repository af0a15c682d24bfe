"""The append-only record of acts that matter."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _


def subject_of(row: models.Model) -> str:
    """Return how a row is called on record."""
    return f"{row._meta.model_name} {row.pk}"


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    """Questions about acts."""

    def about(self, *rows: models.Model) -> Self:
        """Those that were done to one of these rows."""
        return self.filter(subject__in={subject_of(row) for row in rows})


class AuditEntry(models.Model):
    """Who did what to which thing, and when. Never changed, never deleted."""

    at = models.DateTimeField(_("when"), db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, verbose_name=_("who")
    )
    actor_name = models.CharField(_("who, by name"), max_length=150)
    act = models.CharField(_("act"), max_length=40)
    subject = models.CharField(_("about"), max_length=80)
    details = models.JSONField(_("details"), default=dict)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("act on record")
        verbose_name_plural = _("acts on record")
        ordering = ("-at", "-pk")
        indexes = (models.Index(fields=("subject",), name="acts_about"),)

    def __str__(self) -> str:
        moment = date_format(localtime(self.at), "SHORT_DATETIME_FORMAT")
        return f"{capfirst(str(_(self.act)))} ({self.actor_name}, {moment})"


__all__ = ["AuditEntry", "subject_of"]
