"""Taking an article offline, everywhere at once; the evidence to take along."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
)

from newsletter.admin.desk_pages import user_of
from newsletter.admin.letters import first_error
from newsletter.articles.models import Article, ArticleState
from newsletter.audit.models import AuditEntry
from newsletter.characters import refuse_in_text
from newsletter.mistakes.takedown import (
    CannotCalm,
    CannotPutBack,
    CannotTakeDown,
    articles_that_share,
    calm_picture,
    hand_out_evidence,
    issues_with,
    put_back,
    state_before,
    take_down,
    was_taken_down,
)
from newsletter.mistakes.takedown_models import Takedown

MAY_TAKE_DOWN = "newsletter.control_dispatch"
View = Callable[..., HttpResponse]


class BackForm(forms.Form):
    """Why an article is shown again."""

    reason = forms.CharField(
        max_length=2000,
        validators=[refuse_in_text],
        error_messages={"required": gettext_lazy("Write down why: somebody will ask.")},
    )


class TakedownForm(BackForm):
    """Why an article goes, and what goes along."""

    dispatches = forms.TypedMultipleChoiceField(
        coerce=int, required=False, empty_value=[]
    )
    with_picture = forms.BooleanField(required=False)

    def __init__(self, *args: Any, offered: list[int], **kwargs: Any) -> None:
        """Offer the issues that hold the article."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["dispatches"]
        field.choices = [(number, number) for number in offered]


def _article(request: HttpRequest, pk: int) -> Article:
    if not request.user.has_perm(MAY_TAKE_DOWN):
        raise PermissionDenied
    return get_object_or_404(Article.objects.select_related("picture"), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def takedown_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what goes and what stays; take it down when a publisher says so."""
    article = _article(request, pk)
    if request.method != "POST":
        return _page(request, article)
    offered = [dispatch.pk for dispatch in issues_with(article)]
    form = TakedownForm(request.POST, offered=offered)
    try:
        if not form.is_valid():
            raise CannotTakeDown(first_error(form))
        takedown = take_down(
            article, **form.cleaned_data, by=user_of(request), now=timezone.now()
        )
    except CannotTakeDown as refusal:
        reason = request.POST.get("reason", "")
        return _page(request, article, 400, trouble=str(refusal), reason=reason)
    messages.success(request, _("It is offline. The evidence is kept here."))
    if takedown.with_picture and not takedown.picture_calmed_at:
        messages.warning(request, _still_seen())
    return redirect("admin:newsletter_article_takedown", article.pk)


def _still_seen() -> str:
    return _(
        "Its picture could not be replaced and is still seen. Have its file looked at, "
        "then press “Replace the picture after all”."
    )


@require_POST
def back_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Show it again, when a publisher says why."""
    article = _article(request, pk)
    reason = request.POST.get("why_back", "")
    form = BackForm({"reason": reason})
    try:
        if not form.is_valid():
            raise CannotPutBack(first_error(form))
        put_back(article, reason, by=user_of(request), now=timezone.now())
    except CannotPutBack as refusal:
        return _page(request, article, 400, trouble=str(refusal), reason=reason)
    messages.success(
        request,
        _("It is a draft again, as it was.")
        if article.state == ArticleState.DRAFT
        else _("It is on our pages again."),
    )
    return redirect("admin:newsletter_article_change", article.pk)


def _page(
    request: HttpRequest, article: Article, status: int = 200, **context: Any
) -> TemplateResponse:
    picture = article.picture
    return TemplateResponse(
        request,
        "admin/newsletter/article/takedown.html",
        {
            **admin.site.each_context(request),
            "opts": Article._meta,
            "title": _("Take offline"),
            "article": article,
            "is_down": article.state == ArticleState.WITHDRAWN,
            "is_taken_down": was_taken_down(article),
            "was_draft": state_before(article) == ArticleState.DRAFT,
            "put_back": _acts_of_putting_back(article),
            "dispatches": issues_with(article),
            "shared": articles_that_share(picture, article) if picture else [],
            "takedowns": _takedowns_of(article),
            **context,
        },
        status=status,
    )


def _acts_of_putting_back(article: Article) -> "QuerySet[AuditEntry]":
    return AuditEntry.objects.about(article).filter(act="put back").order_by("-at")


def _takedowns_of(article: Article) -> "QuerySet[Takedown]":
    takedowns = Takedown.objects.filter(article=article)
    return takedowns.defer("evidence").select_related("made_by")


def _takedown(request: HttpRequest, pk: int, takedown_id: int) -> Takedown:
    article = _article(request, pk)
    takedowns = Takedown.objects.select_related("article__picture")
    return get_object_or_404(takedowns, pk=takedown_id, article=article)


@require_POST
def evidence_view(request: HttpRequest, pk: int, takedown_id: int) -> HttpResponse:
    """Hand out the evidence."""
    takedown = _takedown(request, pk, takedown_id)
    evidence = hand_out_evidence(takedown, by=user_of(request), now=timezone.now())
    answer = HttpResponse(evidence, content_type="application/zip")
    name = f"bewijs-{takedown.article.slug}-{takedown.made_at:%Y%m%d}.zip"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_POST
def picture_view(request: HttpRequest, pk: int, takedown_id: int) -> HttpResponse:
    """Put the calm picture in place once more, where that did not come to its end."""
    try:
        calm_picture(_takedown(request, pk, takedown_id), now=timezone.now())
    except CannotCalm as trouble:
        messages.error(request, str(trouble))
    else:
        messages.success(request, _("A calm picture stands in its place now."))
    return redirect("admin:newsletter_article_takedown", pk)


def takedown_urls(desk: admin.ModelAdmin) -> list[URLPattern]:
    """Return the page of taking an article offline, and what is kept of that."""
    wrap = desk.admin_site.admin_view
    pages: tuple[tuple[str, View, str], ...] = (
        ("<int:pk>/offline/", takedown_view, "takedown"),
        ("<int:pk>/offline/terug/", back_view, "put_back"),
        ("<int:pk>/offline/<int:takedown_id>/bewijs/", evidence_view, "evidence"),
        ("<int:pk>/offline/<int:takedown_id>/foto/", picture_view, "calm_picture"),
    )
    return [
        path(address, wrap(view), name=f"newsletter_article_{name}")
        for address, view, name in pages
    ]
