"""The pages of one's own data: asking for the link, reading, taking along, moving."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache

from subscribers import moving, opening
from subscribers.account import account_of, as_file
from subscribers.consent import UnknownLink
from subscribers.evidence import evidence_of
from subscribers.forms import AddressForm
from subscribers.limits import OWN_PAGES_OF_ONE_NETWORK, TooMany, allow, network_key
from subscribers.models import MailingList, Subscriber, Subscription
from subscribers.pages import (
    own_page,
    page_methods,
    private_page,
    unknown_link,
)
from subscribers.preference_forms import MoveForm
from subscribers.signing_up import asked_list

OWN_DATA_PAGE = "own data page"
# On the page; the file has all of them.
SHOWN_ROWS = 25


# --- Asking for the link ---


@never_cache
@page_methods
def ask_for_own_page(request: HttpRequest) -> HttpResponse:
    """Mail the link to who lost it; answer the same whoever's address it is."""
    mailing_list = asked_list(request)
    now = timezone.now()
    with override(mailing_list.language):
        form = AddressForm(request.POST or None, now=now)
        page: dict[str, Any] = {"mailing_list": mailing_list, "form": form}
        if request.method != "POST":
            return render(request, "subscribers/ask_own_page.html", page)
        if form.is_from_a_machine:
            return render(request, "subscribers/own_page_mailed.html", page)
        if not form.is_valid():
            form.let_the_next_press_count()
            return render(request, "subscribers/ask_own_page.html", page, status=400)
        network = network_key(evidence_of(request).ip_address)
        if not allow(OWN_PAGES_OF_ONE_NETWORK, network, now=now):
            response = render(request, "subscribers/too_many.html", page, status=429)
            response["Retry-After"] = "3600"
            return response
        opening.mail_own_page(form.cleaned_data["address"], mailing_list, now=now)
        page["address"] = form.cleaned_data["address"]
        return render(request, "subscribers/own_page_mailed.html", page)


# --- Reading and taking along ---


@page_methods
@private_page
def own_data(request: HttpRequest, token: str) -> HttpResponse:
    """Show everything we know of somebody, and let them move to another address."""
    try:
        subscriber = opening.subscriber_behind(token)
    except opening.OldLink as old:
        return _old_link(request, old.subscriber)
    except UnknownLink:
        return unknown_link(request)
    place = _first_place(subscriber)
    if place is None:
        return unknown_link(request)
    with override(place.mailing_list.language):
        if request.GET.get("als") == "json" and request.method != "POST":
            return _file(subscriber)
        if request.method == "POST":
            return _ask_to_move(request, subscriber, place)
        return _data_page(request, subscriber, place, MoveForm(place))


def _file(subscriber: Subscriber) -> JsonResponse:
    told = as_file(account_of(subscriber), now=timezone.now())
    response = JsonResponse(
        told, json_dumps_params={"indent": 2, "ensure_ascii": False}
    )
    response["Content-Disposition"] = 'attachment; filename="mijn-gegevens.json"'
    return response


def _data_page(
    request: HttpRequest,
    subscriber: Subscriber,
    place: Subscription,
    form: MoveForm,
    *,
    status: int = 200,
) -> HttpResponse:
    chapters = [
        {
            "title": chapter.title,
            "rows": [_in_words(row) for row in chapter.rows[:SHOWN_ROWS]],
            "more": max(0, len(chapter.rows) - SHOWN_ROWS),
        }
        for chapter in account_of(subscriber)
    ]
    page = {
        "mailing_list": place.mailing_list,
        "chapters": chapters,
        "move_form": form,
        "preferences_url": own_page(place),
    }
    return render(request, "subscribers/own_data.html", page, status=status)


def _in_words(row: dict[str, str]) -> list[tuple[str, str]]:
    return [(_(name), value) for name, value in row.items()]


def _first_place(subscriber: Subscriber) -> Subscription | None:
    places = subscriber.subscriptions.select_related("mailing_list", "subscriber")
    return places.order_by("pk").first()


def _old_link(request: HttpRequest, subscriber: Subscriber) -> HttpResponse:
    """Offer a new link; it goes to the address on file and to no other."""
    place = _first_place(subscriber)
    if place is None:
        return unknown_link(request)
    with override(place.mailing_list.language):
        page: dict[str, Any] = {"mailing_list": place.mailing_list}
        if request.method != "POST":
            return render(request, "subscribers/own_data_old.html", page, status=410)
        opening.mail_own_page(
            subscriber.address, place.mailing_list, now=timezone.now()
        )
        return render(request, "subscribers/own_page_mailed.html", page)


# --- Moving ---


def _ask_to_move(
    request: HttpRequest, subscriber: Subscriber, place: Subscription
) -> HttpResponse:
    form = MoveForm(place, request.POST)
    if not form.is_valid():
        return _data_page(request, subscriber, place, form, status=400)
    if form.suggestion:
        return _data_page(request, subscriber, place, form)
    address = form.cleaned_data["address"]
    page = {"mailing_list": place.mailing_list, "address": address}
    try:
        moving.ask_to_move(place, address, now=timezone.now())
    except TooMany:
        page["words"] = _("Three times a day is enough. Try it again tomorrow.")
        return render(request, "subscribers/move_refused.html", page, status=429)
    return render(request, "subscribers/move_mailed.html", page)


@page_methods
@private_page
def confirm_move(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for the press that moves; opening the link alone changes nothing."""
    try:
        change = moving.change_behind(token)
        place = _first_place(change.subscriber)
        if place is None:
            return unknown_link(request)
        mailing_list: MailingList = place.mailing_list
        with override(mailing_list.language):
            page = {"mailing_list": mailing_list, "address": change.address}
            if request.method != "POST":
                return render(request, "subscribers/move.html", page)
            moving.move(change, channel=OWN_DATA_PAGE, now=timezone.now())
            page["preferences_url"] = own_page(place)
            return render(request, "subscribers/moved.html", page)
    except moving.CannotMove as refusal:
        page = {"mailing_list": mailing_list, "words": str(refusal)}
        return render(request, "subscribers/move_refused.html", page, status=409)
    except UnknownLink:
        return unknown_link(request)
