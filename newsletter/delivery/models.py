"""The ledger: who a dispatch goes to, in which batches, and what became of it."""

import uuid
from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from newsletter.issues.models import Issue
from newsletter.rendering.models import Rendition
from subscribers.models import Subscriber


class DispatchState(models.TextChoices):
    """Where the sending of an issue stands."""

    SCHEDULED = "scheduled", _("scheduled")
    SENDING = "sending", _("on its way")
    PAUSED = "paused", _("paused")
    SENT = "sent", _("sent")
    CANCELLED = "cancelled", _("stopped")


def _same(key: str, aim: dict[str, Any]) -> Q:
    if key in aim:
        return Q(**{f"rendition__aim__{key}": aim[key]})
    return Q(**{f"rendition__aim__{key}__isnull": True})


class DispatchQuerySet(models.QuerySet["Dispatch"]):
    """Questions about dispatches."""

    def due(self, now: datetime) -> Self:
        """Those whose moment has come and has not passed for good."""
        return self.filter(
            state=DispatchState.SCHEDULED, due_at__lte=now, start_before__gt=now
        )

    def left(self) -> Self:
        """Those that left, wholly or in part, and were not taken back."""
        return self.filter(started_at__isnull=False, withdrawn_at=None)

    def started(self) -> Self:
        """Those that left and that anyone may read: not what was for a segment."""
        return self.left().filter(rendition__aim__segment__isnull=True)

    def aimed(self, aim: dict[str, Any]) -> Self:
        """Those for the same readers: everyone, one topic, one segment."""
        return self.filter(_same("topic", aim), _same("segment", aim))

    def withdrawn(self) -> Self:
        """Those that left and were taken back: their page says so."""
        return self.filter(started_at__isnull=False, withdrawn_at__isnull=False)

    def missed(self, now: datetime) -> Self:
        """Those that should have left and now wait for a publisher."""
        return self.filter(state=DispatchState.SCHEDULED, start_before__lte=now)

    def standing(self) -> Self:
        """All but the cancelled."""
        return self.exclude(state=DispatchState.CANCELLED)


