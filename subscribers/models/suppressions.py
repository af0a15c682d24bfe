"""Addresses that are never mailed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from newsletter.characters import refuse_in_text


class SuppressionReason(models.TextChoices):
    """Why an address is never mailed."""

    HARD_BOUNCE = "hard_bounce", _("the address does not exist")
    SOFT_BOUNCES = "soft_bounces", _("the mailbox took no mail of ours for weeks")
    COMPLAINT = "complaint", _("the reader reported our mail as spam")
    ERASURE = "erasure", _("the reader asked to be forgotten")
    STAFF = "staff", _("blocked by us")


class Suppression(models.Model):
    """An address we never mail, whatever any status says. Only its hash is kept."""

    address_hash = models.CharField(max_length=64, editable=False)
    reason = models.CharField(
        _("reason"), max_length=12, choices=SuppressionReason.choices
    )
    at = models.DateTimeField(_("since"))
    note = models.CharField(
        _("note"), max_length=200, blank=True, validators=[refuse_in_text]
    )

    class Meta:
        verbose_name = _("blocked address")
        verbose_name_plural = _("blocked addresses")
        constraints = (
            models.UniqueConstraint(
                name="one_suppression_per_reason", fields=("address_hash", "reason")
            ),
        )

    def __str__(self) -> str:
        return f"{self.address_hash[:12]}… {self.get_reason_display()}"
