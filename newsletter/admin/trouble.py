"""Something is wrong: a link, the text, or all of it. One button, usable on a phone."""

import csv
from collections.abc import Callable, Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from newsletter.admin.dispatch_account import count_in_words
from newsletter.admin.dispatch_pages import dispatch_page, find_dispatch
from newsletter.delivery import control
from newsletter.delivery.correcting import correct_and_continue, versions_of
from newsletter.delivery.models import Dispatch, DispatchState
from newsletter.delivery.progress import progress
from newsletter.delivery.resending import resend_unknown, unknown_readers
from newsletter.publishing import trouble

PAUSE, CONTROL = "newsletter.pause_dispatch", "newsletter.control_dispatch"
MEND = "newsletter.change_issue"
SEEN = "subscribers.view_subscriber"

View = Callable[..., HttpResponseBase]


def trouble_urls(site: AdminSite) -> list[URLPattern]:
    """Return the pages of a bad Sunday, below a dispatch's own page."""
    pages: tuple[tuple[str, View], ...] = (
        ("er-is-iets-mis", trouble_view),
        ("link", links_view),
        ("tekst", text_view),
        ("weg", withdraw_view),
        ("terug", put_back_view),
        ("tempo", pace_view),
        ("onzeker", resend_view),
        ("wie-heeft-welke", versions_view),
    )
    return [
        path(
            f"<int:dispatch_id>/{slug}/",
            site.admin_view(view),
            name=f"newsletter_dispatch_{slug.replace('-', '_')}",
        )
        for slug, view in pages
    ]


def _allowed(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied


def _back(dispatch: Dispatch) -> HttpResponse:
    return redirect("admin:newsletter_dispatch_change", dispatch.pk)


def _try(request: HttpRequest, act: Callable[[], str]) -> bool:
    """Do something and say what happened; False when it could not be done."""
    try:
        messages.success(request, act())
    except (control.CannotControl, trouble.CannotMend) as refusal:
        messages.error(request, str(refusal))
        return False
    return True


@require_safe
def trouble_view(request: HttpRequest, dispatch_id: int) -> HttpResponse:
    """Ask what is wrong: each answer says what it will do."""
    dispatch = find_dispatch(request, dispatch_id)
    account = progress(dispatch)
    return dispatch_page(
        request,
        "trouble",
        dispatch,
        title=_("Something is wrong"),
        account=account,
        may_mend=request.user.has_perm(MEND),
        may_pause=request.user.has_perm(PAUSE),
        may_control=request.user.has_perm(CONTROL),
        is_sending=dispatch.state == DispatchState.SENDING,
        is_leaving=dispatch.state in (DispatchState.SENDING, DispatchState.PAUSED),
    )


# --- A wrong link ---


class LinkForm(forms.Form):
    """Where a link should lead."""

    link = forms.IntegerField(widget=forms.HiddenInput)
    target = forms.CharField(
        label=gettext_lazy("The right address"), max_length=trouble.LONGEST_ADDRESS
    )


@require_http_methods(["GET", "HEAD", "POST"])
def links_view(request: HttpRequest, dispatch_id: int) -> HttpResponse:
    """Mend a link for everyone, also in mail that was read already."""
    dispatch = find_dispatch(request, dispatch_id)
    _allowed(request, MEND)
    if request.method == "POST":
        form = LinkForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("This is no address of a page."))
        elif _try(request, lambda: _mend(request, dispatch, form)):
            return redirect("admin:newsletter_dispatch_link", dispatch.pk)
    # What was typed is kept where it was refused.
    typed_link = request.POST.get("link", "")
    return dispatch_page(
        request,
        "links",
        dispatch,
        title=_("A link is wrong"),
        links=trouble.links_of(dispatch),
        typed_link=int(typed_link) if typed_link.isdecimal() else None,
        typed=request.POST.get("target", ""),
    )


def _mend(request: HttpRequest, dispatch: Dispatch, form: LinkForm) -> str:
    link = get_object_or_404(trouble.links_of(dispatch), pk=form.cleaned_data["link"])
    person: Any = request.user
    target = form.cleaned_data["target"]
    trouble.repair_link(link, target, by=person, now=timezone.now())
    return _("Mended. From now on this link leads to %(address)s.") % {
        "address": target.strip()
    }


# --- A wrong text ---


@require_http_methods(["GET", "HEAD", "POST"])
def text_view(request: HttpRequest, dispatch_id: int) -> HttpResponse:
    """Hold it, have the text corrected, and let the rest get the corrected one."""
    dispatch = find_dispatch(request, dispatch_id)
    if request.method == "POST" and "hold" in request.POST:
        _allowed(request, PAUSE)
        _try(request, lambda: _hold(request, dispatch))
        return redirect("admin:newsletter_dispatch_tekst", dispatch.pk)
    if request.method == "POST":
        _allowed(request, CONTROL)
        done = _try(request, lambda: _continue(request, dispatch))
        page = "change" if done else "tekst"
        return redirect(f"admin:newsletter_dispatch_{page}", dispatch.pk)
    return dispatch_page(
        request,
        "text",
        dispatch,
        title=_("The text is wrong"),
        account=progress(dispatch),
        corrected=trouble.corrected_rendition(dispatch),
        is_sending=dispatch.state == DispatchState.SENDING,
        is_paused=dispatch.state == DispatchState.PAUSED,
        may_pause=request.user.has_perm(PAUSE),
        may_control=request.user.has_perm(CONTROL),
    )


def _hold(request: HttpRequest, dispatch: Dispatch) -> str:
    person: Any = request.user
    control.pause(
        dispatch,
        reason=_("The text is being corrected."),
        by=person,
        now=timezone.now(),
    )
    return _("Paused. What was leaving in this second still arrives.")