class Dispatch(models.Model):
    """The sending of one issue: its moment, its pace, its state."""

    issue = models.ForeignKey(Issue, models.PROTECT, related_name="dispatches")
    rendition = models.ForeignKey(Rendition, models.PROTECT, related_name="+")
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=DispatchState.choices,
        default=DispatchState.SCHEDULED,
    )
    pause_reason = models.CharField(_("why"), max_length=200, blank=True)
    # The moment as people said it; due_at is derived from it when it is scheduled.
    due_local = models.CharField(max_length=19, help_text="2026-11-29T08:00:00")
    time_zone = models.CharField(max_length=64)
    due_at = models.DateTimeField(_("due"))
    start_before = models.DateTimeField(_("not started after"))
    pace_minutes = models.PositiveSmallIntegerField(
        _("spread over minutes"), default=0, validators=[MaxValueValidator(720)]
    )
    provider = models.CharField(_("provider"), max_length=20, blank=True)
    # Rows written when the audience was frozen; every account must add up to it.
    audience_count = models.PositiveIntegerField(_("audience"), default=0)
    created_at = models.DateTimeField(_("scheduled on"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    started_at = models.DateTimeField(_("started"), null=True)
    # Empty while only the first few have it; the others leave from here on.
    opened_at = models.DateTimeField(_("opened for everyone"), null=True)
    # A publisher saw that the audience is much larger or smaller, and said yes.
    audience_confirmed = models.BooleanField(default=False)
    # The number that was typed when it was scheduled, far from that of last time.
    expected_readers = models.PositiveIntegerField(null=True)
    # When colleagues were sent what the readers are about to get.
    proof_at = models.DateTimeField(_("proof sent"), null=True)
    # Taken back: the web issue is gone, what was mailed stays mailed.
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)

    objects = DispatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("dispatch")
        verbose_name_plural = _("dispatches")
        ordering = ("-due_at",)
        permissions = (
            ("pause_dispatch", "Can pause a running dispatch"),
            ("control_dispatch", "Can schedule, resume, stop and resend"),
        )
        constraints = (
            models.UniqueConstraint(
                name="one_standing_dispatch_per_issue",
                fields=("issue",),
                condition=~Q(state="cancelled"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.issue} ({self.get_state_display()})"


class BatchState(models.TextChoices):
    """Where a group of readers stands."""

    READY = "ready", _("waiting")
    CLAIMED = "claimed", _("taken up")
    SUBMITTING = "submitting", _("being handed over")
    DONE = "done", _("accepted")
    FAILED = "failed", _("refused")
    AMBIGUOUS = "ambiguous", _("uncertain, evidence is sought")
    RECONCILING = "reconciling", _("being looked up")
    UNKNOWN = "unknown", _("uncertain")
    CANCELLED = "cancelled", _("not sent")


OPEN_BATCH_STATES = (
    BatchState.READY,
    BatchState.CLAIMED,
    BatchState.SUBMITTING,
    BatchState.AMBIGUOUS,
    BatchState.RECONCILING,
)


FIRST_WAVE = 0


def may_leave() -> Q:
    """Say of a batch that its dispatch is on its way, and open for this batch."""
    on_its_way = Dispatch.objects.filter(
        pk=OuterRef("dispatch"), state=DispatchState.SENDING
    )
    return Q(Exists(on_its_way.filter(opened_at__isnull=False))) | Q(
        Exists(on_its_way), wave=FIRST_WAVE
    )


class BatchQuerySet(models.QuerySet["Batch"]):
    """Questions about batches."""

    def claimable(self, now: datetime) -> Self:
        """Those a worker may take: their turn has come and nobody holds them.

        The dispatch is asked in a subquery: over a join, Django writes the update as
        "id IN (SELECT …)", and PostgreSQL, having waited for a first worker, looks at
        its state of before once more and lets the second one win as well.
        """
        return self.filter(
            Q(state=BatchState.READY)
            | Q(state=BatchState.CLAIMED, lease_until__lt=now),
            may_leave(),
            not_before__lte=now,
        )

    def reconcilable(self, now: datetime) -> Self:
        """Uncertain ones whose quarantine is over: evidence can be asked for."""
        quarantined_since = now - timedelta(seconds=settings.QUARANTINE_SECONDS)
        return self.filter(
            state=BatchState.AMBIGUOUS,
            submitted_at__lte=quarantined_since,
            not_before__lte=now,
        )

    def open(self) -> Self:
        """Those that are not settled."""
        return self.filter(state__in=OPEN_BATCH_STATES)

    def free(self) -> Self:
        """Those that nobody is changing at this moment; call it inside a transaction.

        Where a whole database is locked (SQLite) that is all of them.
        """
        return self.select_for_update(skip_locked=True, of=("self",))


class Batch(models.Model):
    """A group of readers handed over in one go: the unit of intent."""

    dispatch = models.ForeignKey(Dispatch, models.PROTECT, related_name="batches")
    number = models.PositiveIntegerField()
    # 0 are the first few, who show whether all goes well; 1 are the others.
    wave = models.PositiveSmallIntegerField(default=1)
    rendition = models.ForeignKey(Rendition, models.PROTECT, related_name="+")
    state = models.CharField(
        _("state"),
        max_length=12,
        choices=BatchState.choices,
        default=BatchState.READY,
    )
    # Whoever holds this token holds the batch; a late worker's token is stale.
    token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    not_before = models.DateTimeField()
    enqueued_at = models.DateTimeField(null=True)
    attempt_count = models.PositiveSmallIntegerField(default=0)
    # The same after a restored backup: made from issue, number and rendition.
    idempotency_key = models.UUIDField(unique=True)
    size = models.PositiveIntegerField(_("readers"))
    provider = models.CharField(max_length=20, blank=True)
    http_status = models.PositiveSmallIntegerField(null=True)
    last_error = models.CharField(max_length=300, blank=True)
    submitted_at = models.DateTimeField(null=True)
    # The first moment that somebody in it may have been taken unseen. It stays, so that
    # a request is made once more only while the provider knows the first one's key.
    uncertain_since = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.CharField(max_length=12, blank=True)

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("batch")
        verbose_name_plural = _("batches")
        ordering = ("dispatch", "number")
        constraints = (
            models.UniqueConstraint(
                name="batch_number_once_per_dispatch", fields=("dispatch", "number")
            ),
        )
        indexes = (
            models.Index(fields=("state", "not_before"), name="batch_state_and_turn"),
        )

    def __str__(self) -> str:
        return f"{self.dispatch_id}/{self.number} {self.state}"

    @staticmethod
    def key_for(issue: uuid.UUID, number: int, rendition_sha256: str) -> uuid.UUID:
        """Return the idempotency key: the same facts give the same key for ever."""
        return uuid.uuid5(issue, f"{number}.{rendition_sha256}")


class DeliveryException(models.TextChoices):
    """What became of one reader when it differs from the batch."""

    SKIPPED = "skipped", _("skipped")
    REJECTED = "rejected", _("refused by the provider")
    UNKNOWN = "unknown", _("uncertain")
    CANCELLED = "cancelled", _("not sent")


class SkipReason(models.TextChoices):
    """Why a reader in the audience got nothing."""

    UNSUBSCRIBED = "unsubscribed", _("unsubscribed in time")
    PAUSED = "paused", _("paused")
    SUPPRESSED = "suppressed", _("address is blocked")
    ERASED = "erased", _("erased")
    UNMAILABLE = "unmailable", _("address cannot be mailed")
    TOPIC = "topic", _("does not want its topic any more")
    HAS_IT = "has_it", _("has it at their other address")


class DeliveryEvent(models.TextChoices):
    """What the provider told about one reader, in django-anymail's words."""

    DELIVERED = "delivered", _("delivered")
    DEFERRED = "deferred", _("deferred")
    BOUNCED = "bounced", _("bounced")
    COMPLAINED = "complained", _("reported as spam")


class Delivery(models.Model):
    """One recipient of one dispatch. Untouched when all goes well.

    Its references are not checked row by row: that took 13 of the 20 seconds in which
    a million were written (decision 0009). They are written from the rows themselves in
    one statement, none of which is ever deleted, and check_ledger looks after them.
    """

    dispatch = models.ForeignKey(
        Dispatch,
        models.PROTECT,
        related_name="deliveries",
        db_constraint=False,
        # The unique constraint below begins with it.
        db_index=False,
    )
    batch = models.ForeignKey(
        Batch,
        models.PROTECT,
        related_name="deliveries",
        null=True,
        db_constraint=False,
    )
    subscriber = models.ForeignKey(
        Subscriber, models.PROTECT, related_name="+", db_constraint=False
    )
    # Empty: as its batch says.
    exception = models.CharField(
        max_length=10, choices=DeliveryException.choices, blank=True
    )
    reason = models.CharField(max_length=120, blank=True)
    event = models.CharField(max_length=10, choices=DeliveryEvent.choices, blank=True)
    event_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = (
            models.UniqueConstraint(
                name="one_delivery_per_reader", fields=("dispatch", "subscriber")
            ),
        )
        # Exceptions are few: these hold some rows of a million, and cost the others
        # nothing when they are written.
        indexes = (
            models.Index(
                fields=("dispatch", "exception"),
                name="deliveries_with_exception",
                condition=~Q(exception=""),
            ),
            models.Index(
                fields=("dispatch", "event"),
                name="deliveries_in_trouble",
                condition=Q(event__in=("deferred", "bounced", "complained")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.dispatch_id}: {self.subscriber_id}"


class AttemptOutcome(models.TextChoices):
    """How one try to hand over a batch ended."""

    OPEN = "open", _("under way")
    ACCEPTED = "accepted", _("accepted")
    NOT_TAKEN = "not_taken", _("proven not taken")
    FAILED = "failed", _("refused")
    AMBIGUOUS = "ambiguous", _("uncertain")


class Attempt(models.Model):
    """One try to hand over a batch: written before the request, closed once."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    token = models.UUIDField()
    worker = models.CharField(max_length=80, blank=True)
    outcome = models.CharField(
        max_length=10, choices=AttemptOutcome.choices, default=AttemptOutcome.OPEN
    )
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    recipients_sha256 = models.CharField(max_length=64, blank=True)
    http_status = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ("batch", "number")
        constraints = (
            models.UniqueConstraint(
                name="attempt_number_once_per_batch", fields=("batch", "number")
            ),
        )

    def __str__(self) -> str:
        return f"{self.batch_id}#{self.number} {self.outcome}"


__all__ = [
    "OPEN_BATCH_STATES",
    "Attempt",
    "AttemptOutcome",
    "Batch",
    "BatchState",
    "Delivery",
    "DeliveryEvent",
    "DeliveryException",
    "Dispatch",
    "DispatchState",
    "SkipReason",
]
