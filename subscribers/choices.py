"""What a reader chooses on their own page: name, topics, how often, a pause, a zone.

Every choice is one guarded change and, when something changed, one row of consent that
says what was chosen, in the language of the page, and never a name or an address.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from subscribers.limits import ISSUES_AGAIN, take_all
from subscribers.models import (
    ConsentAct,
    LeavingReason,
    Rhythm,
    Subscriber,
    Subscription,
    SubscriptionState,
    Topic,
)
from subscribers.proof import record
from subscribers.registry import send_issue_again

# Who wants to be away for longer is better served by leaving and coming back.
LONGEST_PAUSE = timedelta(days=366)


def change_name(
    subscription: Subscription, first_name: str, *, channel: str, now: datetime
) -> bool:
    """Change how a reader is greeted, on every list; ``""`` is a greeting without."""
    # What the name is stays out of a record that is kept.
    return _change(
        _person(subscription),
        subscription,
        "first name",
        channel=channel,
        now=now,
        first_name=first_name,
    )


def choose_zone(
    subscription: Subscription, time_zone: str, *, channel: str, now: datetime
) -> bool:
    """Send in this zone's own morning, on every list; ``""`` is the list's zone."""
    words = _("Time zone: %(zone)s") % {"zone": time_zone or "–"}
    return _change(
        _person(subscription),
        subscription,
        words,
        channel=channel,
        now=now,
        time_zone=time_zone,
    )


def choose_rhythm(
    subscription: Subscription, rhythm: Rhythm, *, channel: str, now: datetime
) -> bool:
    """Send every issue of a list, or only the best of each month."""
    words = _("How often: %(rhythm)s") % {"rhythm": rhythm.label}
    return _change(
        _place(subscription),
        subscription,
        words,
        channel=channel,
        now=now,
        rhythm=rhythm,
    )


def choose_topics(
    subscription: Subscription, topics: Sequence[Topic], *, channel: str, now: datetime
) -> bool:
    """Choose among the topics on offer; one no longer on offer stays as it is.

    Args:
        topics: of this list and on offer.
    """
    with transaction.atomic():
        place = _place(subscription).select_for_update().first()
        if place is None:
            return False
        kept = place.topics.filter(is_offered=False)
        chosen = {*topics, *kept}
        if chosen == set(place.topics.all()):
            return False
        place.topics.set(chosen)
        names = ", ".join(sorted(topic.name for topic in chosen))
        words = _("Topics: %(topics)s") % {"topics": names or "–"}
        _record(subscription, words, channel=channel, now=now)
    return True


def pause(
    subscription: Subscription, *, weeks: int, channel: str, now: datetime
) -> date | None:
    """Send nothing for some weeks; return the day from which mails come again.

    Args:
        weeks: 0 ends a pause at once.
    """
    today = now.astimezone(subscription.mailing_list.zone).date()
    until = today + timedelta(weeks=min(weeks, 100)) if weeks > 0 else None
    return pause_until(subscription, until, channel=channel, now=now)


def pause_until(
    subscription: Subscription, until: date | None, *, channel: str, now: datetime
) -> date | None:
    """Send nothing until a day; return the day from which mails come again.

    Args:
        until: a year from now at most; None or a day gone by ends a pause at once.
    """
    today = now.astimezone(subscription.mailing_list.zone).date()
    if until is not None:
        until = min(until, today + LONGEST_PAUSE) if until > today else None
    words = _("Pause ended")
    if until:
        words = _("Paused until %(day)s") % {"day": date_format(until, "j F Y")}
    with transaction.atomic():
        changed = _place(subscription).update(paused_until=until)
        if not changed:
            return None
        _record(subscription, words, channel=channel, now=now)
    return until


def have_issue_again(subscription: Subscription, number: int, *, now: datetime) -> bool:
    """Mail an issue once more to a reader who asks; False when there is none.

    Raises:
        TooMany: five times in a day is enough.
    """
    hashed = subscription.subscriber.address_hash
    # Who pauses may ask for one issue all the same: every pause is over by then.
    mailable = Subscription.objects.filter(pk=subscription.pk).mailable(date.max)
    with transaction.atomic():
        if not mailable.exists():
            return False
        take_all([(limit, hashed) for limit in ISSUES_AGAIN], now=now)
        return send_issue_again(subscription, number, now=now)


def say_why_left(subscription: Subscription, reason: LeavingReason) -> bool:
    """Keep why somebody left; that is no consent, so it is no row of it."""
    return bool(
        Subscription.objects.filter(
            pk=subscription.pk,
            state=SubscriptionState.UNSUBSCRIBED,
            subscriber__erased_at__isnull=True,
        ).update(leaving_reason=reason)
    )


def _person(subscription: Subscription) -> "QuerySet[Subscriber]":
    return Subscriber.objects.filter(
        pk=subscription.subscriber_id, erased_at__isnull=True
    )


def _place(subscription: Subscription) -> "QuerySet[Subscription]":
    return Subscription.objects.filter(
        pk=subscription.pk, state=SubscriptionState.CONFIRMED
    )


def _change(
    row: "QuerySet[Subscriber] | QuerySet[Subscription]",
    subscription: Subscription,
    words: str,
    *,
    channel: str,
    now: datetime,
    **values: Any,
) -> bool:
    """Change what differs, on record; False when nothing did or nobody is there."""
    with transaction.atomic():
        changed = row.exclude(**values).update(**values)
        if changed:
            _record(subscription, words, channel=channel, now=now)
    return bool(changed)


def _record(
    subscription: Subscription, words: str, *, channel: str, now: datetime
) -> None:
    record(subscription, ConsentAct.CHANGED, channel=channel, wording=words, now=now)
