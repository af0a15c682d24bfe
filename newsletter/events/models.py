"""What providers tell us afterwards, kept as they said it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models.constants import OnConflict
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from newsletter.delivery.models import Dispatch


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


# So many tries take three and a half minutes: it is not the database that was away.
STUCK_AFTER = 3


class ProviderCallQuerySet(models.QuerySet["ProviderCall"]):
    """Questions about the calls that are kept."""

    def waiting(self, now: datetime) -> Self:
        """Return the calls to be worked out now, the oldest first."""
        return self.filter(not_before__lte=now, given_up_at=None).order_by("pk")

    def stuck(self) -> Self:
        """Return the calls that could not be read after minutes of trying."""
        return self.filter(tries__gte=STUCK_AFTER)

    def keep(self, calls: Sequence["ProviderCall"]) -> None:
        """Store calls, but for those that wait already, in one statement.

        ``bulk_create`` would begin and end a transaction around it: each is another
        way to the database and back, while a provider waits.
        """
        queryset: Any = self  # Django's types leave out what it inserts with
        fields = [
            one for one in self.model._meta.concrete_fields if not one.primary_key
        ]
        queryset._insert(calls, fields, using=self.db, on_conflict=OnConflict.IGNORE)


class ProviderCall(models.Model):
    """One call of a provider as it came in; gone as soon as it is worked out.

    It names readers, so nothing of it stays once its events are recorded.
    """

    provider = models.CharField(_("provider"), max_length=20)
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    body_hash = models.CharField(max_length=64)
    received_at = models.DateTimeField(_("received"))
    not_before = models.DateTimeField(db_index=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    trouble = models.CharField(_("what went wrong"), max_length=300, blank=True)
    given_up_at = models.DateTimeField(_("given up"), null=True)

    objects = ProviderCallQuerySet.as_manager()

    class Meta:
        verbose_name = _("provider's call")
        verbose_name_plural = _("providers' calls")
        constraints = (
            # A provider that heard no answer calls again with the same words.
            models.UniqueConstraint(
                name="waiting_call_kept_once", fields=("provider", "body_hash")
            ),
        )

    def __str__(self) -> str:
        return f"{self.provider} {localtime(self.received_at):%d-%m-%Y %H:%M}"


class NewsOfDispatch(models.Model):
    """That something was told of a dispatch since its readers were counted.

    Only ever added, by whoever records, and taken away by who counts: two who record
    at once need not wait for each other, as they would at a row that both change.
    """

    dispatch = models.ForeignKey(Dispatch, models.CASCADE, related_name="news")

    class Meta:
        verbose_name = _("news of a dispatch")
        verbose_name_plural = _("news of dispatches")

    def __str__(self) -> str:
        return f"news of {self.dispatch_id}"


__all__ = ["NewsOfDispatch", "ProviderCall", "ProviderEvent"]
