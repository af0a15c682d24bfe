"""How fast a provider may be spoken to, and whether our own clock still goes round."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class ProviderPace(models.Model):
    """How fast a provider may be spoken to, now and at most, for all workers together.

    A row appears at a provider's first batch. Rates are mails a second.
    """

    provider = models.CharField(_("provider"), max_length=20, primary_key=True)
    allowed_rate = models.FloatField(
        _("mails a second at most"),
        null=True,
        blank=True,
        validators=[MinValueValidator(0.1)],
        help_text=_("Empty: as fast as it goes."),
    )
    # After "too many requests": what it fell to, and when; it climbs back from there.
    slowed_to = models.FloatField(null=True, editable=False)
    slowed_at = models.DateTimeField(null=True, editable=False)
    # The token bucket: what may leave at once, counted at a moment.
    tokens = models.FloatField(default=0, editable=False)
    counted_at = models.DateTimeField(null=True, editable=False)
    # Nothing is handed over before this moment.
    closed_until = models.DateTimeField(_("closed until"), null=True, editable=False)
    closed_reason = models.CharField(max_length=200, blank=True, editable=False)
    failures_in_a_row = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("provider's pace")
        verbose_name_plural = _("providers' paces")

    def __str__(self) -> str:
        return self.provider


class Heartbeat(models.Model):
    """When the clock last went round, so that a silent worker is noticed."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M:%S}"


__all__ = ["Heartbeat", "ProviderPace"]
