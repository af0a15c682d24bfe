"""Chores: one act for many readers, done in the background."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from newsletter.characters import refuse_in_line
from subscribers.models.desk import Tag
from subscribers.models.mailing_lists import MailingList
from subscribers.models.people import Subscriber


class ChoreKind(models.TextChoices):
    """What is done for each of the readers."""

    TAG = "tag", _("give them a tag")
    UNTAG = "untag", _("take a tag away from them")
    UNSUBSCRIBE = "unsubscribe", _("unsubscribe them")
    BLOCK = "block", _("block their addresses")


class ChoreState(models.TextChoices):
    """Where a chore stands."""

    ASKED = "asked", _("not decided yet")
    RUNNING = "running", _("being done")
    DONE = "done", _("done")
    STOPPED = "stopped", _("stopped")


class ChoreQuerySet(models.QuerySet["Chore"]):
    """Questions about chores."""

    def due(self, now: datetime) -> Self:
        """Those to go on with: nobody holds them, or whoever did has gone."""
        free = Q(lease_until=None) | Q(lease_until__lt=now)
        return self.filter(free, state=ChoreState.RUNNING)


class Chore(models.Model):
    """One act for many readers, who were written down before it began.

    Attributes:
        about: whose readers these are, in words: a segment, or so many ticked.
        readers: how many there were; ``done`` of them had their turn, and for
            ``changed`` of them it made a difference.
        note: why, for colleagues; never a name or an address.
    """

    about = models.CharField(_("readers"), max_length=160)
    kind = models.CharField(
        _("what"), max_length=11, choices=ChoreKind.choices, blank=True
    )
    tag = models.ForeignKey(
        Tag, models.CASCADE, null=True, verbose_name=_("tag"), related_name="+"
    )
    mailing_list = models.ForeignKey(
        MailingList,
        models.CASCADE,
        null=True,
        verbose_name=_("newsletter"),
        related_name="+",
    )
    note = models.CharField(
        _("why"), max_length=200, blank=True, validators=[refuse_in_line]
    )
    state = models.CharField(
        _("state"),
        max_length=7,
        choices=ChoreState.choices,
        default=ChoreState.ASKED,
    )
    readers = models.PositiveIntegerField(_("readers"), default=0)
    done = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    # Whoever holds this token is at work on it; a late worker's token is stale.
    token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(_("when"), db_index=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("by whom"),
    )
    finished_at = models.DateTimeField(_("finished"), null=True)

    objects = ChoreQuerySet.as_manager()

    class Meta:
        verbose_name = _("chore")
        verbose_name_plural = _("chores")
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                name="chore_that_runs_says_what",
                condition=Q(state="asked") | ~Q(kind=""),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display() or self._meta.verbose_name}: {self.about}"


class ChoreReader(models.Model):
    """A reader whose turn is still to come; the row goes with the act itself.

    Its references are not checked row by row, as those of deliveries are not (decision
    0009): somebody waits for the page while a million are written.
    """

    chore = models.ForeignKey(
        Chore, models.CASCADE, related_name="waiting", db_constraint=False
    )
    subscriber = models.ForeignKey(
        Subscriber, models.CASCADE, related_name="+", db_constraint=False
    )

    class Meta:
        verbose_name = _("reader of a chore")
        verbose_name_plural = _("readers of chores")
        constraints = (
            models.UniqueConstraint(
                name="reader_once_in_a_chore", fields=("chore", "subscriber")
            ),
        )

    def __str__(self) -> str:
        return f"{self.chore_id}: {self.subscriber_id}"
