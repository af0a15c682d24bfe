"""Telling other systems what readers did: by their id, never by name or address."""

from datetime import datetime

from newsletter.hooks.announcing import announce
from newsletter.hooks.models import Happening
from subscribers.models import (
    ConsentAct,
    Subscriber,
    Subscription,
    SuppressionReason,
)

_OF_AN_ACT = {
    ConsentAct.REQUESTED: Happening.SUBSCRIBED,
    ConsentAct.CONFIRMED: Happening.CONFIRMED,
    ConsentAct.WITHDRAWN: Happening.LEFT,
}
_OF_A_REASON = {
    SuppressionReason.HARD_BOUNCE: Happening.BOUNCED,
    SuppressionReason.SOFT_BOUNCES: Happening.BOUNCED,
    SuppressionReason.COMPLAINT: Happening.COMPLAINED,
}


def tell_of_act(
    subscription: Subscription, act: ConsentAct, *, how: str, now: datetime
) -> None:
    """Tell what a reader did about one subscription, if it is something to tell."""
    if kind := _OF_AN_ACT.get(act):
        announce(
            kind,
            subscriber=str(subscription.subscriber.uuid),
            mailing_list=subscription.mailing_list.slug,
            how=how,
            now=now,
        )


def tell_of_suppression(
    address_hash: str, reason: SuppressionReason, *, now: datetime
) -> None:
    """Tell that somebody's address takes no mail, or that they complained."""
    kind = _OF_A_REASON.get(SuppressionReason(reason))
    if kind is None:
        return
    known = Subscriber.objects.filter(address_hash=address_hash, erased_at=None)
    for uuid in known.values_list("uuid", flat=True):
        announce(kind, subscriber=str(uuid), reason=str(reason), now=now)
