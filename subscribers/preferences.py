"""A reader's own page: name, topics, how often, pause, leave, return, be forgotten."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import override

from newsletter.signing import BadToken, make_token, read_tag, read_token
from subscribers import choices, consent
from subscribers.addresses import masked
from subscribers.evidence import evidence_of
from subscribers.forms import ReaderForm
from subscribers.limits import TooMany
from subscribers.models import (
    LeavingReason,
    MailingList,
    Rhythm,
    Subscription,
    SubscriptionState,
)
from subscribers.opening import mail_own_page
from subscribers.pages import (
    consent_wording,
    own_page,
    page_methods,
    private_page,
    unknown_link,
)
from subscribers.preference_forms import (
    UNTIL_A_DAY,
    LeavingForm,
    NameForm,
    PauseForm,
    RhythmForm,
    TopicsForm,
    ZoneForm,
)
from subscribers.registry import issues_on_offer

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
    wrong: ReaderForm | None = None,
    refused: bool = False,
    status: int = 200,
) -> HttpResponse:
    """Show everything there is to choose.

    Args:
        wrong: the form that was filled in wrongly, in place of a fresh one.
    """
    mailing_list = subscription.mailing_list
    today = _today(subscription)
    paused_until = subscription.paused_until
    page = {
        "mailing_list": mailing_list,
        "address": masked(subscription.subscriber.address),
        "state": subscription.state,
        "paused_until": paused_until if paused_until and paused_until > today else None,
        "done": request.GET.get("gedaan", ""),
        "refused": refused,
        "issues": issues_on_offer(mailing_list),
        "others": _other_lists(subscription),
        "was_confirmed": subscription.confirmed_at is not None,
        "wording": consent_wording(mailing_list),
        **{_name_of(form): form for form in _forms(subscription)},
    }
    if wrong is not None:
        page[_name_of(wrong)] = wrong
    return render(request, "subscribers/preferences.html", page, status=status)


def _other_lists(subscription: Subscription) -> list[dict[str, Any]]:
    """Return our other newsletters, each with this reader's own page of it if any."""
    theirs = {
        one.mailing_list_id: one
        for one in Subscription.objects.filter(
            subscriber=subscription.subscriber_id, state=SubscriptionState.CONFIRMED
        )
    }
    others = MailingList.objects.exclude(pk=subscription.mailing_list_id)
    return [
        {"list": other, "url": own_page(theirs[other.pk]) if other.pk in theirs else ""}
        for other in others
    ]


def _forms(subscription: Subscription) -> list[ReaderForm]:
    """Return what may be chosen now, each with what was chosen before."""
    subscriber, mailing_list = subscription.subscriber, subscription.mailing_list
    forms: list[ReaderForm] = [
        NameForm(initial={"first_name": subscriber.first_name}),
        PauseForm(today=_today(subscription)),
        LeavingForm(initial={"reason": subscription.leaving_reason}),
    ]
    topics = TopicsForm(subscription=subscription)
    if topics.has_topics:
        forms.append(topics)
    # Who chose it while it was on offer can still choose otherwise.
    if mailing_list.has_months_best or subscription.rhythm == Rhythm.MONTHS_BEST:
        forms.append(RhythmForm(initial={"rhythm": subscription.rhythm}))
    if mailing_list.own_morning:
        forms.append(ZoneForm(initial={"time_zone": subscriber.time_zone}))
    return forms


def _name_of(form: ReaderForm) -> str:
    """Return under which name a form stands in the template: ``pause_form``."""
    return f"{type(form).__name__.removesuffix('Form').lower()}_form"


def _today(subscription: Subscription) -> date:
    return timezone.now().astimezone(subscription.mailing_list.zone).date()


def _done(request: HttpRequest, what: str) -> HttpResponse:
    """Show the page by GET, so that loading it again repeats nothing."""
    return HttpResponseRedirect(f"{request.path}?gedaan={what}")


def _name(
    request: HttpRequest, subscription: Subscription, now: datetime
) -> HttpResponse:
    form = NameForm(request.POST)
    if not form.is_valid():
        return _preferences_page(request, subscription, wrong=form, status=400)
    first_name = form.cleaned_data["first_name"]
    choices.change_name(subscription, first_name, channel=PREFERENCES_PAGE, now=now)
    return _done(request, "naam")


