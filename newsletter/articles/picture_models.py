"""A picture, what may be done with it, and how it is cut for each place in a mail."""

from datetime import date, timedelta
from pathlib import Path
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from imagefield.fields import ImageField, PPOIField

import newsletter.articles.pictures  # noqa: F401 (how crops are written)
from newsletter.characters import refuse_in_line

# Twice the size at which a mail shows them, so that they are sharp on a phone.
PICTURE_FORMATS: dict[str, list[object]] = {
    "hero": ["default", ("crop", (1200, 800))],
    "wide": ["default", ("thumbnail", (1200, 1600))],
    "portrait": ["default", ("crop", (192, 192))],
    "small": ["default", ("crop", (360, 240))],
}
# So long before a licence ends somebody should think of the next picture.
EXPIRES_SOON = timedelta(days=30)


class Licence(models.TextChoices):
    """By what right we show a picture."""

    OWN = "own", _("our own: made by or for us")
    STOCK = "stock", _("bought, or from a stock library")
    CREATIVE_COMMONS = "cc", _("Creative Commons")
    PRESS = "press", _("press picture")
    PERMISSION = "permission", _("with the maker's permission")
    PUBLIC_DOMAIN = "public", _("free of rights")
    AI = "ai", _("made by us with AI")
    # Only for what was here before rights were kept; nobody can choose it anew.
    EARLIER = "earlier", _("from before rights were noted here")


class CreativeCommons(models.TextChoices):
    """The kinds of Creative Commons licences."""

    ZERO = "cc0", "CC0"
    BY = "by", "CC BY"
    BY_SA = "by-sa", "CC BY-SA"
    BY_ND = "by-nd", "CC BY-ND"
    BY_NC = "by-nc", "CC BY-NC"
    BY_NC_SA = "by-nc-sa", "CC BY-NC-SA"
    BY_NC_ND = "by-nc-nd", "CC BY-NC-ND"


class PortraitConsent(models.TextChoices):
    """Whether who is seen in a picture agrees with it."""

    NOBODY = "nobody", _("nobody can be recognised")
    GIVEN = "given", _("everyone in it agreed")
    PENDING = "pending", _("not yet asked or not yet answered")


class AiUse(models.TextChoices):
    """What AI did to a picture; readers are told in the credit line."""

    NONE = "none", pgettext_lazy("use of AI", "nothing")
    CHANGED = "changed", pgettext_lazy("use of AI", "changed it")
    MADE = "made", pgettext_lazy("use of AI", "made it")


class PictureQuerySet(models.QuerySet["Picture"]):
    """Questions about pictures."""

    def expired(self, on: date) -> Self:
        """Those that may no longer be shown on a day."""
        return self.filter(expires_on__lt=on)

    def expiring(self, on: date) -> Self:
        """Those that may still be shown on a day, and within a month no longer."""
        return self.filter(expires_on__gte=on, expires_on__lte=on + EXPIRES_SOON)

    def without_rights(self) -> Self:
        """Those of which nobody noted by what right we show them, or who is in them."""
        unknown = Q(licence__in=("", Licence.EARLIER))
        return self.filter(unknown | Q(portrait_consent=""))


class Picture(models.Model):
    """A picture, re-encoded at upload under a name made of its content."""

    image = ImageField(
        _("picture"),
        upload_to="pictures",
        width_field="width",
        height_field="height",
        ppoi_field="point_of_interest",
        formats=PICTURE_FORMATS,
    )
    width = models.PositiveIntegerField(_("width"), editable=False, default=0)
    height = models.PositiveIntegerField(_("height"), editable=False, default=0)
    point_of_interest = PPOIField(_("point of interest"))
    alt = models.CharField(
        _("alternative text"),
        max_length=300,
        blank=True,
        validators=[refuse_in_line],
        help_text=_("What matters in the picture; empty when it only decorates."),
    )
    credit = models.CharField(
        _("credit"),
        max_length=120,
        blank=True,
        validators=[refuse_in_line],
        help_text=_("Who made it, as readers see it."),
    )
    source = models.CharField(
        _("where it comes from"),
        max_length=200,
        blank=True,
        validators=[refuse_in_line],
        help_text=_("An archive, a library, an address; only we see it."),
    )
    licence = models.CharField(
        _("by what right"), max_length=10, choices=Licence.choices, blank=True
    )
    licence_number = models.CharField(
        _("number of the licence or the bill"),
        max_length=80,
        blank=True,
        validators=[refuse_in_line],
    )
    creative_commons = models.CharField(
        _("kind of Creative Commons"),
        max_length=10,
        choices=CreativeCommons.choices,
        blank=True,
    )
    for_newsletter = models.BooleanField(_("in the newsletter"), default=True)
    for_website = models.BooleanField(_("on the website"), default=True)
    for_social = models.BooleanField(_("on social media"), default=False)
    expires_on = models.DateField(
        _("may be shown until"),
        null=True,
        blank=True,
        help_text=_("The last day; empty when it may stay for ever."),
    )
    portrait_consent = models.CharField(
        _("people in the picture"),
        max_length=10,
        choices=PortraitConsent.choices,
        blank=True,
    )
    ai_use = models.CharField(
        _("what AI did"), max_length=10, choices=AiUse.choices, default=AiUse.NONE
    )
    created_at = models.DateTimeField(_("added"), auto_now_add=True)

    objects = PictureQuerySet.as_manager()

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                name="bought_picture_has_a_number",
                condition=~Q(licence="stock") | ~Q(licence_number=""),
                violation_error_message=_("A bought picture needs its number."),
            ),
            models.CheckConstraint(
                name="creative_commons_has_its_kind",
                condition=Q(licence="cc") & ~Q(creative_commons="")
                | ~Q(licence="cc") & Q(creative_commons=""),
                violation_error_message=_("Say which Creative Commons licence it is."),
            ),
            models.CheckConstraint(
                name="creative_commons_names_the_maker",
                condition=Q(creative_commons__in=("", "cc0")) | ~Q(credit=""),
                violation_error_message=_("This licence asks to name the maker."),
            ),
            models.CheckConstraint(
                name="picture_made_with_ai_says_so",
                condition=~Q(licence="ai") | Q(ai_use="made"),
                violation_error_message=_("Say that AI made it."),
            ),
        )

    def __str__(self) -> str:
        return self.alt or Path(self.image.name or "").name

    @property
    def ai_mark(self) -> str:
        """What readers are told of AI; "" when it did nothing."""
        if self.ai_use == AiUse.MADE:
            return gettext("made with AI")
        return gettext("changed with AI") if self.ai_use == AiUse.CHANGED else ""

    def credited(self, maker: str = "") -> str:
        """Return what stands behind “Picture:”, with the mark of AI in it.

        Args:
            maker: named by the article; "" takes the picture's own.
        """
        return ", ".join(filter(None, [maker or self.credit, self.ai_mark]))


def crop_url(picture: Picture, crop: str) -> str:
    """Return the address of one crop of a picture (see ``PICTURE_FORMATS``)."""
    address: str = getattr(picture.image, crop)
    return address
