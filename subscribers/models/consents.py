"""What people agreed to: added to, never changed."""

import hashlib
from typing import Never

from django.db import models
from django.utils.translation import gettext_lazy as _

from subscribers.models.mailing_lists import MailingList
from subscribers.models.people import Subscriber


class ConsentAct(models.TextChoices):
    """What a person, or someone for them, did about their consent."""

    REQUESTED = "requested", _("asked to subscribe")
    CONFIRMED = "confirmed", _("confirmed")
    CHANGED = "changed", _("changed")
    WITHDRAWN = "withdrawn", _("withdrew")
    IMPORTED = "imported", _("imported")
    RECORDED = "recorded", _("recorded by us")
    LAPSED = "lapsed", _("did not confirm in time")
    ERASED = "erased", _("erased")


class ConsentQuerySet(models.QuerySet["Consent"]):
    """Rows that are added and read; the database refuses to change them."""

    def delete(self) -> Never:
        """Refuse: SQLite would let it go (its tests empty tables by deleting)."""
        raise TypeError("A consent is never deleted; record the next act.")


class Consent(models.Model):
    """Who agreed to what, when, how and in which words. Never changed."""

    # Protected: a person who is forgotten is emptied, and the record stays.
    subscriber = models.ForeignKey(Subscriber, models.PROTECT, related_name="consents")
    mailing_list = models.ForeignKey(
        MailingList,
        models.PROTECT,
        null=True,
        related_name="consents",
        db_index=False,
        db_constraint=False,
    )
    act = models.CharField(_("act"), max_length=12, choices=ConsentAct.choices)
    at = models.DateTimeField(_("when"))
    channel = models.CharField(_("how"), max_length=80)
    wording = models.TextField(_("in which words"), blank=True)
    language = models.CharField(_("language"), max_length=2, blank=True)
    # What a colleague wrote down: on what it rests, such as a card that was signed.
    # Never a name or an address: it stays when the person is forgotten.
    origin = models.CharField(
        _("on what it rests"), max_length=200, blank=True, default="", db_default=""
    )
    given_on = models.DateField(_("given on"), null=True, blank=True)
    # Empty: the person themselves. A name, so that it outlives a colleague's account.
    by_name = models.CharField(
        _("by whom"), max_length=150, blank=True, default="", db_default=""
    )

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ("at", "pk")
        constraints = (
            models.CheckConstraint(
                name="recorded_consent_says_by_whom_and_on_what",
                condition=~models.Q(act="recorded")
                | ~models.Q(by_name="")
                & ~models.Q(origin="")
                & ~models.Q(wording="")
                & models.Q(given_on__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.at:%Y-%m-%d %H:%M}"

    def save(self, *args: object, **kwargs: object) -> None:
        """Add, never change: an act that happened stays as it happened."""
        if self.pk is not None:
            raise TypeError("A consent is never changed; record the next act.")
        super().save(force_insert=True)

    def delete(self, *args: object, **kwargs: object) -> Never:
        """Refuse, as the database does."""
        raise TypeError("A consent is never deleted; record the next act.")

    @property
    def version(self) -> str:
        """The version of the words: equal for equal words, and for no others."""
        if not self.wording:
            return ""
        return hashlib.sha256(self.wording.encode()).hexdigest()[:8]


class ConsentEvidence(models.Model):
    """From where an act came. Emptied after 30 days, the consent itself stays."""

    consent = models.OneToOneField(Consent, models.CASCADE, related_name="evidence")
    ip_address = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")

    def __str__(self) -> str:
        return f"evidence of consent {self.consent_id}"
