"""The pages of signing up: the form, its question about a slip, and the thanks."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.cache import never_cache

from subscribers import consent
from subscribers.evidence import evidence_of
from subscribers.flood import tell_of_flood
from subscribers.forms import SignUpForm
from subscribers.limits import LIST_LIMIT, TooMany, count_sign_up
from subscribers.models import MailingList, SignUpSource
from subscribers.origins import host_of, origins_of
from subscribers.pages import consent_wording, page_methods

SIGN_UP_PAGE = "sign-up page"
FRAME = "subscribers/frame.html"


@dataclass(frozen=True)
class Door:
    """Through which a visitor comes in.

    Attributes:
        channel: what stands with their consent.
        source: what stands with their subscription.
        frame: which template the pages are put into.
    """

    mailing_list: MailingList
    channel: str = SIGN_UP_PAGE
    source: str = SIGN_UP_PAGE
    frame: str = "base.html"


@never_cache
@page_methods
def sign_up(request: HttpRequest) -> HttpResponse:
    """Ask for an address; answer the same whoever's it is."""
    mailing_list = asked_list(request)
    site = request.POST.get("site", "")
    if site and site in origins_of(mailing_list):
        return answer_sign_up(request, Door(mailing_list, source=host_of(site)))
    return answer_sign_up(request, Door(mailing_list))


@never_cache
@page_methods
def sign_up_via(request: HttpRequest, slug: str, code: bool = False) -> HttpResponse:
    """Ask the same of who comes by a link of ours or its QR code.

    A link that we no longer know leads to the form all the same: it stands on paper.
    """
    known = SignUpSource.objects.select_related("mailing_list").filter(slug=slug)
    source = known.first()
    if source is None:
        return answer_sign_up(request, Door(asked_list(request)))
    name = source.name_by_code if code else source.slug
    return answer_sign_up(request, Door(source.mailing_list, source=name))


def answer_sign_up(request: HttpRequest, door: Door) -> HttpResponse:
    """Show the form, say what is wrong with it, or take it in."""
    with override(door.mailing_list.language):
        form = form_of(request.POST or None, door, now=timezone.now())
        if request.method != "POST":
            return form_page(request, door, form)
        if form.is_from_a_machine:
            return thanks(request, door, form)
        if not form.is_valid():
            form.let_the_next_press_count()
            return form_page(request, door, form, status=400)
        if form.suggestion:
            return form_page(request, door, form)
        try:
            take_in(request, door, form, now=form.now)
        except TooMany as full:
            return too_many(request, door, full)
        return thanks(request, door, form)


def form_of(
    data: QueryDict | dict[str, Any] | None, door: Door, *, now: datetime
) -> SignUpForm:
    """Return the form of this door, filled in or not."""
    return SignUpForm(data, mailing_list=door.mailing_list, now=now)


def take_in(
    request: HttpRequest, door: Door, form: SignUpForm, *, now: datetime
) -> None:
    """Count a valid form, and let its owner confirm.

    Raises:
        TooMany: for now; nothing was taken in.
    """
    evidence = evidence_of(request)
    try:
        count_sign_up(door.mailing_list, evidence, now=now)
    except TooMany as full:
        if full.limit.name == LIST_LIMIT:
            tell_of_flood(door.mailing_list, now=now)
        raise
    consent.subscribe(
        mailing_list=door.mailing_list,
        address=form.cleaned_data["address"],
        first_name=form.cleaned_data["first_name"],
        topics=list(form.cleaned_data["topics"]),
        wording=consent_wording(door.mailing_list),
        channel=door.channel,
        source=door.source,
        evidence=evidence,
        now=now,
    )


# --- Pages ---


def form_page(
    request: HttpRequest,
    door: Door,
    form: SignUpForm,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """Show the form, with what is wrong or asked about it."""
    wording = consent_wording(door.mailing_list)
    page = _page(door, form=form, wording=wording, **more)
    return render(request, "subscribers/sign_up.html", page, status=status)


def thanks(request: HttpRequest, door: Door, form: SignUpForm) -> HttpResponse:
    """Say where to look; the same press again asks for the mail once more."""
    is_again = request.POST.get("again") == "1"
    page = _page(door, form=form, is_again=is_again)
    # Of a machine's form nothing was looked at.
    page["address"] = getattr(form, "cleaned_data", {}).get("address", "")
    return render(request, "subscribers/check_your_mail.html", page)


def too_many(request: HttpRequest, door: Door, full: TooMany) -> HttpResponse:
    """Ask to come back in an hour; what was typed is not kept."""
    page = _page(door, is_whole_list=full.limit.name == LIST_LIMIT)
    response = render(request, "subscribers/too_many.html", page, status=429)
    response["Retry-After"] = str(int(full.limit.within.total_seconds()))
    return response


def _page(door: Door, **more: Any) -> dict[str, Any]:
    return {
        "mailing_list": door.mailing_list,
        "frame": door.frame,
        # Nothing in a frame on another site sets a cookie or leads to a page in it.
        "is_framed": door.frame == FRAME,
        **more,
    }


def asked_list(request: HttpRequest) -> MailingList:
    """Return the list of ``?lijst=``; without it the first one."""
    lists = MailingList.objects.order_by("pk")
    slug = request.GET.get("lijst", "")
    if "\0" in slug:
        # PostgreSQL refuses even to look for one.
        raise Http404("no such list")
    found = lists.filter(slug=slug).first() if slug else lists.first()
    if found is None:
        raise Http404("no such list")
    return found
