"""What asks for a person, from when on, and until when."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from newsletter.delivery.models import Dispatch


class AlertKind(models.TextChoices):
    """What may ask for a person."""

    NOT_STARTED = "not_started", _("an issue did not begin")
    STALLED = "stalled", _("an issue stands still")
    PAUSED = "paused", _("an issue was paused by itself")
    UNKNOWN = "unknown", _("readers are uncertain")
    SILENCE = "silence", _("the mail provider tells nothing")
    LIMIT = "limit", _("too much comes back")
    MISTAKE = "mistake", _("a mistake waits")


class AlertQuerySet(models.QuerySet["Alert"]):
    """Questions about alerts."""

    def open(self) -> Self:
        """Those that are not over."""
        return self.filter(ended_at=None)


class Alert(models.Model):
    """One thing that asks for a person: told once, and once more when it is over.

    Attributes:
        about: what it is about, such as ``dispatch 12``; with the kind its cause.
        words: in one sentence, as it was when it began.
        page: where it is seen to, as an address within the site.
        seen_at: when the cause was last there.
    """

    kind = models.CharField(_("kind"), max_length=12, choices=AlertKind.choices)
    about = models.CharField(max_length=60)
    dispatch = models.ForeignKey(
        Dispatch, models.CASCADE, null=True, related_name="alerts"
    )
    words = models.CharField(_("what"), max_length=400)
    page = models.CharField(max_length=200)
    began_at = models.DateTimeField(_("since"))
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(_("over since"), null=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering = ("-began_at",)
        constraints = (
            models.UniqueConstraint(
                name="one_open_alert_per_cause",
                fields=("kind", "about"),
                condition=Q(ended_at=None),
            ),
        )

    def __str__(self) -> str:
        return self.get_kind_display()


__all__ = ["Alert", "AlertKind"]
