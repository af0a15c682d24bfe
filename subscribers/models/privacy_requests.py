"""What people ask under the privacy law (AVG), and what became of it."""

from datetime import date
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsletter.characters import refuse_in_line, refuse_in_text
from subscribers.models.people import Subscriber


class RequestKind(models.TextChoices):
    """What is asked, with its article of the AVG."""

    ACCESS = "access", _("see what we know (art. 15)")
    RECTIFICATION = "rectification", _("put something right (art. 16)")
    ERASURE = "erasure", _("be forgotten (art. 17)")
    PORTABILITY = "portability", _("take their data along (art. 20)")
    OBJECTION = "objection", _("object to what we do (art. 21)")


class RequestWay(models.TextChoices):
    """How it came in."""

    MAIL = "mail", _("by mail")
    LETTER = "letter", _("by letter")
    PHONE = "phone", _("by phone")
    OTHERWISE = "otherwise", _("otherwise")


class RequestOutcome(models.TextChoices):
    """How it ended."""

    DONE = "done", _("done as asked")
    PARTLY = "partly", _("done in part")
    REFUSED = "refused", _("refused, with the reason")
    UNKNOWN = "unknown", _("we know nothing of this person")
    WITHDRAWN = "withdrawn", _("taken back")


def refuse_day_to_come(day: date) -> None:
    """Validate a day on which something happened already."""
    if day > timezone.localdate():
        raise ValidationError(_("That day is still to come."), code="to_come")


class PrivacyRequestQuerySet(models.QuerySet["PrivacyRequest"]):
    """Questions about requests."""

    def open(self) -> Self:
        """Those that are not closed, the most pressing first."""
        return self.filter(closed_at=None).order_by("answer_by", "pk")

    def due_by(self, day: date) -> Self:
        """Those that must be answered on that day or before, or were to be."""
        return self.open().filter(answer_by__lte=day)


class PrivacyRequest(models.Model):
    """One request. Of who was forgotten it keeps what was done, not for whom."""

    kind = models.CharField(_("what is asked"), max_length=13, choices=RequestKind)
    way = models.CharField(_("how it came in"), max_length=9, choices=RequestWay)
    received_on = models.DateField(_("received on"), validators=[refuse_day_to_come])
    # AVG art. 12(3): within a month, or three when it says why within the first.
    answer_by = models.DateField(_("answer by"), db_index=True, editable=False)
    subscriber = models.ForeignKey(
        Subscriber,
        models.PROTECT,
        null=True,
        related_name="privacy_requests",
        verbose_name=_("subscriber"),
    )
    address = models.CharField(
        _("address"), max_length=254, blank=True, validators=[refuse_in_line]
    )
    name = models.CharField(
        _("name"), max_length=120, blank=True, validators=[refuse_in_line]
    )
    asked = models.TextField(
        _("in their words"), max_length=4000, blank=True, validators=[refuse_in_text]
    )
    taken_in_at = models.DateTimeField(_("written down"))
    taken_in_by = models.CharField(_("by whom"), max_length=150)
    identity_checked_at = models.DateTimeField(_("identity checked"), null=True)
    identity_how = models.CharField(_("how"), max_length=200, blank=True)
    identity_by = models.CharField(_("by whom"), max_length=150, blank=True)
    extended_at = models.DateTimeField(_("extended"), null=True)
    extension_reason = models.CharField(_("why"), max_length=300, blank=True)
    answer = models.TextField(_("our answer"), blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True)
    closed_at = models.DateTimeField(_("closed"), null=True)
    closed_by = models.CharField(_("by whom"), max_length=150, blank=True)
    outcome = models.CharField(
        _("outcome"), max_length=9, choices=RequestOutcome, blank=True
    )
    outcome_note = models.CharField(_("what was done"), max_length=300, blank=True)

    objects = PrivacyRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("privacy request")
        verbose_name_plural = _("privacy requests")
        ordering = ("-received_on", "-pk")
        constraints = (
            models.CheckConstraint(
                name="closed_request_says_how_it_ended",
                condition=Q(closed_at__isnull=True, outcome="")
                | Q(closed_at__isnull=False) & ~Q(outcome=""),
            ),
            models.CheckConstraint(
                name="checked_identity_says_how_and_by_whom",
                condition=Q(identity_checked_at__isnull=True)
                | ~Q(identity_how="") & ~Q(identity_by=""),
            ),
            models.CheckConstraint(
                name="extended_request_says_why",
                condition=Q(extended_at__isnull=True) | ~Q(extension_reason=""),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} – {self.who}"

    @property
    def who(self) -> str:
        """Whoever asks, as far as we still know."""
        return self.name or self.address or str(_("forgotten"))
