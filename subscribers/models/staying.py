"""Asking readers of whom nothing was heard for long whether they want to stay."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from subscribers.models.mailing_lists import MailingList
from subscribers.models.people import Subscription


class StayRound(models.Model):
    """One time that the quiet readers of a list are asked, begun by a publisher."""

    mailing_list = models.ForeignKey(
        MailingList,
        models.PROTECT,
        related_name="stay_rounds",
        verbose_name=_("newsletter"),
    )
    quiet_months = models.PositiveSmallIntegerField(
        _("quiet for so many months"),
        default=18,
        validators=[MinValueValidator(6), MaxValueValidator(120)],
        help_text=_(
            "Got mail, and in all that time changed nothing on their page and wrote "
            "nothing. What they read we do not know: many of them read every Sunday."
        ),
    )
    answer_weeks = models.PositiveSmallIntegerField(
        _("weeks to answer"),
        default=4,
        validators=[MinValueValidator(2), MaxValueValidator(26)],
    )
    started_at = models.DateTimeField(_("begun"))
    started_by = models.CharField(_("by whom"), max_length=150)
    # A second decision, when the weeks are over: nobody is let go of by itself.
    letting_go_at = models.DateTimeField(_("letting go since"), null=True)
    letting_go_by = models.CharField(_("by whom"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("round of staying")
        verbose_name_plural = _("rounds of staying")
        ordering = ("-started_at",)

    def __str__(self) -> str:
        return f"{self.mailing_list} {self.started_at:%d-%m-%Y}"


class StayQuestion(models.Model):
    """One reader who is asked, and what came of it."""

    round = models.ForeignKey(StayRound, models.CASCADE, related_name="questions")
    subscription = models.ForeignKey(
        Subscription, models.CASCADE, related_name="stay_questions"
    )
    # Empty: the mail is still to be written; so many leave in a minute.
    asked_at = models.DateTimeField(null=True)
    stayed_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("question to stay")
        verbose_name_plural = _("questions to stay")
        constraints = (
            models.UniqueConstraint(
                name="asked_once_a_round", fields=("round", "subscription")
            ),
        )
        indexes = (
            models.Index(
                fields=("round",),
                name="questions_to_be_asked",
                condition=Q(asked_at=None, settled_at=None),
            ),
        )

    def __str__(self) -> str:
        return f"{self.round_id}: {self.subscription_id}"
