"""Counting who is in a segment, and saying who that is: in words, and on record."""

from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models, transaction
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from newsletter.audit.models import AuditEntry
from newsletter.audit.recording import record_act
from subscribers.criteria import condition_in_words
from subscribers.models import Match, Segment, Subscription
from subscribers.models.people import (
    SubscriptionQuerySet,
    is_blocked,
    is_their_turn,
)
from subscribers.planning import room_for_many

SAID = "said who is in a segment"


@dataclass(frozen=True)
class Count:
    """How many readers fit a segment.

    Attributes:
        mailable: of them those who would get mail today: no pause, no block.
    """

    readers: int
    mailable: int


def count(segment: Segment, *, now: datetime) -> Count:
    """Count who fits a segment, saved or not.

    Who is blocked is counted by themselves: they are few, and to look each reader up
    among them takes longer than all the rest.
    """
    today = now.astimezone(segment.mailing_list.zone).date()
    theirs = Subscription.objects.in_segment(segment, today=today)
    turn = is_their_turn(today)
    with room_for_many():
        readers, in_turn = _how_many_fit(segment, today)
        blocked = theirs.filter(turn, is_blocked()).count()
    # Between two questions somebody may leave.
    return Count(max(readers, 0), max(in_turn - blocked, 0))


def _how_many_fit(segment: Segment, today: date) -> tuple[int, int]:
    """Return how many fit a segment, and of how many of them it is the turn.

    Whoever fits any of several conditions is everybody but who fits none.
    """
    places = Subscription.objects.all()
    if segment.match != Match.ANY or len(segment.conditions) < 2:
        return _counted(places.in_segment(segment, today=today), today)
    everybody = _counted(places.reading(segment.mailing_list), today)
    others = _counted(places.fitting_none_of(segment, today=today), today)
    return everybody[0] - others[0], everybody[1] - others[1]


def _counted(places: SubscriptionQuerySet, today: date) -> tuple[int, int]:
    counted = places.aggregate(
        readers=models.Count("pk"),
        in_turn=models.Count("pk", filter=is_their_turn(today)),
    )
    return counted["readers"], counted["in_turn"]


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


@transaction.atomic
def save(
    segment: Segment, *, by: AbstractBaseUser | AnonymousUser, now: datetime
) -> None:
    """Save a segment, and put on record who said who is in it; a name says nothing."""
    before = Segment.objects.filter(pk=segment.pk).first()
    segment.save()
    said = (segment.match, segment.conditions)
    if before is None or (before.match, before.conditions) != said:
        record_act(SAID, segment, by=by, now=now)


def last_said_by(segment: Segment) -> int | None:
    """Return the key of the colleague who said last who is in it, if that is known."""
    acts = AuditEntry.objects.about(segment).filter(act=SAID)
    return acts.values_list("actor", flat=True).first()
