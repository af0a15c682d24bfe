"""A person's yes to one rendition."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from newsletter.rendering.models import Rendition


class Approval(models.Model):
    """Bound to exactly one rendition; another rendition needs another yes."""

    rendition = models.OneToOneField(Rendition, models.PROTECT, related_name="approval")
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")

    def __str__(self) -> str:
        return f"{self.rendition}: {self.approved_by}"


__all__ = ["Approval"]
