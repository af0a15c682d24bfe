"""Confirming and leaving, through the links in our mails.

GET and HEAD show and never change anything: mail scanners open every link.
"""

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt

from subscribers import consent
from subscribers.addresses import masked
from subscribers.evidence import evidence_of
from subscribers.models import Subscription, SubscriptionState
from subscribers.pages import (
    consent_wording,
    own_page,
    page_methods,
    private_page,
    unknown_link,
)
from subscribers.preference_forms import LeavingForm

CONFIRM_PAGE = "confirmation page"
UNSUBSCRIBE_PAGE = "unsubscribe page"
ONE_CLICK = "one-click"

_UNSUBSCRIBE_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,32}")


# --- Confirming ---


@page_methods
@private_page
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for the press that confirms; opening the link alone changes nothing."""
    try:
        subscription = consent.subscription_to_confirm(token)
    except consent.ExpiredLink as expired:
        return _expired(request, expired.subscription)
    except consent.UnknownLink:
        return unknown_link(request)
    mailing_list = subscription.mailing_list
    with override(mailing_list.language):
        page = {"mailing_list": mailing_list, "wording": consent_wording(mailing_list)}
        if request.method == "POST":
            consent.confirm(
                subscription,
                wording=consent_wording(mailing_list),
                channel=CONFIRM_PAGE,
                evidence=evidence_of(request),
                now=timezone.now(),
            )
            subscription.refresh_from_db()
            page["is_new"] = True
        page["preferences_url"] = own_page(subscription)
        return render(
            request, _CONFIRM_PAGES[SubscriptionState(subscription.state)], page
        )


_CONFIRM_PAGES = {
    SubscriptionState.PENDING: "subscribers/confirm.html",
    SubscriptionState.CONFIRMED: "subscribers/confirmed.html",
    SubscriptionState.UNSUBSCRIBED: "subscribers/confirm_after_leaving.html",
}


def _expired(request: HttpRequest, subscription: Subscription) -> HttpResponse:
    """Offer a new link; it goes to the address on file and to no other."""
    mailing_list = subscription.mailing_list
    with override(mailing_list.language):
        page: dict[str, Any] = {"mailing_list": mailing_list}
        if subscription.state == SubscriptionState.CONFIRMED:
            page["preferences_url"] = own_page(subscription)
            return render(request, "subscribers/confirmed.html", page)
        if request.method != "POST":
            return render(request, "subscribers/confirm_expired.html", page, status=410)
        consent.send_new_confirm_link(subscription, now=timezone.now())
        return render(request, "subscribers/check_your_mail.html", page)


# --- Leaving ---


@csrf_exempt
@page_methods
@private_page
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Show one button, or end the subscription: RFC 8058 posts here without cookie.

    Any POST ends it, whatever its body says, and is answered here, not elsewhere.
    """
    subscription = _by_token(token)
    if subscription is None:
        return unknown_link(request)
    if request.method == "POST":
        consent.unsubscribe(
            subscription,
            through=UNSUBSCRIBE_PAGE if _from_our_page(request) else ONE_CLICK,
            evidence=evidence_of(request),
            now=timezone.now(),
        )
        subscription.refresh_from_db()
    return _leaving_page(request, subscription)


def _by_token(token: str) -> Subscription | None:
    # Mail programs take a closing bracket or full stop along with a link.
    token = token.rstrip(".,)>=")
    if not _UNSUBSCRIBE_TOKEN.fullmatch(token):
        return None
    return (
        Subscription.objects.select_related("subscriber", "mailing_list")
        .filter(token=token)
        .first()
    )


def _from_our_page(request: HttpRequest) -> bool:
    """Tell our own button from a mail program; the body may be anything at all."""
    return request.GET.get("knop") == "1"


def _leaving_page(request: HttpRequest, subscription: Subscription) -> HttpResponse:
    mailing_list = subscription.mailing_list
    has_left = subscription.state == SubscriptionState.UNSUBSCRIBED
    page = {
        "mailing_list": mailing_list,
        "address": masked(subscription.subscriber.address),
        "preferences_url": own_page(subscription),
        "may_return": subscription.confirmed_at is not None
        and subscription.subscriber.erased_at is None,
        "leaving_form": LeavingForm(),
        # The answer to a mail program holds no form: that would set a cookie.
        "is_read_by_a_person": request.method == "GET" or _from_our_page(request),
    }
    with override(mailing_list.language):
        name = "unsubscribed" if has_left else "unsubscribe"
        return render(request, f"subscribers/{name}.html", page)
