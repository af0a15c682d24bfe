"""The mails of signing up.

Before a reader has confirmed, none repeats what was typed: anyone can type an address.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from newsletter.links import absolute_url
from newsletter.outbox.writing import write_mail
from subscribers.addresses import address_hash
from subscribers.links import preferences_url, unsubscribe_url
from subscribers.models import Subscriber, Subscription
from subscribers.registry import latest_issue

CONFIRM_WITHIN = timedelta(days=7)
# It opens everything we know of somebody, so it is no link to keep.
OWN_DATA_WITHIN = timedelta(hours=1)
# An answer that no person wrote (RFC 3834 section 5).
_REPLIED = {"Auto-Submitted": "auto-replied"}


def ask_to_confirm(subscription: Subscription, token: str, *, now: datetime) -> None:
    """Mail the link with which the owner of the address confirms.

    Neither the typed name nor anything else of the form is in it: nobody shall reach
    a stranger through us.
    """
    context = {
        "confirm_url": absolute_url("confirm", token),
        "days": CONFIRM_WITHIN.days,
    }
    with override(subscription.mailing_list.language):
        subject = _("Confirm your subscription to %(list)s")
        _write(subscription, "confirm", subject, context, now=now)


def say_already_subscribed(subscription: Subscription, *, now: datetime) -> None:
    """Help a reader who signed up again: nothing to do, and where to look."""
    today = now.astimezone(subscription.mailing_list.zone).date()
    until = subscription.paused_until
    context = {
        "preferences_url": preferences_url(subscription),
        "unsubscribe_url": unsubscribe_url(subscription),
        "paused_until": until if until and until > today else None,
    }
    with override(subscription.mailing_list.language):
        subject = _("You already get %(list)s")
        _write(subscription, "already_subscribed", subject, context, now=now)


def welcome(subscription: Subscription, *, now: datetime) -> None:
    """Greet who just confirmed, with the latest issue to read along at once."""
    mailing_list = subscription.mailing_list
    if not mailing_list.has_welcome_mail:
        return
    leave = unsubscribe_url(subscription)
    context = {
        "first_name": subscription.subscriber.first_name,
        "latest": latest_issue(mailing_list),
        "preferences_url": preferences_url(subscription),
        "unsubscribe_url": leave,
    }
    with override(mailing_list.language):
        subject = _("Welcome to %(list)s")
        _write(
            subscription,
            "welcome",
            subject,
            context,
            headers=_one_click(leave),
            now=now,
        )


def ask_to_stay(
    subscription: Subscription, token: str, *, weeks: int, now: datetime
) -> None:
    """Ask somebody of whom nothing was heard for long whether they like to read us."""
    leave = unsubscribe_url(subscription)
    context = {
        "stay_url": absolute_url("stay", token),
        "unsubscribe_url": leave,
        "weeks": weeks,
    }
    with override(subscription.mailing_list.language):
        subject = _("Do you want to go on getting %(list)s?")
        headers = _one_click(leave)
        _write(subscription, "stay", subject, context, headers=headers, now=now)


def _one_click(leave: str) -> dict[str, str]:
    """Return the headers to leave by (RFC 8058 section 3.1), as in every issue."""
    return {
        "List-Unsubscribe": f"<{leave}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def say_unsubscribed(
    subscription: Subscription, *, headers: Mapping[str, str], now: datetime
) -> None:
    """Confirm to who mailed us so that they left, with the way back.

    Args:
        headers: what puts it below their own mail.
    """
    context = {"preferences_url": preferences_url(subscription)}
    with override(subscription.mailing_list.language):
        subject = _("You no longer get %(list)s")
        answer = {**headers, **_REPLIED}
        _write(subscription, "unsubscribed", subject, context, headers=answer, now=now)


def send_links_to_leave(
    places: Sequence[Subscription], *, headers: Mapping[str, str], now: datetime
) -> None:
    """Mail the link to leave to an address in whose name somebody asked for it.

    Args:
        places: their subscriptions, at least one; the first one's newsletter writes.
        headers: what puts it below the mail that asked.
    """
    context = {
        "pages": [
            {"name": one.mailing_list.name, "url": unsubscribe_url(one)}
            for one in places
        ]
    }
    with override(places[0].mailing_list.language):
        subject = _("Your link to unsubscribe from %(list)s")
        answer = {**headers, **_REPLIED}
        _write(places[0], "leave", subject, context, headers=answer, now=now)


def send_own_page(
    subscriber: Subscriber, places: Sequence[Subscription], token: str, *, now: datetime
) -> None:
    """Mail somebody the links to what they chose and to all that we know of them.

    Args:
        places: their subscriptions, at least one; the first one's newsletter writes.
    """
    context = {
        "pages": [
            {"name": one.mailing_list.name, "url": preferences_url(one)}
            for one in places
        ],
        "data_url": absolute_url("own_data", token),
    }
    with override(places[0].mailing_list.language):
        subject = _("Your own page of %(list)s")
        _write(places[0], "own_page", subject, context, now=now)


def ask_to_confirm_move(
    subscription: Subscription, address: str, token: str, *, now: datetime
) -> None:
    """Ask at a new address whether it is theirs who wants to move there."""
    context = {"confirm_url": absolute_url("confirm_move", token)}
    with override(subscription.mailing_list.language):
        subject = _("Is this your new address for %(list)s?")
        _write(subscription, "move", subject, context, to=address, now=now)


def say_address_in_use(
    subscription: Subscription, address: str, *, now: datetime
) -> None:
    """Tell an address that is on a list already that nobody has to move there."""
    with override(subscription.mailing_list.language):
        subject = _("This address is on our list already")
        context = {"ask_url": absolute_url("own_page")}
        _write(subscription, "address_in_use", subject, context, to=address, now=now)


def tell_old_address(
    subscription: Subscription, address: str, *, now: datetime
) -> None:
    """Tell the address that was left, without naming the new one."""
    with override(subscription.mailing_list.language):
        subject = _("%(list)s no longer comes to this address")
        _write(subscription, "moved", subject, {}, to=address, now=now)


def _write(
    subscription: Subscription,
    purpose: str,
    subject: str,
    context: Mapping[str, Any],
    *,
    to: str = "",
    headers: Mapping[str, str] | None = None,
    now: datetime,
) -> None:
    mailing_list = subscription.mailing_list
    to = to or subscription.subscriber.address
    write_mail(
        purpose=purpose,
        # The limits let one through in ten minutes: the moment tells mails apart.
        key=f"{purpose}-{subscription.pk}-{now:%Y%m%d%H%M%S%f}",
        to=to,
        to_hash=address_hash(to),
        subject=subject % {"list": mailing_list.name},
        template=f"subscribers/email/{purpose}",
        context=context,
        from_header=mailing_list.from_header,
        headers=headers,
        mailing_list=mailing_list,
        now=now,
    )
