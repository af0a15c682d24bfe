"""People, the lists they chose, what they agreed to, and whom we never mail."""

import secrets
import uuid
import zoneinfo
from datetime import date, time
from typing import Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from newsletter.characters import refuse_in_line, refuse_in_text


def make_unsubscribe_token() -> str:
    """Return 22 characters that mail programs leave whole at the end of a line."""
    while True:
        token = secrets.token_urlsafe(16)
        if token[-1] not in "-_" and token[0] not in "-_":
            return token


def refuse_unknown_zone(name: str) -> None:
    """Validate the name of a time zone, such as ``Europe/Amsterdam``."""
    if name not in zoneinfo.available_timezones():
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
    def zone(self) -> zoneinfo.ZoneInfo:
        """The zone in which its moment is meant."""
        return zoneinfo.ZoneInfo(self.time_zone)


class SubscriberQuerySet(models.QuerySet["Subscriber"]):
    """Questions about people."""

    def by_address(self, address: str) -> Self:
        """Whoever has this address, however it was typed."""
        from subscribers.addresses import address_key

        return self.filter(address_key=address_key(address))


class Subscriber(models.Model):
    """A person with one address. Erasing empties the row in place."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    address = models.CharField(_("address"), max_length=254, blank=True)
    # NULL once erased: many erased people may share "no address", none may "".
    address_key = models.CharField(  # noqa: DJ001 (unique, so "" would clash)
        max_length=254, unique=True, null=True, editable=False
    )
    address_hash = models.CharField(max_length=64, db_index=True, editable=False)
    first_name = models.CharField(
        _("first name"), max_length=60, blank=True, validators=[refuse_in_line]
    )
    # Empty: the list's own.
    time_zone = models.CharField(
        _("time zone"), max_length=64, blank=True, validators=[refuse_unknown_zone]
    )
    created_at = models.DateTimeField(_("known since"))
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True)

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscriber")
        verbose_name_plural = _("subscribers")
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                name="subscriber_has_a_key_unless_erased",
                condition=Q(address_key__isnull=False, erased_at__isnull=True)
                | Q(address_key__isnull=True, erased_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.address or str(_("erased subscriber"))


class SubscriptionState(models.TextChoices):
    """Where a person stands with one list."""

    PENDING = "pending", _("not confirmed yet")
    CONFIRMED = "confirmed", _("confirmed")
    UNSUBSCRIBED = "unsubscribed", _("unsubscribed")


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    """Questions about subscriptions."""

    def mailable(self, today: date) -> Self:
        """Those who agreed, did not pause, and are not suppressed: everyone we mail.

        Args:
            today: the day in the list's zone; a pause ends on its last day.
        """
        suppressed = Suppression.objects.filter(
            address_hash=OuterRef("subscriber__address_hash")
        )
        return self.filter(
            Q(paused_until__isnull=True) | Q(paused_until__lte=today),
            ~Exists(suppressed),
            state=SubscriptionState.CONFIRMED,
            subscriber__erased_at__isnull=True,
        )


class Subscription(models.Model):
    """One person's place on one list."""

    subscriber = models.ForeignKey(
        Subscriber, models.CASCADE, related_name="subscriptions"
    )
    mailing_list = models.ForeignKey(
        MailingList, models.PROTECT, related_name="subscriptions"
    )
    state = models.CharField(
        _("state"),
        max_length=12,
        choices=SubscriptionState.choices,
        default=SubscriptionState.PENDING,
    )
    # Random and stored, so that it outlives every key (RFC 8058 links never expire).
    token = models.CharField(
        max_length=32, unique=True, default=make_unsubscribe_token, editable=False
    )
    source = models.CharField(_("source"), max_length=120, blank=True)
    created_at = models.DateTimeField(_("asked"))
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    unsubscribed_at = models.DateTimeField(_("unsubscribed"), null=True, blank=True)
    unsubscribed_through = models.CharField(
        _("unsubscribed through"), max_length=80, blank=True
    )
    paused_until = models.DateField(_("paused until"), null=True, blank=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        constraints = (
            models.UniqueConstraint(
                name="one_subscription_per_list",
                fields=("subscriber", "mailing_list"),
            ),
            models.CheckConstraint(
                name="confirmed_subscription_says_when",
                condition=~Q(state="confirmed") | Q(confirmed_at__isnull=False),
            ),
        )
        indexes = (
            models.Index(fields=("mailing_list", "state"), name="list_and_state"),
        )

    def __str__(self) -> str:
        return f"{self.subscriber} – {self.mailing_list}"


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


class SuppressionReason(models.TextChoices):
    """Why an address is never mailed."""

    HARD_BOUNCE = "hard_bounce", _("the address does not exist")
    COMPLAINT = "complaint", _("the reader reported our mail as spam")
    ERASURE = "erasure", _("the reader asked to be forgotten")
    STAFF = "staff", _("blocked by us")


class Suppression(models.Model):
    """An address we never mail, whatever any status says. Only its hash is kept."""

    address_hash = models.CharField(max_length=64, editable=False)
    reason = models.CharField(
        _("reason"), max_length=12, choices=SuppressionReason.choices
    )
    at = models.DateTimeField(_("since"))
    note = models.CharField(
        _("note"), max_length=200, blank=True, validators=[refuse_in_text]
    )

    class Meta:
        verbose_name = _("blocked address")
        verbose_name_plural = _("blocked addresses")
        constraints = (
            models.UniqueConstraint(
                name="one_suppression_per_reason", fields=("address_hash", "reason")
            ),
        )

    def __str__(self) -> str:
        return f"{self.address_hash[:12]}… {self.get_reason_display()}"


class Allowance(models.Model):
    """One use of something we limit, such as a mail to an address that asks for it."""

    name = models.CharField(max_length=30)
    # A keyed hash of an address or a network: neither can be read back.
    key = models.CharField(max_length=64)
    slot = models.PositiveSmallIntegerField()
    used_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("allowance")
        verbose_name_plural = _("allowances")
        constraints = (
            models.UniqueConstraint(
                name="one_allowance_per_slot", fields=("name", "key", "slot")
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.slot}"


__all__ = [
    "Allowance",
    "Consent",
    "ConsentAct",
    "ConsentEvidence",
    "MailingList",
    "ReserveUse",
    "Subscriber",
    "Subscription",
    "SubscriptionState",
    "Suppression",
    "SuppressionReason",
    "Weekday",
    "WhoApproves",
]
