"""What became of the last issues of a list, derived from the rows."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, Max, OuterRef, Q

from newsletter.delivery.models import Delivery, DeliveryEvent, Dispatch
from newsletter.delivery.progress import Progress, progress
from newsletter.delivery.providers import PROVIDERS
from subscribers import doubles, lapsing
from subscribers.models import MailingList, Subscription

# These only take mail; whatever comes back, they do not tell it of a reader.
SILENT = frozenset({"local", "smtp"})
# As the index on deliveries in trouble has them, so that it is used.
TOLD = (DeliveryEvent.DEFERRED, DeliveryEvent.BOUNCED, DeliveryEvent.COMPLAINED)
# A second place of somebody who reads on, and one who had left and did not come back.
_NOBODY_LEFT = (doubles.CHANNEL, lapsing.CHANNEL)


@dataclass(frozen=True)
class Account:
    """What became of one dispatch.

    Attributes:
        bounced: came back; None where the provider does not tell.
        complained: reported as spam; None where the provider does not tell.
        unsubscribed: left the list between this one and the next, by whatever way.
    """

    dispatch: Dispatch
    progress: Progress
    bounced: int | None
    complained: int | None
    unsubscribed: int


def recent_accounts(
    mailing_list: MailingList, *, now: datetime, count: int
) -> list[Account]:
    """Return the accounts of the last dispatches that started, the newest first."""
    dispatches = list(
        Dispatch.objects.left()
        .filter(issue__mailing_list=mailing_list)
        .select_related("issue", "rendition")
        .defer("rendition__html", "rendition__text")
        .order_by("-started_at")[:count]
    )
    told = _told(dispatches)
    left = who_left_after(mailing_list, dispatches, now=now)
    return [
        Account(
            dispatch=dispatch,
            progress=progress(dispatch),
            bounced=_known(dispatch, told, DeliveryEvent.BOUNCED),
            complained=_known(dispatch, told, DeliveryEvent.COMPLAINED),
            unsubscribed=left[dispatch.pk],
        )
        for dispatch in dispatches
    ]


def last_audience(mailing_list: MailingList) -> int | None:
    """Return how many readers the last issue for everyone had; None before the first.

    An issue that was stopped and sent to the rest counts as it was first meant.
    """
    started = Dispatch.objects.filter(
        issue__mailing_list=mailing_list, started_at__isnull=False
    )
    last = started.aimed({}).order_by("-started_at").first()
    if last is None:
        return None
    most = started.filter(issue=last.issue_id).aggregate(most=Max("audience_count"))
    return int(most["most"])


def tells_what_comes_back(provider: str) -> bool:
    """Whether a provider tells what became of a reader's mail."""
    known = PROVIDERS.get(provider)
    return bool(known and known.takes_metadata and provider not in SILENT)


def _told(dispatches: Sequence[Dispatch]) -> Counter[tuple[int, str]]:
    rows = (
        Delivery.objects.filter(dispatch__in=dispatches, event__in=TOLD)
        .order_by()
        .values_list("dispatch", "event")
        .annotate(Count("pk"))
    )
    return Counter({(dispatch, event): count for dispatch, event, count in rows})


def _known(
    dispatch: Dispatch, told: Counter[tuple[int, str]], event: DeliveryEvent
) -> int | None:
    count = told[dispatch.pk, event.value]
    return count if count or tells_what_comes_back(dispatch.provider) else None


def who_left_after(
    mailing_list: MailingList, dispatches: Sequence[Dispatch], *, now: datetime
) -> dict[int, int]:
    """Count who left after each dispatch and before the next one, in one query.

    What goes to some readers only does not end the time of an issue for everyone, and
    counts those who leave among its own readers.

    Args:
        dispatches: that started, in an unbroken row, the newest first.
        now: until when who left counts for the newest.
    """
    counts = {
        f"after_{dispatch.pk}": Count("pk", filter=who_left)
        for dispatch, who_left in _who_left(dispatches, until=now)
    }
    if not counts:
        return {}
    # From the first of them on: the index knows who left by when.
    since = dispatches[-1].started_at
    theirs = Subscription.objects.filter(
        mailing_list=mailing_list,
        unsubscribed_at__gte=since,
        # Who left elsewhere and was taken in as such never read here.
        confirmed_at__isnull=False,
    ).exclude(unsubscribed_through__in=_NOBODY_LEFT)
    found = theirs.aggregate(**counts)
    return {dispatch.pk: found[f"after_{dispatch.pk}"] for dispatch in dispatches}


def _who_left(
    dispatches: Sequence[Dispatch], *, until: datetime
) -> Iterator[tuple[Dispatch, Q]]:
    next_one, next_for_all = until, until
    for dispatch in dispatches:
        began = dispatch.started_at or until
        if dispatch.rendition.aim:
            got_it = Delivery.objects.filter(
                dispatch=dispatch, subscriber=OuterRef("subscriber")
            )
            yield dispatch, _between(began, next_one) & Q(Exists(got_it))
        else:
            yield dispatch, _between(began, next_for_all)
            next_for_all = began
        next_one = began


def _between(begin: datetime, end: datetime) -> Q:
    return Q(unsubscribed_at__gte=begin, unsubscribed_at__lt=end)
