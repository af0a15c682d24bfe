"""Who looks at an issue before its readers do, and what they were sent."""

from collections.abc import Sequence
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from newsletter.characters import refuse_in_line
from newsletter.issues.models import Issue
from newsletter.outbox.models import OutgoingMail
from subscribers.models import MailingList


class GroupMember(models.Model):
    """A colleague or a device in the test group of a list."""

    mailing_list = models.ForeignKey(
        MailingList,
        models.CASCADE,
        related_name="test_group",
        verbose_name=_("newsletter"),
    )
    name = models.CharField(
        _("who or what"),
        max_length=60,
        validators=[refuse_in_line],
        help_text=_("Such as “iPhone of Els” or “Outlook at the desk”."),
    )
    address = models.EmailField(_("address"))
    first_name = models.CharField(
        _("first name"),
        max_length=60,
        blank=True,
        validators=[refuse_in_line],
        help_text=_("Empty: always as a reader without a first name."),
    )

    class Meta:
        verbose_name = _("member of the test group")
        verbose_name_plural = _("test group")
        ordering = ("mailing_list", "pk")
        constraints = (
            models.UniqueConstraint(
                name="once_in_the_test_group", fields=("mailing_list", "address")
            ),
        )

    def __str__(self) -> str:
        return self.name


class TrialMailQuerySet(models.QuerySet["TrialMail"]):
    """Questions about test mails."""

    def of(self, issue: Issue) -> Self:
        """Those of one issue, the newest first."""
        return self.filter(issue=issue).select_related("mail", "asked_by")


class TrialMail(models.Model):
    """Who was sent which version of an issue as a test, and when."""

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="trial_mails")
    issue_version = models.PositiveIntegerField(_("version"))
    to_name = models.CharField(_("to"), max_length=80)
    # As whom; empty is a reader without a first name.
    first_name = models.CharField(_("first name"), max_length=60, blank=True)
    mail = models.OneToOneField(
        OutgoingMail, models.SET_NULL, null=True, related_name="trial"
    )
    asked_at = models.DateTimeField(_("when"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    objects = TrialMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("test mail")
        verbose_name_plural = _("test mails")
        ordering = ("-asked_at", "pk")

    def __str__(self) -> str:
        return f"{self.issue} v{self.issue_version}: {self.to_name}"


def names_for(first_names: Sequence[str], *, turn: int) -> list[str]:
    """Return as whom each member gets the mail: at least half without a first name.

    Args:
        turn: the next one turns the halves round, so that everyone meets both.

    >>> names_for(["Els", "Pien", "", "Jan"], turn=0)
    ['', 'Pien', '', 'Jan']
    """
    return [
        name if (place + turn) % 2 else "" for place, name in enumerate(first_names)
    ]


__all__ = ["GroupMember", "TrialMail"]
