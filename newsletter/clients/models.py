"""Other systems that ask and tell us things: who they are and what they may."""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from newsletter.characters import refuse_in_line


class Scope(models.TextChoices):
    """What a client may do; it may nothing besides."""

    SUBSCRIBE = "subscribe", _("sign people up, who confirm by mail")
    LOOK_UP = "look-up", _("look people up")
    CHANGE = "change", _("change what people chose")
    UNSUBSCRIBE = "unsubscribe", _("sign people off")
    ISSUES = "issues", _("read issues that left")
    SEGMENTS = "segments", _("count segments")


class ClientQuerySet(models.QuerySet["Client"]):
    """Questions about clients."""

    def working(self, now: datetime) -> Self:
        """Those whose token still works."""
        return self.filter(
            Q(expires_at__isnull=True) | Q(expires_at__gt=now), is_on=True
        )


class Client(models.Model):
    """Another system, such as the magazine's own site or its CRM."""

    name = models.CharField(
        _("name"), max_length=60, unique=True, validators=[refuse_in_line]
    )
    scopes: "models.JSONField[Any, Any]" = models.JSONField(
        _("what it may do"), default=list
    )
    # SHA-256 of 256 random bits: nothing to guess, so nothing to slow down.
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    token_begins = models.CharField(_("token"), max_length=12, editable=False)
    expires_at = models.DateTimeField(
        _("works until"), null=True, blank=True, help_text=_("Empty: until you end it.")
    )
    requests_per_minute = models.PositiveSmallIntegerField(
        _("requests in a minute"),
        default=120,
        validators=[MinValueValidator(1), MaxValueValidator(600)],
    )
    is_on = models.BooleanField(_("switched on"), default=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
    )

    objects = ClientQuerySet.as_manager()

    class Meta:
        verbose_name = _("connected system")
        verbose_name_plural = _("connected systems")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class KeptAnswer(models.Model):
    """What a request with a key was answered, so that asking again does nothing."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="answers")
    key = models.CharField(max_length=200)
    # Keyed hash of what was asked: another question under the same key is a mistake.
    asked = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.TextField(blank=True)
    made_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("kept answer")
        verbose_name_plural = _("kept answers")
        constraints = (
            models.UniqueConstraint(
                name="one_answer_per_key", fields=("client", "key")
            ),
        )

    def __str__(self) -> str:
        return f"answer {self.pk}"


__all__ = ["Client", "KeptAnswer"]
