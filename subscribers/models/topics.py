"""Topics: what readers of one list choose to hear of besides."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from newsletter.characters import refuse_in_line
from subscribers.models.mailing_lists import MailingList


class TopicQuerySet(models.QuerySet["Topic"]):
    """Questions about topics."""

    def offered(self, mailing_list: MailingList) -> Self:
        """Those that readers of a list may choose now, in the order of the page."""
        return self.filter(mailing_list=mailing_list, is_offered=True)


class Topic(models.Model):
    """Something that only those readers get who asked for it."""

    mailing_list = models.ForeignKey(
        MailingList,
        models.CASCADE,
        related_name="topics",
        verbose_name=_("newsletter"),
    )
    name = models.CharField(_("name"), max_length=60, validators=[refuse_in_line])
    promise = models.CharField(
        _("promise"),
        max_length=160,
        blank=True,
        validators=[refuse_in_line],
        help_text=_("What who chooses it gets, in one short sentence."),
    )
    position = models.PositiveSmallIntegerField(_("place"), default=0)
    is_offered = models.BooleanField(
        _("on offer"),
        default=True,
        help_text=_("Who chose it keeps it when it is no longer on offer."),
    )

    objects = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ("mailing_list", "position", "name")
        constraints = (
            models.UniqueConstraint(
                name="topic_once_per_list",
                fields=("mailing_list", "name"),
                violation_error_message=_("This newsletter has that topic already."),
            ),
        )

    def __str__(self) -> str:
        return self.name
