"""What providers tell us afterwards, kept as they said it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ProviderEvent(models.Model):
    """One event, stored once whatever the provider repeats."""

    provider = models.CharField(_("provider"), max_length=20)
    event_id = models.CharField(max_length=200)
    kind = models.CharField(_("kind"), max_length=20)
    reject_reason = models.CharField(max_length=20, blank=True)
    # The address does not exist, as the status code or the provider's reason says.
    is_permanent = models.BooleanField(default=False)
    at = models.DateTimeField(_("when"), null=True)
    received_at = models.DateTimeField(_("received"))
    # Opaque ids of ours that travelled with the mail; empty for a stranger's mail.
    delivery_id = models.BigIntegerField(null=True, db_index=True)
    # When it changed what the ledger says; empty: it is kept and changed nothing.
    folded_at = models.DateTimeField(null=True)
    description = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("provider's event")
        verbose_name_plural = _("providers' events")
        constraints = (
            models.UniqueConstraint(
                name="event_stored_once", fields=("provider", "event_id")
            ),
        )

    def __str__(self) -> str:
        return f"{self.provider} {self.kind} {self.event_id}"


__all__ = ["ProviderEvent"]
