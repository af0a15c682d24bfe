"""Counting who is in a segment, and saying who that is."""

from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from subscribers.criteria import condition_in_words
from subscribers.models import Match, Segment, Subscription
from subscribers.models.people import can_be_mailed


@dataclass(frozen=True)
class Count:
    """How many readers fit a segment.

    Attributes:
        mailable: of them those who would get mail today: no pause, no block.
    """

    readers: int
    mailable: int


def count(segment: Segment, *, now: datetime) -> Count:
    """Count who fits a segment, saved or not; one question."""
    today = now.astimezone(segment.mailing_list.zone).date()
    theirs = Subscription.objects.in_segment(segment, today=today)
    counted = theirs.aggregate(
        readers=models.Count("pk"),
        mailable=models.Count("pk", filter=can_be_mailed(today)),
    )
    return Count(counted["readers"], counted["mailable"])


def count_in_words(counted: Count) -> str:
    """Return how many there are in one sentence."""
    if not counted.readers:
        return _("No reader fits this.")
    words = ngettext("%(count)s reader", "%(count)s readers", counted.readers) % {
        "count": number_format(counted.readers, force_grouping=True)
    }
    if counted.mailable == counted.readers:
        return words
    return _("%(readers)s, of whom %(mailable)s can be mailed today") % {
        "readers": words,
        "mailable": number_format(counted.mailable, force_grouping=True),
    }


def in_words(segment: Segment) -> str:
    """Return who it is, in one line."""
    between = _(" or ") if segment.match == Match.ANY else _(" and ")
    return between.join(
        condition_in_words(one, segment.mailing_list) for one in segment.conditions
    )
