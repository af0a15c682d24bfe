"""What was counted of one dispatch, so that its page need not count a million rows."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from newsletter.delivery.models import Dispatch


class Outcome(models.TextChoices):
    """What became of one reader: exactly one of these, so they add up to everyone."""

    WAITING = "waiting", _("still to come")
    SKIPPED = "skipped", _("skipped")
    REJECTED = "rejected", _("refused by the provider")
    CANCELLED = "cancelled", _("not sent")
    UNKNOWN = "unknown", _("uncertain")
    ACCEPTED = "accepted", _("accepted, nothing heard since")
    DELIVERED = "delivered", _("delivered")
    DEFERRED = "deferred", _("deferred")
    BOUNCED = "bounced", _("came back")
    COMPLAINED = "complained", _("reported as spam")


# Whom the provider took the mail for, whatever it told afterwards.
TAKEN = (
    Outcome.ACCEPTED,
    Outcome.DELIVERED,
    Outcome.DEFERRED,
    Outcome.BOUNCED,
    Outcome.COMPLAINED,
)


class IssueCount(models.Model):
    """When the readers of a dispatch were counted last.

    Attributes:
        warning: which limit of its list was passed, in words; empty when none was.
    """

    dispatch = models.OneToOneField(
        Dispatch, models.CASCADE, related_name="issue_count"
    )
    counted_at = models.DateTimeField(_("counted"))
    warning = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("count of an issue")
        verbose_name_plural = _("counts of issues")

    def __str__(self) -> str:
        return f"{self.dispatch_id} {self.counted_at:%Y-%m-%d %H:%M}"


class OutcomeCount(models.Model):
    """How many readers of a dispatch at one domain had one outcome.

    Attributes:
        domain: of their mailbox; empty for the many small ones, and who was erased.
        reason: why they were skipped; empty for every other outcome.
    """

    dispatch = models.ForeignKey(
        Dispatch, models.CASCADE, related_name="outcome_counts"
    )
    domain = models.CharField(max_length=254, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    reason = models.CharField(max_length=120, blank=True)
    readers = models.PositiveIntegerField(_("readers"))

    class Meta:
        verbose_name = _("readers of one outcome")
        verbose_name_plural = _("readers by outcome")
        constraints = (
            models.UniqueConstraint(
                name="outcome_counted_once",
                fields=("dispatch", "domain", "outcome", "reason"),
            ),
            models.CheckConstraint(
                name="only_who_was_skipped_has_a_reason",
                condition=Q(reason="") | Q(outcome=Outcome.SKIPPED),
            ),
        )

    def __str__(self) -> str:
        return f"{self.dispatch_id} {self.domain} {self.outcome}: {self.readers}"


class MomentCount(models.Model):
    """For how many readers something happened in one minute, or later in one hour.

    Attributes:
        outcome: accepted (whatever was told later), or what the provider told.
        at: the minute or hour it began; NULL where the provider told no moment.
    """

    dispatch = models.ForeignKey(Dispatch, models.CASCADE, related_name="moment_counts")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    at = models.DateTimeField(null=True)
    readers = models.PositiveIntegerField(_("readers"))

    class Meta:
        verbose_name = _("readers of one minute")
        verbose_name_plural = _("readers by minute")
        constraints = (
            models.UniqueConstraint(
                name="minute_counted_once", fields=("dispatch", "outcome", "at")
            ),
        )

    def __str__(self) -> str:
        return f"{self.dispatch_id} {self.outcome} {self.at}: {self.readers}"


__all__ = ["IssueCount", "MomentCount", "OutcomeCount"]
