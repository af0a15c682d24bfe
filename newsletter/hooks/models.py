"""Who hears what happens here, and what they were told: rows first, then a worker."""

import uuid
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from newsletter.characters import refuse_in_line


class Happening(models.TextChoices):
    """What other systems may hear of."""

    SUBSCRIBED = "subscribed", _("somebody signed up, not confirmed yet")
    CONFIRMED = "confirmed", _("somebody confirmed")
    LEFT = "left", _("somebody left")
    BOUNCED = "bounced", _("an address takes no mail")
    COMPLAINED = "complained", _("somebody reported our mail as spam")
    ISSUE_SENT = "issue_sent", _("an issue was sent to everybody")
    ALERT = "alert", _("something asks for a person, or is in order again")


# What is sent to see whether an address listens.
PING = "ping"


def all_happenings() -> list[str]:
    """Return everything: what a new listener hears."""
    return [str(value) for value in Happening.values]


class ListenerQuerySet(models.QuerySet["Listener"]):
    """Questions about listeners."""

    def hearing(self, kind: str) -> list["Listener"]:
        """Those that want to hear of something; there are a few at most."""
        return [one for one in self.filter(is_on=True) if kind in one.happenings]


class Listener(models.Model):
    """An address of another system that is told what happens.

    Its key stands in no database: it is made of LINK_KEYS and of what stands here
    (``hooks.signing``).
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=80, validators=[refuse_in_line])
    address = models.URLField(
        _("address"),
        max_length=500,
        help_text=_("Begins with https:// and is open to everyone on the internet."),
    )
    happenings: "models.JSONField[Any, Any]" = models.JSONField(
        _("what it hears of"), default=all_happenings
    )
    is_on = models.BooleanField(_("switched on"), default=True)
    # Which key signs; the one before signs as well until this moment.
    key_number = models.PositiveIntegerField(default=1, editable=False)
    old_key_until = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
    )

    objects = ListenerQuerySet.as_manager()

    class Meta:
        verbose_name = _("listening system")
        verbose_name_plural = _("listening systems")
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name


class NoticeState(models.TextChoices):
    """Where a notice stands."""

    READY = "ready", _("waiting")
    CLAIMED = "claimed", _("leaving")
    ACCEPTED = "accepted", _("accepted")
    FAILED = "failed", _("given up")


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Questions about notices."""

    def free(self, now: datetime) -> Self:
        """Those nobody holds, by the row alone (decision 7: no join in a guard)."""
        return self.filter(
            Q(state=NoticeState.READY, not_before__lte=now)
            | Q(state=NoticeState.CLAIMED, lease_until__lt=now)
        )

    def due(self, now: datetime) -> Self:
        """Those that may leave: waiting, or held by a worker that is gone."""
        return self.free(now).filter(
            Q(state=NoticeState.CLAIMED) | Q(listener__is_on=True)
        )


class Notice(models.Model):
    """One thing that happened, for one listener. It holds no name and no address."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    listener = models.ForeignKey(
        Listener, models.CASCADE, related_name="notices", verbose_name=_("to whom")
    )
    # The same act told twice is one notice.
    key = models.CharField(max_length=80, editable=False)
    kind = models.CharField(_("about"), max_length=20)
    body = models.TextField(_("what it says"))
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=NoticeState.choices,
        default=NoticeState.READY,
    )
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    not_before = models.DateTimeField(_("next try"))
    lease_until = models.DateTimeField(null=True)
    claim = models.CharField(max_length=16, blank=True, editable=False)
    created_at = models.DateTimeField(_("written"))
    accepted_at = models.DateTimeField(_("accepted"), null=True)
    answered = models.PositiveSmallIntegerField(_("what it answered"), null=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice to another system")
        verbose_name_plural = _("notices to other systems")
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                name="notice_once_per_listener", fields=("listener", "key")
            ),
        )
        indexes = (models.Index(fields=("state", "not_before"), name="notice_due"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


__all__ = ["Listener", "Notice"]
