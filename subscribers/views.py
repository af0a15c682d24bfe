"""The readers' own pages: sign up, confirm, leave, preferences.

GET and HEAD show and never change anything: mail scanners open every link.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from newsletter.signing import BadToken, make_token, read_tag, read_token
from subscribers import consent
from subscribers.addresses import masked, suggested_address
from subscribers.evidence import evidence_of
from subscribers.forms import NameForm, PauseForm, SignUpForm
from subscribers.limits import SIGN_UPS_OF_ONE_NETWORK, allow, network_key
from subscribers.links import preferences_url_for, unsubscribe_url
from subscribers.models import MailingList, Subscription, SubscriptionState
from subscribers.pages import private_page

SIGN_UP_PAGE = "sign-up page"
CONFIRM_PAGE = "confirmation page"
UNSUBSCRIBE_PAGE = "unsubscribe page"
ONE_CLICK = "one-click"
PREFERENCES_PAGE = "preferences page"
ERASE_WITHIN = timedelta(hours=1)

_UNSUBSCRIBE_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,32}")
page_methods = require_http_methods(["GET", "HEAD", "POST"])


def consent_wording(mailing_list: MailingList) -> str:
    """Return the sentence a person agrees to, as shown and as kept for proof."""
    return _(
        "Yes, mail me %(list)s. I can leave whenever I like, with one press in every "
        "mail."
    ) % {"list": mailing_list.name}


# --- Signing up ---


@never_cache
@page_methods
def sign_up(request: HttpRequest) -> HttpResponse:
    """Ask for an address; answer the same whoever's it is."""
    mailing_list = _asked_list(request)
    now = timezone.now()
    with override(mailing_list.language):
        form = SignUpForm(request.POST or None, mailing_list=mailing_list, now=now)
        page = {
            "mailing_list": mailing_list,
            "form": form,
            "wording": consent_wording(mailing_list),
        }
        if request.method != "POST":
            return render(request, "subscribers/sign_up.html", page)
        if form.is_from_a_machine:
            return _thanks(request, mailing_list, "")
        if not form.is_valid():
            form.let_the_next_press_count()
            return render(request, "subscribers/sign_up.html", page, status=400)
        return _take_in(request, form, now=now)


def _take_in(request: HttpRequest, form: SignUpForm, *, now: datetime) -> HttpResponse:
    evidence = evidence_of(request)
    if not allow(SIGN_UPS_OF_ONE_NETWORK, network_key(evidence.ip_address), now=now):
        page = {"mailing_list": form.mailing_list}
        response = render(request, "subscribers/too_many.html", page, status=429)
        response["Retry-After"] = "3600"
        return response
    address = form.cleaned_data["address"]
    consent.subscribe(
        mailing_list=form.mailing_list,
        address=address,
        first_name=form.cleaned_data["first_name"],
        wording=consent_wording(form.mailing_list),
        channel=SIGN_UP_PAGE,
        source=SIGN_UP_PAGE,
        evidence=evidence,
        now=now,
    )
    return _thanks(request, form.mailing_list, address)


def _thanks(
    request: HttpRequest, mailing_list: MailingList, address: str
) -> HttpResponse:
    page = {
        "mailing_list": mailing_list,
        "address": address,
        "suggestion": suggested_address(address),
    }
    return render(request, "subscribers/check_your_mail.html", page)


def _asked_list(request: HttpRequest) -> MailingList:
    """Return the list of ``?lijst=``; without it the first one."""
    lists = MailingList.objects.order_by("pk")
    slug = request.GET.get("lijst", "").replace("\0", "")
    found = lists.filter(slug=slug).first() if slug else lists.first()
    if found is None:
        raise Http404("no such list")
    return found


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
        return _unknown_link(request)
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
        page["preferences_url"] = preferences_url_for(subscription.pk)
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
        page = {"mailing_list": mailing_list}
        if subscription.state == SubscriptionState.CONFIRMED:
            page["preferences_url"] = preferences_url_for(subscription.pk)
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
        return _unknown_link(request)
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
        "preferences_url": preferences_url_for(subscription.pk),
        "may_return": bool(subscription.confirmed_at)
        and subscription.subscriber.erased_at is None,
    }
    with override(mailing_list.language):
        name = "unsubscribed" if has_left else "unsubscribe"
        return render(request, f"subscribers/{name}.html", page)


# --- Preferences ---


@page_methods
@private_page
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """Let a reader see and change what we keep about this subscription."""
    subscription = _by_tag(token)
    if subscription is None:
        return _unknown_link(request)
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
        "unsubscribe_url": unsubscribe_url(subscription),
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


def _unknown_link(request: HttpRequest) -> HttpResponse:
    """Answer a link that is nobody's: changed on its way, or cut off by a program."""
    mailing_list = MailingList.objects.order_by("pk").first()
    with override(mailing_list.language if mailing_list else "nl"):
        page = {"mailing_list": mailing_list}
        return render(request, "subscribers/unknown_link.html", page, status=404)
