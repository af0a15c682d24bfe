"""A reader's own page: name, pause, leave, return, be forgotten."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import override

from newsletter.signing import BadToken, make_token, read_tag, read_token
from subscribers import consent
from subscribers.addresses import masked
from subscribers.evidence import evidence_of
from subscribers.forms import NameForm, PauseForm
from subscribers.models import Subscription
from subscribers.pages import (
    consent_wording,
    page_methods,
    private_page,
    unknown_link,
)

PREFERENCES_PAGE = "preferences page"
ERASE_WITHIN = timedelta(hours=1)


@page_methods
@private_page
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """Let a reader see and change what we keep about this subscription."""
    subscription = _by_tag(token)
    if subscription is None:
        return unknown_link(request)
    with override(subscription.mailing_list.language):
        if subscription.subscriber.erased_at is not None:
            return _erased_page(request, subscription)
        if request.method != "POST":
            return _preferences_page(request, subscription)
        act = _PREFERENCE_ACTS.get(request.POST.get("act", ""))
        if act is None:
            return _preferences_page(request, subscription, status=400)
        return act(request, subscription, timezone.now())


def _by_tag(tag: str) -> Subscription | None:
    try:
        (subscription_id,) = read_tag("preferences", tag)
    except (BadToken, ValueError):
        return None
    return (
        Subscription.objects.select_related("subscriber", "mailing_list")
        .filter(pk=subscription_id)
        .first()
    )


def _preferences_page(
    request: HttpRequest,
    subscription: Subscription,
    *,
    name_form: NameForm | None = None,
    pause_form: PauseForm | None = None,
    refused: bool = False,
    status: int = 200,
) -> HttpResponse:
    mailing_list, subscriber = subscription.mailing_list, subscription.subscriber
    today = timezone.now().astimezone(mailing_list.zone).date()
    paused_until = subscription.paused_until
    page = {
        "mailing_list": mailing_list,
        "address": masked(subscriber.address),
        "state": subscription.state,
        "paused_until": paused_until if paused_until and paused_until > today else None,
        "name_form": name_form
        or NameForm(initial={"first_name": subscriber.first_name}),
        "pause_form": pause_form or PauseForm(),
        "done": request.GET.get("gedaan", ""),
        "refused": refused,
        "was_confirmed": subscription.confirmed_at is not None,
        "wording": consent_wording(mailing_list),
    }
    return render(request, "subscribers/preferences.html", page, status=status)


def _done(request: HttpRequest, what: str) -> HttpResponse:
    """Show the page by GET, so that loading it again repeats nothing."""
    return HttpResponseRedirect(f"{request.path}?gedaan={what}")


def _name(
    request: HttpRequest, subscription: Subscription, now: datetime
) -> HttpResponse:
    form = NameForm(request.POST)
    if not form.is_valid():
        return _preferences_page(request, subscription, name_form=form, status=400)
    consent.change_name(
        subscription,
        form.cleaned_data["first_name"],
        channel=PREFERENCES_PAGE,
        now=now,
    )
    return _done(request, "naam")


def _pause(
    request: HttpRequest, subscription: Subscription, now: datetime
) -> HttpResponse:
    form = PauseForm(request.POST)
    if not form.is_valid():
        return _preferences_page(request, subscription, pause_form=form, status=400)
    weeks = form.cleaned_data["weeks"]
    consent.pause(subscription, weeks=weeks, channel=PREFERENCES_PAGE, now=now)
    return _done(request, "pauze")


def _resume(
    request: HttpRequest, subscription: Subscription, now: datetime
) -> HttpResponse:
    consent.pause(subscription, weeks=0, channel=PREFERENCES_PAGE, now=now)
    return _done(request, "hervat")


def _leave(
    request: HttpRequest, subscription: Subscription, now: datetime
) -> HttpResponse:
    consent.unsubscribe(
        subscription,
        through=PREFERENCES_PAGE,
        evidence=evidence_of(request),
        now=now,
    )
    return _done(request, "afgemeld")


def _stay(
    request: HttpRequest, subscription: Subscription, now: datetime
) -> HttpResponse:
    try:
        consent.resubscribe(
            subscription,
            wording=consent_wording(subscription.mailing_list),
            channel=PREFERENCES_PAGE,
            evidence=evidence_of(request),
            now=now,
        )
    except consent.CannotResubscribe:
        return _preferences_page(request, subscription, refused=True, status=409)
    return _done(request, "terug")


def _erase(
    request: HttpRequest, subscription: Subscription, now: datetime
) -> HttpResponse:
    """Ask once more: this cannot be taken back."""
    page = {
        "mailing_list": subscription.mailing_list,
        "address": masked(subscription.subscriber.address),
        "certain": make_token("erase", subscription.pk),
    }
    return render(request, "subscribers/erase.html", page)


def _erase_for_good(
    request: HttpRequest, subscription: Subscription, now: datetime
) -> HttpResponse:
    try:
        meant = read_token(
            "erase", request.POST.get("certain", ""), max_age=ERASE_WITHIN
        )
    except BadToken:
        meant = None
    if meant != subscription.pk:
        return _erase(request, subscription, now)
    consent.erase(subscription.subscriber, channel=PREFERENCES_PAGE, now=now)
    return _erased_page(request, subscription)


def _erased_page(request: HttpRequest, subscription: Subscription) -> HttpResponse:
    page = {"mailing_list": subscription.mailing_list}
    return render(request, "subscribers/erased.html", page)


_PREFERENCE_ACTS: dict[
    str, Callable[[HttpRequest, Subscription, datetime], HttpResponse]
] = {
    "name": _name,
    "pause": _pause,
    "resume": _resume,
    "leave": _leave,
    "stay": _stay,
    "erase": _erase,
    "erase-for-good": _erase_for_good,
}
