"""How often something that we limit was done."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Allowance(models.Model):
    """One use of something we limit, such as a mail to an address that asks for it."""

    name = models.CharField(max_length=30)
    # A keyed hash of an address or a network: neither can be read back.
    key = models.CharField(max_length=64)
    slot = models.PositiveSmallIntegerField()
    used_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("allowance")
        verbose_name_plural = _("allowances")
        constraints = (
            models.UniqueConstraint(
                name="one_allowance_per_slot", fields=("name", "key", "slot")
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.slot}"
