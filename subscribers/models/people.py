"""People, and their place on the lists they chose."""

import secrets
import uuid
from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from newsletter.characters import refuse_in_line
from subscribers.models.mailing_lists import MailingList, refuse_unknown_zone
from subscribers.models.segments import Match, Segment
from subscribers.models.suppressions import Suppression
from subscribers.models.topics import Topic


def make_unsubscribe_token() -> str:
    """Return 22 characters that mail programs leave whole at the end of a line."""
    while True:
        token = secrets.token_urlsafe(16)
        if token[-1] not in "-_" and token[0] not in "-_":
            return token


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
    # Two turned out to be one person: this row keeps what happened with it, the other
    # is who they are now.
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        related_name="merged",
        editable=False,
        db_index=False,
    )

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
        indexes = (
            models.Index(
                fields=("merged_into",),
                name="who_was_merged",
                condition=Q(merged_into__isnull=False),
            ),
            models.Index(
                fields=("id",),
                name="who_was_erased",
                condition=Q(erased_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.address or str(_("erased subscriber"))

    @property
    def now(self) -> "Subscriber":
        """Return the row they are now: another one after two were made one."""
        return self.merged_into or self

    @cached_property
    def rows(self) -> list["Subscriber"]:
        """Return every row of this person: the one they are now, and those before."""
        return [self.now, *self.now.merged.all()]


class SubscriptionState(models.TextChoices):
    """Where a person stands with one list."""

    PENDING = "pending", _("not confirmed yet")
    CONFIRMED = "confirmed", _("confirmed")
    UNSUBSCRIBED = "unsubscribed", _("unsubscribed")


class Rhythm(models.TextChoices):
    """How often somebody reads along."""

    EVERY_ISSUE = "every_issue", _("every issue")
    MONTHS_BEST = "months_best", _("only the best of the month")


class LeavingReason(models.TextChoices):
    """Why somebody left, if they cared to say; no words of their own are kept."""

    TOO_OFTEN = "too_often", _("too much mail")
    NOT_FOR_ME = "not_for_me", _("not about what I am after")
    NEVER_ASKED = "never_asked", _("I never asked for it")
    READ_ELSEWHERE = "read_elsewhere", _("I read it elsewhere, or on another address")
    OTHERWISE = "otherwise", _("something else")


def can_be_mailed(today: date) -> Q:
    """Say of a subscription that it is mailed, were there an issue today.

    Args:
        today: the day in the list's zone; a pause ends on its last day, and who came
            with an import waits for their first issue until its day.
    """
    return Q(
        is_their_turn(today),
        ~is_blocked(),
        state=SubscriptionState.CONFIRMED,
        subscriber__erased_at__isnull=True,
    )


def is_their_turn(today: date) -> Q:
    """Say of a subscription that it is not paused, and its first issue has come."""
    return Q(
        Q(paused_until__isnull=True) | Q(paused_until__lte=today),
        Q(first_issue_on__isnull=True) | Q(first_issue_on__lte=today),
    )


def is_blocked() -> Exists:
    """Say of a subscription that its address is never mailed."""
    return Exists(
        Suppression.objects.filter(address_hash=OuterRef("subscriber__address_hash"))
    )


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    """Questions about subscriptions."""

    def mailable(self, today: date) -> Self:
        """Those who agreed, whose turn has come, and who did not pause or get blocked.

        Args:
            today: the day in the list's zone.
        """
        return self.filter(can_be_mailed(today))

    def confirm(self, now: datetime) -> int:
        """Let them read again, free of how they left; return how many changed.

        Whose word this is, and what they may not have said since, is the filter's part.
        """
        return self.update(
            state=SubscriptionState.CONFIRMED,
            confirmed_at=now,
            unsubscribed_at=None,
            unsubscribed_through="",
            leaving_reason="",
            paused_until=None,
        )

    def of_every_issue(self) -> Self:
        """Those who want more than the best of each month."""
        return self.filter(rhythm=Rhythm.EVERY_ISSUE)

    def reading(self, mailing_list: MailingList) -> Self:
        """Those who read a list, also while they pause or cannot be mailed."""
        # The few who are erased are looked for, not everybody who is not.
        erased = Subscriber.objects.filter(
            pk=OuterRef("subscriber"), erased_at__isnull=False
        )
        return self.filter(
            ~Exists(erased),
            mailing_list=mailing_list,
            state=SubscriptionState.CONFIRMED,
        )

    def in_segment(self, segment: Segment, *, today: date) -> Self:
        """Those who read the list of a segment and fit what it asks.

        Args:
            today: the day in the list's zone, from which it counts back.
        """
        from subscribers.criteria import fitting

        mailing_list = segment.mailing_list
        fits = fitting(
            segment.conditions,
            match_any=segment.match == Match.ANY,
            mailing_list=mailing_list,
            today=today,
        )
        return self.reading(mailing_list).filter(fits)

    def fitting_none_of(self, segment: Segment, *, today: date) -> Self:
        """Those who read the list of a segment and fit no condition of it.

        Condition after condition leaves fewer of them to be looked at, where a database
        asks all at once of each reader who may fit any.
        """
        from subscribers.criteria import questions

        mailing_list = segment.mailing_list
        others = self.reading(mailing_list)
        for question in questions(
            segment.conditions, mailing_list=mailing_list, today=today
        ):
            others = others.filter(~question)
        return others


class Subscription(models.Model):
    """One person's place on one list."""

    # Both indexed below, together with what is asked along with them.
    subscriber = models.ForeignKey(
        Subscriber, models.CASCADE, related_name="subscriptions", db_index=False
    )
    mailing_list = models.ForeignKey(
        MailingList,
        models.PROTECT,
        related_name="subscriptions",
        db_index=False,
        db_constraint=False,
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
    leaving_reason = models.CharField(
        _("reason for leaving"),
        max_length=15,
        choices=LeavingReason.choices,
        blank=True,
    )
    paused_until = models.DateField(_("paused until"), null=True, blank=True)
    # Readers who came with an import may be let in over a few weeks.
    first_issue_on = models.DateField(_("first issue on"), null=True, blank=True)
    rhythm = models.CharField(
        _("how often"),
        max_length=11,
        choices=Rhythm.choices,
        default=Rhythm.EVERY_ISSUE,
    )
    topics = models.ManyToManyField(
        Topic, related_name="subscriptions", blank=True, verbose_name=_("topics")
    )

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
            # Who left after which issue; most readers never did.
            models.Index(
                fields=("mailing_list", "unsubscribed_at"),
                name="list_and_leaving",
                condition=Q(unsubscribed_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.subscriber} – {self.mailing_list}"


class AddressChange(models.Model):
    """A wish to get mail elsewhere, until the owner of the new address says yes.

    The row goes when that happens, when the wish is a day old, or with its reader.
    """

    subscriber = models.OneToOneField(
        Subscriber, models.CASCADE, related_name="address_change"
    )
    address = models.CharField(max_length=254)
    asked_at = models.DateTimeField()

    class Meta:
        verbose_name = _("change of address")
        verbose_name_plural = _("changes of address")

    def __str__(self) -> str:
        return f"change of address of {self.subscriber_id}"


class FormerAddress(models.Model):
    """Where somebody was reached before they moved, as a keyed hash and nothing else.

    What came from there, such as mail to us, is found and forgotten by it.
    """

    subscriber = models.ForeignKey(
        Subscriber, models.CASCADE, related_name="former_addresses"
    )
    address_hash = models.CharField(max_length=64, db_index=True)

    class Meta:
        verbose_name = _("former address")
        verbose_name_plural = _("former addresses")
        constraints = (
            models.UniqueConstraint(
                name="former_address_once", fields=("subscriber", "address_hash")
            ),
        )

    def __str__(self) -> str:
        return f"{self.address_hash[:12]}…"
