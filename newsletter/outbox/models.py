"""Mail to one person that is not an issue: rows first, sent by the sweep."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class OutgoingMailState(models.TextChoices):
    """Where a mail stands."""

    READY = "ready", _("waiting")
    CLAIMED = "claimed", _("leaving")
    ACCEPTED = "accepted", _("accepted")
    FAILED = "failed", _("failed")


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    """Questions about mails."""

    def due(self, now: datetime) -> Self:
        """Those that may leave: waiting, or held by a worker that is gone."""
        return self.filter(
            Q(state=OutgoingMailState.READY, not_before__lte=now)
            | Q(state=OutgoingMailState.CLAIMED, lease_until__lt=now)
        )

    def returned(self) -> Self:
        """Those that were accepted, and of which a mail server told trouble since."""
        return self.filter(state=OutgoingMailState.ACCEPTED).exclude(last_error="")


class OutgoingMail(models.Model):
    """One transactional mail. At least once is fine here; its body goes once sent."""

    purpose = models.CharField(_("purpose"), max_length=40)
    # The same act twice makes one mail.
    key = models.CharField(max_length=120, unique=True)
    to_address = models.CharField(_("to"), max_length=254, blank=True)
    to_hash = models.CharField(max_length=64, db_index=True, blank=True)
    from_header = models.CharField(max_length=320)
    reply_to = models.CharField(max_length=320, blank=True)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=OutgoingMailState.choices,
        default=OutgoingMailState.READY,
    )
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    not_before = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    # Whose turn it is: only who wrote this may write down the outcome.
    claim = models.CharField(max_length=16, blank=True, editable=False)
    created_at = models.DateTimeField(_("written"))
    accepted_at = models.DateTimeField(_("accepted"), null=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mail")
        indexes = (models.Index(fields=("state", "not_before"), name="mail_due"),)

    def __str__(self) -> str:
        return f"{_(self.purpose)} {self.pk}"


__all__ = ["OutgoingMail", "OutgoingMailState"]
