"""Mailing lists: what people subscribe to."""

import zoneinfo
from datetime import time
from email.headerregistry import Address
from functools import cache

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from newsletter.characters import refuse_in_line, refuse_in_text


@cache
def _known_zones() -> set[str]:
    # Python looks into hundreds of files to know them.
    return zoneinfo.available_timezones()


def refuse_unknown_zone(name: str) -> None:
    """Validate the name of a time zone, such as ``Europe/Amsterdam``."""
    if name not in _known_zones():
        raise ValidationError(_("This time zone does not exist."), code="unknown_zone")


hex_colour = RegexValidator(
    r"^#[0-9a-fA-F]{6}$", _("Give a colour such as #9A4A32."), code="no_colour"
)


class Weekday(models.IntegerChoices):
    """Days as Python counts them."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class WhoApproves(models.TextChoices):
    """Whether the last editor of an issue may approve it as well."""

    ANOTHER_OF_TWO = (
        "another_of_two",
        _("another than the last editor, if any"),
    )
    ANOTHER = "another", _("always another than the last editor")
    ANYONE = "anyone", _("anyone who may approve")


class ReserveUse(models.TextChoices):
    """What the clock does with a reserve for a Sunday that would stay without."""

    OFFERED = "offered", _("offer it to publishers")
    BY_ITSELF = "by_itself", _("schedule it by itself")


class MailingList(models.Model):
    """What people subscribe to: its sender, look, language and moment."""

    name = models.CharField(_("name"), max_length=80, validators=[refuse_in_line])
    slug = models.SlugField(_("short name in links"), unique=True)
    promise = models.CharField(
        _("promise"),
        max_length=200,
        validators=[refuse_in_line],
        help_text=_("One sentence that says what readers get and when."),
    )
    language = models.CharField(
        _("language"), max_length=2, choices=[("nl", _("Dutch")), ("en", _("English"))]
    )
    sender_name = models.CharField(
        _("sender's name"), max_length=60, validators=[refuse_in_line]
    )
    sender_address = models.EmailField(_("sender's address"))
    weekday = models.PositiveSmallIntegerField(
        _("day"), choices=Weekday.choices, default=Weekday.SUNDAY
    )
    send_time = models.TimeField(_("time"), default=time(8, 0))
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        default="Europe/Amsterdam",
        validators=[refuse_unknown_zone],
    )
    pace_minutes = models.PositiveSmallIntegerField(
        _("spread over minutes"),
        default=30,
        validators=[MaxValueValidator(12 * 60)],
        help_text=_("0 sends as fast as possible and leaves nothing to stop."),
    )
    group_size = models.PositiveSmallIntegerField(
        _("readers per group"),
        default=25,
        validators=[MaxValueValidator(1000)],
        help_text=_("Used where the provider takes one reader at a time."),
    )
    proof_minutes = models.PositiveSmallIntegerField(
        _("proof, in minutes before"),
        default=30,
        validators=[MaxValueValidator(12 * 60)],
        help_text=_("When colleagues get what readers will get; 0 sends no proof."),
    )
    has_first_wave = models.BooleanField(
        _("first to a few"),
        default=True,
        help_text=_("From 1,000 readers on, 1 % get it a minute before the others."),
    )
    own_morning = models.BooleanField(
        _("in each reader's own morning"),
        default=False,
        help_text=_("Readers who gave their time zone get it at this time there."),
    )
    pause_above_temporary = models.FloatField(
        _("pause above this percentage of temporary failures"),
        default=5.0,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    pause_above_permanent = models.FloatField(
        _("pause above this percentage of permanent failures"),
        default=1.0,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    pause_above_complaints = models.FloatField(
        _("pause above this percentage of complaints"),
        default=0.1,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    pause_limits_from = models.PositiveIntegerField(
        _("these limits hold from"),
        default=500,
        help_text=_("Readers whose mail has left: before, one failure says little."),
    )
    needs_approval = models.BooleanField(_("needs approval"), default=True)
    who_approves = models.CharField(
        _("who approves"),
        max_length=14,
        choices=WhoApproves.choices,
        default=WhoApproves.ANOTHER_OF_TWO,
    )
    has_reminders = models.BooleanField(
        _("remind us by mail"),
        default=True,
        help_text=_("Editors and publishers hear when a Sunday would stay without."),
    )
    empty_reminder_days = models.PositiveSmallIntegerField(
        _("still empty: days before"),
        default=2,
        validators=[MaxValueValidator(6)],
    )
    empty_reminder_time = models.TimeField(_("at what time"), default=time(10, 0))
    unready_reminder_days = models.PositiveSmallIntegerField(
        _("not approved or scheduled: days before"),
        default=1,
        validators=[MaxValueValidator(6)],
    )
    unready_reminder_time = models.TimeField(_("at what time"), default=time(18, 0))
    reserve_use = models.CharField(
        _("an approved reserve"),
        max_length=10,
        choices=ReserveUse.choices,
        default=ReserveUse.OFFERED,
        help_text=_("When at that time nothing is approved for the coming issue."),
    )
    sign_ups_per_hour = models.PositiveSmallIntegerField(
        _("sign-ups in an hour"),
        default=500,
        validators=[MinValueValidator(10), MaxValueValidator(10_000)],
        help_text=_(
            "More are asked to come back in an hour: a machine may be at work. "
            "Raise it before you are on television."
        ),
    )
    has_welcome_mail = models.BooleanField(
        _("mail of welcome"),
        default=True,
        help_text=_("Who confirms gets the latest issue at once, to read along."),
    )
    welcome_words = models.TextField(
        _("words of welcome"),
        max_length=600,
        blank=True,
        validators=[refuse_in_text],
        help_text=_("Above the latest issue in that mail. Empty is a short greeting."),
    )
    has_months_best = models.BooleanField(
        _("the best of the month"),
        default=False,
        help_text=_(
            "Readers may choose to get only that one issue. A publisher marks it, "
            "so somebody has to think of it every month."
        ),
    )
    organisation = models.CharField(
        _("organisation"), max_length=120, validators=[refuse_in_line]
    )
    postal_address = models.CharField(
        _("postal address"),
        max_length=200,
        validators=[refuse_in_line],
        help_text=_("The law asks for it in every mail."),
    )
    registration = models.CharField(
        _("registration number"), max_length=40, blank=True, help_text="KvK 12345678"
    )
    website = models.URLField(_("website"), blank=True)
    accent_colour = models.CharField(
        _("colour"),
        max_length=7,
        default="#9A4A32",
        validators=[hex_colour],
        help_text=_("Links, buttons and the name of a rubric."),
    )
    second_colour = models.CharField(
        _("second colour"),
        max_length=7,
        blank=True,
        validators=[hex_colour],
        help_text=_("The quiet parts, such as the moment of rest. Empty is sage."),
    )
    logo = models.ImageField(
        _("logo"),
        upload_to="logos",
        blank=True,
        help_text=_(
            "PNG, best 560 pixels wide with a clear ground. Without one the name "
            "stands there in type."
        ),
    )
    logo_width = models.PositiveSmallIntegerField(
        _("width of the logo as shown"), default=0, editable=False
    )
    logo_height = models.PositiveSmallIntegerField(
        _("height of the logo as shown"), default=0, editable=False
    )
    list_id = models.CharField(
        _("List-ID"),
        max_length=200,
        validators=[RegexValidator(r"^[A-Za-z0-9.-]+\.[A-Za-z0-9-]+$")],
        help_text=_("Stays the same for ever, such as zondag.example.nl."),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("newsletter")
        verbose_name_plural = _("newsletters")
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name

    @property
    def from_header(self) -> str:
        """The sender as a header; the name is quoted where it has to be."""
        sender = Address(display_name=self.sender_name, addr_spec=self.sender_address)
        return str(sender)

    @property
    def sender_domain(self) -> str:
        """The domain that mail is sent from, in lower case."""
        return self.sender_address.rpartition("@")[2].lower()

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The zone in which its moment is meant."""
        return zoneinfo.ZoneInfo(self.time_zone)
