"""The page of one reader's mail: read it, give it to somebody, answer it."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import AdminSite
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from newsletter.admin.desk_pages import user_of
from newsletter.admin.letters import (
    LetterForm,
    first_error,
    try_to,
    typed,
    typed_number,
)
from newsletter.mistakes.answer_models import AnswerText, PublishingConsent
from newsletter.mistakes.answering import answer, note_consent, question_to_print
from newsletter.mistakes.handling import (
    ChangedMeanwhile,
    assign,
    change_state,
    say_whether_in_need,
)
from newsletter.mistakes.letters import CannotWrite, why_not
from newsletter.mistakes.models import MistakeReport, ReaderMail, ReaderMailState
from newsletter.mistakes.reporting import colleagues_for_mail
from newsletter.mistakes.resorting import a_person_wrote, is_spam, points_at_a_mistake

MAY_LOOK, MAY_ACT = "newsletter.view_readermail", "newsletter.change_readermail"
View = Callable[..., HttpResponse]


class AnswerForm(LetterForm):
    """What is written back."""

    press = forms.UUIDField()
    asks_to_print = forms.BooleanField(required=False)


def mail_for(
    request: HttpRequest, mail_id: int, permission: str = MAY_LOOK
) -> ReaderMail:
    """Return a mail for whoever may do this with it.

    Raises:
        PermissionDenied: they may not.
        Http404: it is not there.
    """
    if not request.user.has_perm(permission):
        raise PermissionDenied
    mails = ReaderMail.objects.select_related(
        "issue__mailing_list", "article", "assigned_to", "handled_by", "subscriber"
    )
    return get_object_or_404(mails.defer("raw"), pk=mail_id)


def mail_page(
    request: HttpRequest, mail: ReaderMail, status: int = 200, **context: Any
) -> TemplateResponse:
    """Show a mail with all that belongs to it."""
    report = MistakeReport.objects.filter(reader_mail=mail).first()
    return TemplateResponse(
        request,
        "admin/newsletter/readermail/mail.html",
        {
            **admin.site.each_context(request),
            "opts": ReaderMail._meta,
            "title": mail.subject or mail.words[:60] or _("without a subject"),
            "mail": mail,
            "report": report,
            "attachments": mail.attachments.all(),
            "answers": mail.answers.select_related("written_by"),
            "consent": PublishingConsent.objects.filter(reader_mail=mail).first(),
            "colleagues": _colleagues(request),
            "texts": AnswerText.objects.all(),
            "why_not": why_not(mail),
            "question": question_to_print(mail),
            "words": _words_to_begin_with(request),
            "press": uuid4(),
            "may_act": request.user.has_perm(MAY_ACT),
            "is_new": mail.state == ReaderMailState.NEW,
            **context,
        },
        status=status,
    )


def _colleagues(request: HttpRequest) -> list[User]:
    """Return who a mail can be given to: whoever looks first, then the others."""
    me = user_of(request)
    return [me, *(one for one in colleagues_for_mail() if one.pk != me.pk)]


def _words_to_begin_with(request: HttpRequest) -> str:
    asked = request.GET.get("tekst", "")
    texts = AnswerText.objects.filter(pk=asked) if asked.isdecimal() else None
    chosen = texts.first() if texts is not None else None
    return chosen.text if chosen else ""


def _back(mail: ReaderMail) -> HttpResponse:
    return redirect("admin:newsletter_readermail_change", mail.pk)


@require_POST
def state_view(request: HttpRequest, mail_id: int) -> HttpResponse:
    """Mark it handled, or take it up again."""
    mail = mail_for(request, mail_id, MAY_ACT)

    def change() -> str:
        wanted = request.POST.get("to", "")
        if wanted not in (ReaderMailState.NEW, ReaderMailState.HANDLED):
            raise ChangedMeanwhile(_("There is no such state."))
        seen = typed(request, "seen")
        change_state(mail, wanted, seen=seen, by=user_of(request))
        is_new = wanted == ReaderMailState.NEW
        return _("It waits for an answer again.") if is_new else _("Handled.")

    try_to(request, change)
    return _back(mail)


# What a colleague says that a mail is, and what is answered to that.
_VERDICTS: dict[str, tuple[Callable[..., object], Any]] = {
    "person": (a_person_wrote, gettext_lazy("It waits for an answer.")),
    "mistake": (points_at_a_mistake, gettext_lazy("It has a desk as a report now.")),
    "spam": (is_spam, gettext_lazy("It lies with the spam.")),
}


@require_POST
def sort_view(request: HttpRequest, mail_id: int) -> HttpResponse:
    """Say what it is, where the machine took it for something else."""
    mail = mail_for(request, mail_id, MAY_ACT)

    def sort() -> str:
        verdict = _VERDICTS.get(typed(request, "is"))
        if verdict is None:
            raise ChangedMeanwhile(_("There is no such kind of mail."))
        act, told = verdict
        act(mail, by=user_of(request), now=timezone.now())
        return str(told)

    try_to(request, sort)
    return _back(mail)


@require_POST
def assign_view(request: HttpRequest, mail_id: int) -> HttpResponse:
    """Give a mail to a colleague, or to whoever comes."""
    mail = mail_for(request, mail_id, MAY_ACT)
    offered = {one.pk: one for one in _colleagues(request)}
    colleague = offered.get(typed_number(request, "to") or 0)

    def give() -> str:
        assign(mail, colleague, seen=typed_number(request, "seen"))
        if colleague is None:
            return _("It is for whoever comes.")
        who = colleague.get_short_name() or colleague.get_username()
        return _("It is for %(who)s.") % {"who": who}

    try_to(request, give)
    return _back(mail)


@require_POST
def need_view(request: HttpRequest, mail_id: int) -> HttpResponse:
    """Say whether somebody is in need."""
    mail = mail_for(request, mail_id, MAY_ACT)
    is_in_need = request.POST.get("need") == "yes"
    say_whether_in_need(mail, is_in_need)
    if is_in_need:
        messages.warning(request, _("It stands on top now, for everyone."))
    else:
        messages.success(request, _("Noted: not in need."))
    return _back(mail)


def answer_view(request: HttpRequest, mail_id: int) -> HttpResponse:
    """Answer the reader."""
    mail = mail_for(request, mail_id, MAY_ACT)
    if request.method != "POST":
        return _back(mail)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _refused(request, mail, first_error(form))
    try:
        answer(
            mail,
            form.cleaned_data["words"],
            press=form.cleaned_data["press"],
            by=user_of(request),
            now=timezone.now(),
            asks_to_print=form.cleaned_data["asks_to_print"],
        )
    except CannotWrite as refusal:
        return _refused(request, mail, str(refusal))
    messages.success(request, _("Your answer is on its way."))
    return _back(mail)


def _refused(request: HttpRequest, mail: ReaderMail, trouble: str) -> HttpResponse:
    words = request.POST.get("words", "")
    return mail_page(request, mail, status=400, trouble=trouble, words=words)


@require_POST
def consent_view(request: HttpRequest, mail_id: int) -> HttpResponse:
    """Note what the reader said to being printed."""
    mail = mail_for(request, mail_id, MAY_ACT)
    consent = get_object_or_404(PublishingConsent, reader_mail=mail)

    def note() -> str:
        note_consent(
            consent,
            typed(request, "said"),
            typed(request, "note"),
            by=user_of(request),
            now=timezone.now(),
        )
        return _("Noted what they said.")

    try_to(request, note)
    return _back(mail)


def reader_mail_urls(site: AdminSite) -> list[URLPattern]:
    """Return the acts on the page of a mail, below its own page."""
    acts: tuple[tuple[str, View, str], ...] = (
        ("stand", state_view, "state"),
        ("soort", sort_view, "sort"),
        ("voor", assign_view, "assign"),
        ("nood", need_view, "need"),
        ("antwoord", answer_view, "answer"),
        ("plaatsen", consent_view, "consent"),
    )
    return [
        path(
            f"<int:mail_id>/{slug}/",
            site.admin_view(view),
            name=f"newsletter_readermail_{name}",
        )
        for slug, view, name in acts
    ]
