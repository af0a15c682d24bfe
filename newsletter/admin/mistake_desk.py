"""The desk of one mistake: the reader's words beside the sentence they mean."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, override
from django.views.decorators.http import require_POST

from newsletter.admin.desk_pages import user_of
from newsletter.admin.letters import (
    LONGEST_LETTER,
    LetterForm,
    first_error,
    try_to,
    typed,
    typed_number,
)
from newsletter.admin.mistake_page import (
    MAY_BEGIN,
    MAY_CORRECT,
    MAY_HANDLE,
    articles_offered,
    desk_context,
    left_with,
)
from newsletter.articles.models import Article
from newsletter.characters import refuse_in_text
from newsletter.mistakes import road
from newsletter.mistakes.correcting import (
    CannotCorrect,
    StandsMoreThanOnce,
    Wording,
    correct,
    sentence_for,
)
from newsletter.mistakes.handling import ChangedMeanwhile, about_article, keep_note
from newsletter.mistakes.letters import language_of
from newsletter.mistakes.models import MistakeReport, MistakeReportState
from newsletter.mistakes.telling import begin_mail
from newsletter.mistakes.thanking import Thanks, thank

View = Callable[..., HttpResponse]


class CorrectionForm(forms.Form):
    """What stands there, what has to stand there, and what readers are told."""

    before = forms.CharField(required=False, strip=True, max_length=2000)
    after = forms.CharField(required=False, strip=True, max_length=2000)
    sentence = forms.CharField(required=False, max_length=1000)
    place = forms.IntegerField(required=False, min_value=0)
    is_public = forms.BooleanField(required=False)
    waits = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Refuse everywhere what no mail may carry."""
        super().__init__(*args, **kwargs)
        for name in ("before", "after", "sentence"):
            self.fields[name].validators.append(refuse_in_text)

    def clean(self) -> dict[str, Any]:
        """Ask for a sentence where there are not the words to make one of."""
        given: dict[str, Any] = super().clean() or {}
        if not given.get("sentence") and not (
            given.get("before") and given.get("after")
        ):
            raise forms.ValidationError(
                _(
                    "Say what stands there and what it has to be, or write the "
                    "sentence that readers get."
                )
            )
        return given


def report_for(
    request: HttpRequest, report_id: int, permission: str = MAY_HANDLE
) -> MistakeReport:
    """Return a report for whoever may do this with it.

    Raises:
        PermissionDenied: they may not.
        Http404: it is not there.
    """
    if not request.user.has_perms((MAY_HANDLE, permission)):
        raise PermissionDenied
    reports = MistakeReport.objects.select_related(
        "article", "correction", "reader_mail__issue__mailing_list"
    )
    return get_object_or_404(reports.defer("reader_mail__raw"), pk=report_id)


def desk_page(
    request: HttpRequest, report: MistakeReport, status: int = 200, **context: Any
) -> TemplateResponse:
    """Show the desk of a report."""
    return TemplateResponse(
        request,
        "admin/newsletter/mistakereport/desk.html",
        {
            **admin.site.each_context(request),
            "opts": MistakeReport._meta,
            **desk_context(request, report),
            **context,
        },
        status=status,
    )


def _back(report: MistakeReport) -> HttpResponse:
    return redirect(
        "admin:newsletter_mistakereport_change", report.same_as_id or report.pk
    )


# --- The road ---

_TOLD = {
    MistakeReportState.LOOKING: gettext_lazy("You are looking at it now."),
    MistakeReportState.CONFIRMED: gettext_lazy("Confirmed. Now it can be put right."),
    MistakeReportState.NOT_A_MISTAKE: gettext_lazy(
        "No mistake. Thank them for looking so closely."
    ),
    MistakeReportState.CORRECTED: gettext_lazy("Put right. Now the thanks."),
}


@require_POST
def step_view(request: HttpRequest, report_id: int) -> HttpResponse:
    """Bring a report a step further."""
    report = report_for(request, report_id)
    wanted = request.POST.get("to", "")

    def step() -> str:
        if wanted not in _TOLD:
            raise road.WrongStep(_("There is no such step."))
        to = MistakeReportState(wanted)
        road.take_step(
            report,
            to,
            seen=request.POST.get("seen", ""),
            by=user_of(request),
            now=timezone.now(),
        )
        return str(_TOLD[to])

    try_to(request, step)
    return _back(report)


@require_POST
def join_view(request: HttpRequest, report_id: int) -> HttpResponse:
    """Say that another report is of the same mistake as this one."""
    report, other = report_for(request, report_id), _other(request)
    told = _("Joined: one correction, and thanks for everyone.")
    try_to(request, lambda: road.join(other, report, **_by_now(request)), told)
    return _back(report)


@require_POST
def apart_view(request: HttpRequest, report_id: int) -> HttpResponse:
    """Take a report out of those of one mistake."""
    report, other = report_for(request, report_id), _other(request)
    told = _("It stands on its own again.")
    try_to(request, lambda: road.take_apart(other, **_by_now(request)), told)
    return _back(report)


def _by_now(request: HttpRequest) -> dict[str, Any]:
    return {"by": user_of(request), "now": timezone.now()}


