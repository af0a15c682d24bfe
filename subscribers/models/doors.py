"""The doors people come in by: a link or QR code, and the sites that show our form."""

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from newsletter.characters import refuse_in_line
from subscribers.models.mailing_lists import MailingList
from subscribers.models.people import Subscription


class SignUpSource(models.Model):
    """A place from which people come: a poster, a podcast, a page of the magazine."""

    mailing_list = models.ForeignKey(
        MailingList,
        models.CASCADE,
        related_name="sources",
        verbose_name=_("newsletter"),
    )
    name = models.CharField(
        _("name"),
        max_length=80,
        validators=[refuse_in_line],
        help_text=_("For yourselves: poster in the library, podcast of May."),
    )
    # It stands in links on paper, and with every subscription that came by it.
    slug = models.SlugField(_("short name in links"), max_length=40, unique=True)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)

    class Meta:
        verbose_name = _("way in")
        verbose_name_plural = _("ways in")
        ordering = ("mailing_list", "name")

    def __str__(self) -> str:
        return self.name

    @property
    def name_by_code(self) -> str:
        """What stands with a subscription that began at the QR code."""
        return f"{self.slug} (QR)"

    def subscriptions(self, *, by_code: bool = False) -> "QuerySet[Subscription]":
        """Return those that began here, or only at the code."""
        names = [self.name_by_code] if by_code else [self.slug, self.name_by_code]
        return Subscription.objects.filter(
            mailing_list=self.mailing_list, source__in=names
        )


class FormSite(models.Model):
    """A site that may show our form in a frame of its own, or send it by script."""

    mailing_list = models.ForeignKey(
        MailingList,
        models.CASCADE,
        related_name="form_sites",
        verbose_name=_("newsletter"),
    )
    # As browsers write an origin: scheme, host as A-label, port unless it is the usual.
    origin = models.CharField(_("site"), max_length=255)

    class Meta:
        verbose_name = _("site with our form")
        verbose_name_plural = _("sites with our form")
        ordering = ("origin",)
        constraints = (
            models.UniqueConstraint(
                name="form_site_once_per_list",
                fields=("mailing_list", "origin"),
                violation_error_message=_("This site is there already."),
            ),
        )

    def __str__(self) -> str:
        return self.origin
