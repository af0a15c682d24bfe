"""The mails of signing up.

Before a reader has confirmed, none repeats what was typed: anyone can type an address.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from newsletter.links import absolute_url
from newsletter.outbox.messages import from_header
from newsletter.outbox.writing import write_mail
from subscribers.links import preferences_url, unsubscribe_url
from subscribers.models import Subscription
from subscribers.registry import latest_issue

CONFIRM_WITHIN = timedelta(days=7)


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
            headers={
                # One-click unsubscribing (RFC 8058 section 3.1), as in every issue.
                "List-Unsubscribe": f"<{leave}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
            now=now,
        )


def _write(
    subscription: Subscription,
    purpose: str,
    subject: str,
    context: Mapping[str, Any],
    *,
    headers: Mapping[str, str] | None = None,
    now: datetime,
) -> None:
    mailing_list = subscription.mailing_list
    write_mail(
        purpose=purpose,
        # The limits let one through in ten minutes: the moment tells mails apart.
        key=f"{purpose}-{subscription.pk}-{now:%Y%m%d%H%M%S%f}",
        to=subscription.subscriber.address,
        to_hash=subscription.subscriber.address_hash,
        subject=subject % {"list": mailing_list.name},
        template=f"subscribers/email/{purpose}",
        context=context,
        from_header=from_header(mailing_list.sender_name, mailing_list.sender_address),
        headers=headers,
        mailing_list=mailing_list,
        now=now,
    )
