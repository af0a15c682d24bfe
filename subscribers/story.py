"""What a record of consent amounts to: where somebody stands follows from it."""

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import or_
from types import MappingProxyType

from django.db.models import OuterRef, Q, QuerySet, Subquery

from subscribers.models import Consent, ConsentAct, Subscription, SubscriptionState

# What each act makes of a subscription. Whoever only changed something stays where
# they were, and a request of someone who reads already is never put on record.
STATE_AFTER: Mapping[str, str | None] = MappingProxyType(
    {
        ConsentAct.REQUESTED: SubscriptionState.PENDING,
        ConsentAct.CONFIRMED: SubscriptionState.CONFIRMED,
        ConsentAct.IMPORTED: SubscriptionState.CONFIRMED,
        ConsentAct.RECORDED: SubscriptionState.CONFIRMED,
        ConsentAct.WITHDRAWN: SubscriptionState.UNSUBSCRIBED,
        ConsentAct.ERASED: SubscriptionState.UNSUBSCRIBED,
        ConsentAct.LAPSED: None,
    }
)


def state_after(acts: Iterable[str]) -> str | None:
    """Return where somebody stands with one list after these acts; None: nowhere.

    Args:
        acts: about that list or about all lists, in the order in which they happened.

    >>> state_after(["requested", "confirmed", "changed"]).value
    'confirmed'
    >>> state_after(["confirmed", "withdrawn", "requested", "lapsed"]) is None
    True
    """
    state = None
    for act in acts:
        if act in STATE_AFTER:
            state = STATE_AFTER[act]
    return state


def places_unlike_their_record() -> "QuerySet[Subscription]":
    """Return the subscriptions whose state is not what their record says.

    There are none unless somebody wrote into the database by hand. A subscription
    without any record is left out: the record is younger than some of them.
    """
    acts = Consent.objects.filter(
        Q(mailing_list=OuterRef("mailing_list")) | Q(mailing_list=None),
        subscriber=OuterRef("subscriber"),
        act__in=STATE_AFTER,
    )
    said = Subquery(acts.order_by("-at", "-pk").values("act")[:1])
    as_recorded = reduce(
        or_, (Q(said=act, state=state) for act, state in STATE_AFTER.items() if state)
    )
    recorded = Subscription.objects.annotate(said=said).filter(said__isnull=False)
    return recorded.exclude(as_recorded).order_by("pk")