def _other(request: HttpRequest) -> MistakeReport:
    return report_for(request, typed_number(request, "other") or 0)


@require_POST
def note_view(request: HttpRequest, report_id: int) -> HttpResponse:
    """Keep what colleagues should know of it."""
    report = report_for(request, report_id)
    keep_note(report, typed(request, "note")[:LONGEST_LETTER])
    messages.success(request, _("Your note is kept."))
    return _back(report)


@require_POST
def article_view(request: HttpRequest, report_id: int) -> HttpResponse:
    """Say which article it is about."""
    report = report_for(request, report_id)
    chosen = request.POST.get("article", "")
    offered = {str(one.pk): one for one in articles_offered(report)}
    article: Article | None = offered.get(chosen)
    about_article(report, article)
    messages.success(
        request,
        _("It is about “%(title)s”.") % {"title": article.title}
        if article
        else _("It is about no article."),
    )
    return _back(report)


# --- Putting right ---


def correct_view(request: HttpRequest, report_id: int) -> HttpResponse:
    """Change the article, write down the correction, go on to the thanks."""
    report = report_for(request, report_id, MAY_CORRECT)
    if request.method != "POST":
        return _back(report)
    form = CorrectionForm(request.POST)
    try:
        if not form.is_valid():
            raise CannotCorrect(first_error(form))
        correct(
            report,
            _wording(report, form.cleaned_data),
            seen=request.POST.get("seen", ""),
            by=user_of(request),
            now=timezone.now(),
        )
    except StandsMoreThanOnce as twice:
        return _refused(request, report, str(twice), places=twice.places)
    except (CannotCorrect, road.WrongStep) as refusal:
        return _refused(request, report, str(refusal))
    except ChangedMeanwhile as meanwhile:
        messages.warning(request, str(meanwhile))
        return _back(report)
    messages.success(request, _("Put right. Now the thanks."))
    return _back(report)


def _wording(report: MistakeReport, given: dict[str, Any]) -> Wording:
    with override(language_of(report.reader_mail)):
        sentence = given["sentence"] or sentence_for(given["before"], given["after"])
    return Wording(
        sentence=sentence,
        before=given["before"],
        after=given["after"],
        place=given["place"],
        is_public=given["is_public"],
        waits=given["waits"],
    )


def _refused(
    request: HttpRequest, report: MistakeReport, trouble: str, **context: Any
) -> HttpResponse:
    """Show the page again with all that was typed."""
    kept = {name: request.POST.get(name, "") for name in CorrectionForm.base_fields}
    return desk_page(
        request, report, status=400, correction_trouble=trouble, typed=kept, **context
    )


# --- Thanking ---


@require_POST
def thank_view(request: HttpRequest, report_id: int) -> HttpResponse:
    """Thank everyone who pointed at it."""
    report = report_for(request, report_id)
    form = LetterForm(request.POST)
    if not form.is_valid():
        trouble, words = first_error(form), request.POST.get("words", "")
        return desk_page(request, report, 400, thanks_trouble=trouble, thanks=words)

    def say_thanks() -> str:
        words = form.cleaned_data["words"]
        return thanks_in_words(
            thank(report, words, by=user_of(request), now=timezone.now())
        )

    try_to(request, say_thanks)
    return _back(report)


def thanks_in_words(thanks: Thanks) -> str:
    """Return who was thanked, and who could not be."""
    if not thanks.thanked:
        return _("Done. Nobody left an address to thank.")
    return ngettext(
        "Your thanks are on their way to %(count)d reader.",
        "Your thanks are on their way to %(count)d readers.",
        thanks.thanked,
    ) % {"count": thanks.thanked}


# --- A mail to who has it wrong ---


@require_POST
def mail_view(request: HttpRequest, report_id: int) -> HttpResponse:
    """Begin a small issue for who has the mistake, and open it."""
    report = report_for(request, report_id, MAY_BEGIN)
    dispatch = left_with(report)
    if report.correction is None or dispatch is None:
        messages.error(request, _("There is nothing to mail about here."))
        return _back(report)
    try:
        issue = begin_mail(
            report.correction,
            dispatch,
            only_earlier_text="earlier" in request.POST,
            by=user_of(request),
            now=timezone.now(),
        )
    except ChangedMeanwhile as meanwhile:
        messages.warning(request, str(meanwhile))
        return _back(report)
    messages.success(
        request, _("This mail goes to who has the mistake. It leaves like any issue.")
    )
    return redirect("admin:newsletter_issue_change", issue.pk)


def mistake_urls(site: AdminSite) -> list[URLPattern]:
    """Return the acts at the desk of a report, below its own page."""
    acts: tuple[tuple[str, View, str], ...] = (
        ("stap", step_view, "step"),
        ("zelfde", join_view, "join"),
        ("apart", apart_view, "apart"),
        ("notitie", note_view, "note"),
        ("artikel", article_view, "article"),
        ("rechtzetten", correct_view, "correct"),
        ("bedanken", thank_view, "thank"),
        ("mailen", mail_view, "mail"),
    )
    return [
        path(
            f"<int:report_id>/{slug}/",
            site.admin_view(view),
            name=f"newsletter_mistakereport_{name}",
        )
        for slug, view, name in acts
    ]
