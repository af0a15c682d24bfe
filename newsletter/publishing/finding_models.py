"""What was let go with a reason, and what is known of links and senders' domains."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThanOrEqual
from django.utils.translation import gettext_lazy as _

from newsletter.characters import refuse_in_text
from newsletter.issues.models import Issue

SHORTEST_REASON, LONGEST_REASON = 10, 300


class Waiver(models.Model):
    """A publisher's word that an issue may go with one finding, and why.

    Bound to what was found in that text: other words are another finding.
    """

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="waivers")
    key = models.CharField(max_length=32, editable=False)
    code = models.CharField(max_length=40, editable=False)
    message = models.TextField(_("what"), editable=False)
    reason = models.CharField(
        _("why"), max_length=LONGEST_REASON, validators=[refuse_in_text]
    )
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    given_at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("let go")
        verbose_name_plural = _("let go")
        ordering = ("given_at",)
        constraints = (
            models.UniqueConstraint(
                name="one_waiver_per_issue_and_finding", fields=("issue", "key")
            ),
            models.CheckConstraint(
                name="waiver_says_why",
                condition=GreaterThanOrEqual(Length("reason"), SHORTEST_REASON),
            ),
        )

    def __str__(self) -> str:
        return f"{self.issue}: {self.code}"


class LinkState(models.TextChoices):
    """What came out of trying an address."""

    FINE = "fine", _("answers")
    GONE = "gone", _("is not there")
    FAILING = "failing", _("does not answer as it should")
    UNTOLD = "untold", _("could not be told")


class LinkCheckQuerySet(models.QuerySet["LinkCheck"]):
    """Questions about addresses that were tried."""

    def due(self, now: datetime) -> Self:
        """Those somebody asked for since they were tried, and nobody is trying."""
        return self.filter(
            Q(tried_at__isnull=True) | Q(tried_at__lt=F("asked_at")),
            Q(lease_until__isnull=True) | Q(lease_until__lte=now),
        )

    def in_hand(self, now: datetime) -> Self:
        """Those that somebody is trying now."""
        return self.filter(lease_until__gt=now)


class LinkCheck(models.Model):
    """What is known of one address of the web; kept for a day, then asked anew."""

    # Of the address: a column of two thousand signs is no key.
    key = models.CharField(max_length=64, unique=True, editable=False)
    address = models.CharField(max_length=2000)
    state = models.CharField(max_length=7, choices=LinkState.choices, blank=True)
    # What the server answered, or in words why there is no answer.
    reason = models.CharField(max_length=200, blank=True)
    leads_to = models.CharField(max_length=2000, blank=True)
    answers_over_https = models.BooleanField(default=False)
    asked_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)

    KEPT = timedelta(days=1)

    objects = LinkCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")

    def __str__(self) -> str:
        return self.address

    @property
    def is_waiting(self) -> bool:
        """Whether somebody asked and no answer has come since."""
        return self.tried_at is None or self.tried_at < self.asked_at


class DomainCheck(models.Model):
    """What the world's name servers say of a sender's domain; asked anew each day."""

    domain = models.CharField(max_length=253, unique=True)
    # None: could not be told.
    has_spf = models.BooleanField(null=True)
    has_dkim = models.BooleanField(null=True)
    has_dmarc = models.BooleanField(null=True)
    asked_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True)

    KEPT = timedelta(days=1)

    class Meta:
        verbose_name = _("domain")
        verbose_name_plural = _("domains")

    def __str__(self) -> str:
        return self.domain
