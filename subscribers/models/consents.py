"""What people agreed to: added to, never changed."""

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
    ERASED = "erased", _("erased")


class Consent(models.Model):
    """Who agreed to what, when, how and in which words. Never changed."""

    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="consents")
    mailing_list = models.ForeignKey(
        MailingList, models.PROTECT, null=True, related_name="consents"
    )
    act = models.CharField(_("act"), max_length=12, choices=ConsentAct.choices)
    at = models.DateTimeField(_("when"))
    channel = models.CharField(_("how"), max_length=80)
    wording = models.TextField(_("in which words"), blank=True)
    language = models.CharField(_("language"), max_length=2, blank=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.at:%Y-%m-%d %H:%M}"

    def save(self, *args: object, **kwargs: object) -> None:
        """Add, never change: an act that happened stays as it happened."""
        if self.pk is not None:
            raise TypeError("A consent is never changed; record the next act.")
        super().save(force_insert=True)


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
