"""Consent that a colleague writes down: given to us on paper, by phone, by letter.

It says on what it rests, in which words and when; and it never goes against what the
person said themselves later, nor against a block.
"""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from newsletter.audit.recording import record_act
from subscribers import emails
from subscribers.consent import find_or_add
from subscribers.models import (
    ConsentAct,
    MailingList,
    Subscription,
    SubscriptionState,
)
from subscribers.proof import Given, record
from subscribers.suppression import is_suppressed

CHANNEL = "written down by a colleague"


class CannotRecord(Exception):
    """This consent does not count; the text says why and what can be done."""


def record_consent(
    *,
    mailing_list: MailingList,
    address: str,
    first_name: str = "",
    given: Given,
    by: AbstractBaseUser,
    now: datetime,
) -> Subscription:
    """Take somebody in who said yes elsewhere; they are told by the mail of welcome.

    Args:
        address: as ``clean_address`` returns it.

    Raises:
        CannotRecord: the address is blocked, the day lies ahead, they read already, or
            they left after that day.
    """
    if given.on > now.astimezone(mailing_list.zone).date():
        raise CannotRecord(_("That day is still to come. When did they say so?"))
    if is_suppressed(address):
        raise CannotRecord(
            _(
                "This address is blocked or was forgotten. Its owner can sign up; "
                "a block that we made is lifted under “Blocked addresses”."
            )
        )
    with transaction.atomic():
        subscription = _place_of(address, mailing_list, given, now=now)
        if subscription.subscriber.merged_into_id:
            raise CannotRecord(
                _("This is an earlier address of somebody. Use the one they have now.")
            )
        _confirm(subscription, given, now=now)
        if first_name and not subscription.subscriber.first_name:
            subscription.subscriber.first_name = first_name
            subscription.subscriber.save(update_fields=["first_name"])
        record(
            subscription,
            ConsentAct.RECORDED,
            channel=CHANNEL,
            wording=given.wording,
            origin=given.origin,
            given_on=given.on,
            by_name=by.get_username(),
            now=now,
        )
        record_act("consent recorded", subscription, by=by, now=now)
        emails.welcome(subscription, now=now)
    return subscription


def _place_of(
    address: str, mailing_list: MailingList, given: Given, *, now: datetime
) -> Subscription:
    place, _is_new = Subscription.objects.get_or_create(
        subscriber=find_or_add(address, now=now),
        mailing_list=mailing_list,
        defaults={"source": given.origin[:120], "created_at": now},
    )
    return place


def _confirm(subscription: Subscription, given: Given, *, now: datetime) -> None:
    """Confirm who asked, or left before the day of this consent.

    Raises:
        CannotRecord: neither is so.
    """
    changed = Subscription.objects.filter(
        # Anybody can ask anew for who left: what they said then still counts.
        Q(state=SubscriptionState.PENDING, unsubscribed_at=None)
        | Q(
            state__in=(SubscriptionState.PENDING, SubscriptionState.UNSUBSCRIBED),
            unsubscribed_at__date__lt=given.on,
        ),
        pk=subscription.pk,
    ).confirm(now)
    if changed:
        return
    subscription.refresh_from_db()
    if subscription.state == SubscriptionState.CONFIRMED:
        raise CannotRecord(_("This address gets the newsletter already."))
    raise CannotRecord(
        _(
            "They unsubscribed on or after that day, and the last word counts. They "
            "can sign up again themselves."
        )
    )