def _continue(request: HttpRequest, dispatch: Dispatch) -> str:
    person: Any = request.user
    rendition = trouble.corrected_rendition(dispatch) or dispatch.rendition
    count = correct_and_continue(dispatch, rendition, by=person, now=timezone.now())
    return _("It goes on. The corrected text goes to %(count)s readers.") % {
        "count": count_in_words(count)
    }


# --- It has to go ---


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_view(request: HttpRequest, dispatch_id: int) -> HttpResponse:
    """Stop what waits and take the web issue away."""
    dispatch = find_dispatch(request, dispatch_id)
    _allowed(request, CONTROL)
    if request.method == "POST":
        _try(request, lambda: _withdraw(request, dispatch))
        return _back(dispatch)
    account = progress(dispatch)
    question = _(
        "The page of this issue disappears from the site and the feed, and who waits "
        "does not get it any more. What has arrived stays in mailboxes: nobody can "
        "take that back."
    )
    return dispatch_page(
        request,
        "question",
        dispatch,
        title=_("It has to go"),
        question=question,
        numbers=[
            (_("Have it and keep it"), account.accepted),
            (_("Do not get it any more"), account.waiting),
        ],
        button=_("Take this issue back"),
        is_final=True,
    )


def _withdraw(request: HttpRequest, dispatch: Dispatch) -> str:
    person: Any = request.user
    spared = trouble.withdraw(dispatch, by=person, now=timezone.now())
    return _("Taken back. Not sent any more: %(count)s.") % {
        "count": count_in_words(spared)
    }


@require_POST
def put_back_view(request: HttpRequest, dispatch_id: int) -> HttpResponse:
    """Show the web issue again."""
    dispatch = find_dispatch(request, dispatch_id)
    _allowed(request, CONTROL)

    def put_back() -> str:
        person: Any = request.user
        trouble.put_back(dispatch, by=person, now=timezone.now())
        return _("The page of this issue can be read again.")

    _try(request, put_back)
    return _back(dispatch)


# --- Pace, and readers of whom nobody can tell ---


class PaceForm(forms.Form):
    """Over how long the rest is spread."""

    minutes = forms.IntegerField(min_value=0, max_value=720)


@require_POST
def pace_view(request: HttpRequest, dispatch_id: int) -> HttpResponse:
    """Spread what still waits over another time."""
    dispatch = find_dispatch(request, dispatch_id)
    _allowed(request, CONTROL)
    form = PaceForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give a number of minutes from 0 to 720."))
        return _back(dispatch)
    minutes: int = form.cleaned_data["minutes"]

    def change() -> str:
        person: Any = request.user
        control.change_pace(dispatch, minutes, by=person, now=timezone.now())
        if not minutes:
            return _("The rest leaves as fast as it goes.")
        return _("The rest is spread over %(minutes)s minutes.") % {"minutes": minutes}

    _try(request, change)
    return _back(dispatch)


@require_http_methods(["GET", "HEAD", "POST"])
def resend_view(request: HttpRequest, dispatch_id: int) -> HttpResponse:
    """Send to the uncertain readers after all, which only a person may decide."""
    dispatch = find_dispatch(request, dispatch_id)
    _allowed(request, CONTROL)
    if request.method == "POST":
        person: Any = request.user

        def resend() -> str:
            count = resend_unknown(dispatch, by=person, now=timezone.now())
            return _("It leaves once more, to %(count)s readers.") % {
                "count": count_in_words(count)
            }

        _try(request, resend)
        return _back(dispatch)
    question = _(
        "Of these readers nobody can tell whether they have it. Send it to them after "
        "all? Whoever has it gets it twice."
    )
    return dispatch_page(
        request,
        "question",
        dispatch,
        title=_("Send to the uncertain readers"),
        question=question,
        numbers=[(_("Get it, perhaps twice"), unknown_readers(dispatch).count())],
        button=_("Send to these readers"),
        is_final=True,
    )


# --- Who has which text ---


@require_safe
def versions_view(request: HttpRequest, dispatch_id: int) -> HttpResponseBase:
    """Show how many have which text; as a file, reader by reader."""
    dispatch = find_dispatch(request, dispatch_id)
    if "csv" in request.GET:
        _allowed(request, SEEN)
        return _as_file(dispatch)
    return dispatch_page(
        request,
        "versions",
        dispatch,
        title=_("Who has which text"),
        versions=versions_of(dispatch),
        may_see=request.user.has_perm(SEEN),
    )


class _Line:
    """What csv writes to: it hands every line back."""

    def write(self, line: str) -> str:
        return line


def _as_file(dispatch: Dispatch) -> StreamingHttpResponse:
    writer = csv.writer(_Line())
    lines = (writer.writerow(row) for row in _rows(dispatch))
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    name = f"editie-{dispatch.issue.number}-wie-heeft-welke.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _rows(dispatch: Dispatch) -> Iterator[list[str]]:
    yield [_("address"), _("text of"), _("subject"), _("state")]
    versions = {one.rendition.pk: one.rendition for one in versions_of(dispatch)}
    rows = dispatch.deliveries.order_by("pk").values_list(
        "subscriber__address", "batch__rendition", "batch__state", "exception"
    )
    for address, rendition, state, exception in rows.iterator(chunk_size=2000):
        text = versions[rendition]
        made = timezone.localtime(text.created_at).strftime("%Y-%m-%d %H:%M")
        yield [_harmless(address), made, _harmless(text.subject), exception or state]


def _harmless(words: str) -> str:
    """Keep a spreadsheet from taking words for a formula (OWASP, "CSV Injection")."""
    return f"'{words}" if words[:1] in ("=", "+", "-", "@", "\t", "\r") else words