def _topics(
    request: HttpRequest, subscription: Subscription, now: datetime
) -> HttpResponse:
    form = TopicsForm(request.POST, subscription=subscription)
    if not form.is_valid():
        return _preferences_page(request, subscription, wrong=form, status=400)
    topics = list(form.cleaned_data["topics"])
    choices.choose_topics(subscription, topics, channel=PREFERENCES_PAGE, now=now)
    return _done(request, "keuze")


def _rhythm(
    request: HttpRequest, subscription: Subscription, now: datetime
) -> HttpResponse:
    form = RhythmForm(request.POST)
    if not form.is_valid():
        return _preferences_page(request, subscription, wrong=form, status=400)
    rhythm = Rhythm(form.cleaned_data["rhythm"])
    choices.choose_rhythm(subscription, rhythm, channel=PREFERENCES_PAGE, now=now)
    return _done(request, "keuze")


def _zone(
    request: HttpRequest, subscription: Subscription, now: datetime
) -> HttpResponse:
    known = {"time_zone": subscription.subscriber.time_zone}
    form = ZoneForm(request.POST, initial=known)
    if not form.is_valid():
        return _preferences_page(request, subscription, wrong=form, status=400)
    zone = form.cleaned_data["time_zone"]
    choices.choose_zone(subscription, zone, channel=PREFERENCES_PAGE, now=now)
    return _done(request, "keuze")


def _pause(
    request: HttpRequest, subscription: Subscription, now: datetime
) -> HttpResponse:
    form = PauseForm(request.POST, today=_today(subscription))
    if not form.is_valid():
        return _preferences_page(request, subscription, wrong=form, status=400)
    weeks, until = form.cleaned_data["weeks"], form.cleaned_data["until"]
    how: dict[str, Any] = {"channel": PREFERENCES_PAGE, "now": now}
    if weeks == UNTIL_A_DAY:
        choices.pause_until(subscription, until, **how)
    else:
        choices.pause(subscription, weeks=int(weeks), **how)
    return _done(request, "pauze")


def _resume(
    request: HttpRequest, subscription: Subscription, now: datetime
) -> HttpResponse:
    choices.pause_until(subscription, None, channel=PREFERENCES_PAGE, now=now)
    return _done(request, "hervat")


def _again(
    request: HttpRequest, subscription: Subscription, now: datetime
) -> HttpResponse:
    number = request.POST.get("issue", "")
    known = number.isascii() and number.isdecimal() and len(number) < 9
    try:
        if not known or not choices.have_issue_again(
            subscription, int(number), now=now
        ):
            return _preferences_page(request, subscription, status=400)
    except TooMany:
        return _done(request, "genoeg")
    return _done(request, "opnieuw")


def _join(
    request: HttpRequest, subscription: Subscription, now: datetime
) -> HttpResponse:
    """Ask by mail for a second newsletter: this link may have been forwarded."""
    slug = request.POST.get("list", "").replace("\0", "")
    other = MailingList.objects.filter(slug=slug).first()
    if other is None:
        return _preferences_page(request, subscription, status=400)
    with override(other.language):
        wording = consent_wording(other)
    consent.subscribe(
        mailing_list=other,
        address=subscription.subscriber.address,
        wording=wording,
        channel=PREFERENCES_PAGE,
        source=PREFERENCES_PAGE,
        evidence=evidence_of(request),
        now=now,
    )
    return _done(request, "erbij")


def _own_data(
    request: HttpRequest, subscription: Subscription, now: datetime
) -> HttpResponse:
    """Mail the link: whoever got an issue forwarded is on this page as well."""
    address = subscription.subscriber.address
    mail_own_page(address, subscription.mailing_list, now=now)
    return _done(request, "mail")


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


def _reason(
    request: HttpRequest, subscription: Subscription, now: datetime
) -> HttpResponse:
    form = LeavingForm(request.POST)
    if not form.is_valid():
        return _preferences_page(request, subscription, wrong=form, status=400)
    choices.say_why_left(subscription, LeavingReason(form.cleaned_data["reason"]))
    return _done(request, "reden")


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
    "topics": _topics,
    "rhythm": _rhythm,
    "zone": _zone,
    "reason": _reason,
    "pause": _pause,
    "resume": _resume,
    "again": _again,
    "join": _join,
    "own-data": _own_data,
    "leave": _leave,
    "stay": _stay,
    "erase": _erase,
    "erase-for-good": _erase_for_good,
}
