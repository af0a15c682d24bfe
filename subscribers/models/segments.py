"""Saved filters of the readers of one list."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from newsletter.characters import refuse_in_line
from subscribers.models.mailing_lists import MailingList


class Match(models.TextChoices):
    """How many of its conditions a reader has to fit."""

    ALL = "all", _("all of these")
    ANY = "any", _("at least one of these")


def refuse_unknown_conditions(value: Any) -> None:
    """Validate conditions as ``subscribers.criteria`` knows them."""
    from subscribers.criteria import MOST_CONDITIONS, is_condition

    if not isinstance(value, list) or not all(is_condition(one) for one in value):
        raise ValidationError(_("These are no conditions."), code="no_conditions")
    if not 0 < len(value) <= MOST_CONDITIONS:
        raise ValidationError(
            _("Say in one to %(most)d conditions who it is."),
            code="how_many",
            params={"most": MOST_CONDITIONS},
        )


class Segment(models.Model):
    """A saved filter of the readers of one list; who fits is asked when it is used."""

    name = models.CharField(_("name"), max_length=80, validators=[refuse_in_line])
    mailing_list = models.ForeignKey(
        MailingList,
        models.PROTECT,
        related_name="segments",
        verbose_name=_("newsletter"),
    )
    match = models.CharField(
        _("readers who fit"), max_length=3, choices=Match.choices, default=Match.ALL
    )
    conditions = models.JSONField(
        _("conditions"), default=list, validators=[refuse_unknown_conditions]
    )
    created_at = models.DateTimeField(_("made"), auto_now_add=True)

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        ordering = ("mailing_list", "name")
        constraints = (
            models.UniqueConstraint(
                name="segment_name_once_per_list",
                fields=("mailing_list", "name"),
                violation_error_message=_("There is a segment of that name."),
            ),
        )

    def __str__(self) -> str:
        return self.name
