"""What is done about one privacy request: each act is a page with one form."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from newsletter.audit.recording import record_act
from subscribers import privacy_requests as activity
from subscribers.account import account_of, as_file
from subscribers.admin.form_pages import DeskForm, form_page, line, text
from subscribers.admin.looking import colleague
from subscribers.models import PrivacyRequest, RequestKind, RequestOutcome, Subscriber
from subscribers.privacy_requests import CannotDoThat


class IdentityForm(DeskForm):
    """How we know that it is them."""

    how = line(
        gettext_lazy("how do you know that it is them?"),
        help_text=gettext_lazy(
            "For instance: answered a mail we sent to the address on file. Never keep "
            "a copy of a passport, and no number of one."
        ),
    )


class ExtensionForm(DeskForm):
    """Why it takes longer."""

    reason = line(
        gettext_lazy("why does it take longer?"),
        max_length=300,
        help_text=gettext_lazy("Tell them so too, within the first month."),
    )


class LetterForm(DeskForm):
    """Our answer, to be read once more."""

    letter = text(gettext_lazy("our answer"), rows=18, max_length=20_000)


class AnswerForm(LetterForm):
    """Our answer, and how it goes to them."""

    by_mail = forms.BooleanField(
        label=gettext_lazy("mail it to them now"), required=False, initial=True
    )


class ClosingForm(DeskForm):
    """What came of it."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("outcome"),
        choices=RequestOutcome.choices,
        widget=forms.RadioSelect,
    )
    note = line(gettext_lazy("what was done"), max_length=300, required=False)


Do = Callable[[PrivacyRequest, dict[str, Any], User, datetime], None]


@dataclass(frozen=True)
class Act:
    """One act: what its button says, what it asks, and what it does."""

    words: Any
    form: type[DeskForm]
    do: Do
    is_open_for: Callable[[PrivacyRequest], bool] = lambda asked: not asked.closed_at
    lead: Any = ""
    is_final: bool = False


def _check(asked: PrivacyRequest, told: dict[str, Any], by: User, at: datetime) -> None:
    activity.check_identity(asked, told["how"], by=by, now=at)


def _extend(
    asked: PrivacyRequest, told: dict[str, Any], by: User, at: datetime
) -> None:
    activity.extend(asked, told["reason"], by=by, now=at)


def _answer(
    asked: PrivacyRequest, told: dict[str, Any], by: User, at: datetime
) -> None:
    by_mail = told["by_mail"]
    activity.answer(asked, told["letter"], by_mail=by_mail, by=by, now=at)


def _forget(
    asked: PrivacyRequest, told: dict[str, Any], by: User, at: datetime
) -> None:
    if not by.has_perm("subscribers.delete_subscriber"):
        raise PermissionDenied
    activity.forget_as_asked(asked, told["letter"], by=by, now=at)


def _close(asked: PrivacyRequest, told: dict[str, Any], by: User, at: datetime) -> None:
    outcome = RequestOutcome(told["outcome"])
    activity.close(asked, outcome, told["note"], by=by, now=at)


ACTS = {
    "identiteit": Act(
        gettext_lazy("Identity checked"),
        IdentityForm,
        _check,
        is_open_for=lambda asked: not asked.closed_at and not asked.identity_checked_at,
    ),
    "verlengen": Act(
        gettext_lazy("Take more time"),
        ExtensionForm,
        _extend,
        is_open_for=lambda asked: not asked.closed_at and not asked.extended_at,
        lead=gettext_lazy(
            "Two months more, once, for a request that is complex. Not for a busy week."
        ),
    ),
    "beantwoorden": Act(
        gettext_lazy("Answer them"),
        AnswerForm,
        _answer,
        lead=gettext_lazy(
            "A text to begin with. Read it, change it, and send it by mail or print it."
        ),
    ),
    "vergeten": Act(
        gettext_lazy("Forget them and answer"),
        LetterForm,
        _forget,
        is_open_for=lambda asked: (
            not asked.closed_at and asked.kind == RequestKind.ERASURE
        ),
        lead=gettext_lazy(
            "Everything about this person goes, this answer is mailed as the last, and "
            "the request is closed. This cannot be undone."
        ),
        is_final=True,
    ),
    "sluiten": Act(gettext_lazy("End the request"), ClosingForm, _close),
}


@require_http_methods(["GET", "HEAD", "POST"])
def act_view(request: HttpRequest, request_id: str, act: str) -> HttpResponse:
    """Ask what the act needs to know, then do it."""
    asked = _asked(request, request_id)
    chosen = ACTS[act]
    now = timezone.now()
    posted = request.POST if request.method == "POST" else None
    begun = {"letter": activity.letter_for(asked, now=now)}
    form = chosen.form(posted, initial=begun)
    if form.is_valid():
        try:
            chosen.do(asked, form.cleaned_data, colleague(request), now)
            messages.success(request, _("Done, and put on record."))
            return redirect("admin:subscribers_privacyrequest_change", asked.pk)
        except CannotDoThat as refusal:
            form.add_error(None, str(refusal))
    return form_page(
        request,
        form,
        title=chosen.words,
        words=chosen.words,
        lead=chosen.lead,
        back=reverse("admin:subscribers_privacyrequest_change", args=[asked.pk]),
        is_final=chosen.is_final,
        about=asked,
    )


@require_POST
def data_view(request: HttpRequest, request_id: int, kind: str) -> HttpResponse:
    """Hand out what we know of whoever asks, on record: a page or a file."""
    asked = _asked(request, request_id)
    if kind not in ("json", "html"):
        raise Http404("no such kind of file")
    try:
        activity.refuse_unchecked(asked)
    except CannotDoThat as refusal:
        messages.warning(request, str(refusal))
        return redirect("admin:subscribers_privacyrequest_change", asked.pk)
    subscriber = asked.subscriber
    if subscriber is None or subscriber.erased_at:
        messages.warning(request, _("We know nothing of whoever asks this."))
        return redirect("admin:subscribers_privacyrequest_change", asked.pk)
    return _handed_out(request, subscriber, kind)


def _handed_out(
    request: HttpRequest, subscriber: Subscriber, kind: str
) -> HttpResponse:
    now = timezone.now()
    chapters = account_of(subscriber)
    record_act("data handed out", subscriber, by=request.user, now=now, kind=kind)
    name = f'attachment; filename="gegevens-{subscriber.pk}.{kind}"'
    if kind == "json":
        told = as_file(chapters, now=now)
        options = {"indent": 2, "ensure_ascii": False}
        response: HttpResponse = JsonResponse(told, json_dumps_params=options)
    else:
        context = {"chapters": chapters, "made_at": now}
        template = "subscribers/letters/account.html"
        response = TemplateResponse(request, template, context).render()
    response["Content-Disposition"] = name
    response["Cache-Control"] = "no-store"
    return response


def _asked(request: HttpRequest, request_id: int | str) -> PrivacyRequest:
    if not request.user.has_perm("subscribers.change_privacyrequest"):
        raise PermissionDenied
    requests = PrivacyRequest.objects.select_related("subscriber")
    return get_object_or_404(requests, pk=request_id)
