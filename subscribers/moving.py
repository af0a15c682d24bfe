"""Changing one's address: asked at the old, confirmed at the new, told to the old."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from newsletter.signing import BadToken, make_token, read_token
from subscribers import emails
from subscribers.addresses import address_hash, address_key
from subscribers.consent import UnknownLink
from subscribers.discreetly import LeaveNoTrace, discreetly
from subscribers.limits import (
    MAILS_TO_ONE_ADDRESS,
    MOVES_OF_ONE_READER,
    allow,
    take_all,
)
from subscribers.models import (
    AddressChange,
    ConsentAct,
    FormerAddress,
    Subscriber,
    Subscription,
)
from subscribers.proof import record
from subscribers.suppression import (
    ENDED_BY_CONFIRMING,
    is_lastingly_suppressed,
    lift,
)

MOVE_WITHIN = timedelta(days=1)


class CannotMove(Exception):
    """The new address became somebody else's in the meantime; the text says so."""


def ask_to_move(subscription: Subscription, address: str, *, now: datetime) -> None:
    """Mail the new address; what happens next happens there.

    Returns nothing and looks the same for every address: who wants to move learns
    nothing about who else reads.

    Args:
        subscription: through which it was asked; its newsletter writes the mail.
        address: as ``clean_address`` returns it.

    Raises:
        TooMany: this reader had us write to other addresses often enough today.
    """
    reader = subscription.subscriber.address_hash
    take_all([(limit, reader) for limit in MOVES_OF_ONE_READER], now=now)
    hashed = address_hash(address)
    with discreetly():
        may_be_mailed = allow(
            MAILS_TO_ONE_ADDRESS, hashed, now=now
        ) and not is_lastingly_suppressed(hashed)
        change, _is_new = AddressChange.objects.update_or_create(
            subscriber=subscription.subscriber,
            defaults={"address": address, "asked_at": now},
        )
        if _belongs_to_another(change):
            emails.say_address_in_use(subscription, address, now=now)
            change.delete()
        else:
            token = make_token("move", [change.pk, hashed[:16]])
            emails.ask_to_confirm_move(subscription, address, token, now=now)
        if not may_be_mailed:
            raise LeaveNoTrace


def _belongs_to_another(change: AddressChange) -> bool:
    others = Subscriber.objects.exclude(pk=change.subscriber_id)
    return others.by_address(change.address).exists()


def change_behind(token: str) -> AddressChange:
    """Return the wish to move that a link was mailed for, without changing anything.

    Raises:
        UnknownLink: not ours, done already, older than a day, or replaced by another.
    """
    try:
        change_id, hashed = read_token("move", token, max_age=MOVE_WITHIN)
    except (BadToken, ValueError, TypeError) as bad:
        raise UnknownLink from bad
    change = (
        AddressChange.objects.select_related("subscriber").filter(pk=change_id).first()
    )
    if change is None or not address_hash(change.address).startswith(hashed):
        raise UnknownLink
    return change


def move(change: AddressChange, *, channel: str, now: datetime) -> None:
    """Give somebody their new address, and tell the old one.

    Raises:
        CannotMove: somebody else has it by now.
        UnknownLink: they were forgotten, or moved by another press, in the meantime.
    """
    old = change.subscriber
    places = old.subscriptions.select_related("mailing_list", "subscriber")
    place = places.order_by("pk").first()
    try:
        with transaction.atomic():
            if place is None or not _give(old, change.address):
                raise UnknownLink
            AddressChange.objects.filter(pk=change.pk).delete()
            FormerAddress.objects.get_or_create(
                subscriber=old, address_hash=old.address_hash
            )
            # What the address is stays out of a record that is kept.
            record(
                place, ConsentAct.CHANGED, channel=channel, wording="address", now=now
            )
            for reason in ENDED_BY_CONFIRMING:
                lift(change.address, reason, now)
            emails.tell_old_address(place, old.address, now=now)
    except IntegrityError as taken:
        raise CannotMove(
            _("This address is on our list by now, so nothing had to be changed.")
        ) from taken


def forget_old_wishes(now: datetime) -> None:
    """Let go of addresses that nobody confirmed within the day."""
    AddressChange.objects.filter(asked_at__lt=now - MOVE_WITHIN).delete()


def _give(old: Subscriber, address: str) -> bool:
    changed = Subscriber.objects.filter(
        pk=old.pk, address_key=old.address_key, erased_at__isnull=True
    ).update(
        address=address,
        address_key=address_key(address),
        address_hash=address_hash(address),
    )
    return bool(changed)
