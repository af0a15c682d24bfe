"""The record of consent: one row an act, never changed, with proof beside it."""

from dataclasses import dataclass
from datetime import date, datetime

from subscribers.evidence import NO_EVIDENCE, Evidence
from subscribers.models import Consent, ConsentAct, ConsentEvidence, Subscription
from subscribers.telling import tell_of_act


@dataclass(frozen=True)
class Given:
    """A consent as somebody gave it to us outside our own pages.

    Attributes:
        wording: the sentence they agreed to.
        origin: on what it rests, such as ``card, fair in Utrecht``; no name of theirs.
        on: the day on which they gave it.
    """

    wording: str
    origin: str
    on: date


def record(
    subscription: Subscription,
    act: ConsentAct,
    *,
    channel: str,
    wording: str = "",
    evidence: Evidence = NO_EVIDENCE,
    origin: str = "",
    given_on: date | None = None,
    by_name: str = "",
    now: datetime,
) -> None:
    """Add what a person did about one subscription, with its proof where we have it.

    Args:
        channel: how, such as ``sign-up page`` or ``one-click``.
        wording: the sentence agreed to; never a name or an address.
        origin: on what it rests, where a colleague wrote it down.
        given_on: the day on which they said so, where that was another.
        by_name: the colleague who did it; empty is the person themself.
    """
    consent = Consent.objects.create(
        subscriber_id=subscription.subscriber_id,
        mailing_list_id=subscription.mailing_list_id,
        act=act,
        at=now,
        channel=channel,
        wording=wording,
        language=subscription.mailing_list.language,
        origin=origin,
        given_on=given_on,
        by_name=by_name,
    )
    if evidence != NO_EVIDENCE:
        ConsentEvidence.objects.create(
            consent=consent,
            ip_address=evidence.ip_address,
            user_agent=evidence.user_agent,
        )
    tell_of_act(subscription, act, how=channel, now=now)
