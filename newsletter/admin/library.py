"""The library beside the form: find an article, press, and it is in the issue."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib.admin.options import ModelAdmin
from django.core.validators import RegexValidator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.articles.models import Article, ArticleState, Author, Category
from newsletter.articles.picture_models import crop_url
from newsletter.issues.models import Issue
from newsletter.publishing.appearances import (
    Appearance,
    appearances,
    place_in_words,
    unsent,
)
from newsletter.publishing.calendar import local_time

# What a column shows without scrolling far; more comes when it is scrolled.
PAGE = 30
NEWEST = "nieuwste"
OLDEST = "oudste"


class LibraryForm(forms.Form):
    """What an editor may look for; also what the page asks by itself."""

    q = forms.CharField(
        label=gettext_lazy("Find an article"), max_length=100, required=False
    )
    rubriek = forms.ModelChoiceField(
        Category.objects.all(),
        label=gettext_lazy("Category"),
        required=False,
        empty_label=gettext_lazy("every category"),
    )
    auteur = forms.ModelChoiceField(
        Author.objects.all(),
        label=gettext_lazy("Author"),
        required=False,
        empty_label=gettext_lazy("every author"),
    )
    volgorde = forms.ChoiceField(
        label=gettext_lazy("Order"),
        choices=[
            (NEWEST, gettext_lazy("newest first")),
            (OLDEST, gettext_lazy("oldest first")),
        ],
        required=False,
    )
    ongebruikt = forms.BooleanField(label=gettext_lazy("not sent yet"), required=False)
    vanaf = forms.IntegerField(min_value=0, max_value=100_000, required=False)
    # Of these the page wants to know what is to be said; nothing else is looked for.
    artikelen = forms.CharField(
        required=False,
        max_length=1000,
        validators=[RegexValidator(r"^\d{1,18}(,\d{1,18})*\Z")],
    )

    @property
    def choices_of_editors(self) -> list[forms.BoundField]:
        """The lists to choose from, in the order of the page."""
        return [self[name] for name in ("rubriek", "auteur", "volgorde")]


def library_view(admin: ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Answer one page of the articles that are looked for."""
    issue = admin.get_object(request, str(pk))
    if issue is None or not admin.has_view_or_change_permission(request, issue):
        return JsonResponse({"error": _("This issue is not here.")}, status=403)
    form = LibraryForm(request.GET)
    if not form.is_valid():
        trouble = next(iter(form.errors.values()))[0]
        return JsonResponse({"error": trouble}, status=400)
    start = form.cleaned_data["vanaf"] or 0
    articles = _looked_for(form, issue).select_related("category", "picture")
    found = list(articles.prefetch_related("authors")[start : start + PAGE + 1])
    return JsonResponse(
        {
            "articles": shown(found[:PAGE], issue, now=timezone.now()),
            "more": start + PAGE if len(found) > PAGE else None,
        }
    )


def _looked_for(form: LibraryForm, issue: Issue) -> "QuerySet[Article]":
    asked = form.cleaned_data
    if asked["artikelen"]:
        return Article.objects.filter(pk__in=asked["artikelen"].split(","))
    articles = Article.objects.offered().found_by(asked["q"])
    if asked["rubriek"]:
        articles = articles.filter(category=asked["rubriek"])
    if asked["auteur"]:
        articles = articles.filter(authors=asked["auteur"])
    articles = articles.in_order_of_age(oldest_first=asked["volgorde"] == OLDEST)
    return unsent(articles, issue.mailing_list) if asked["ongebruikt"] else articles


# --- What is shown of an article ---


def shown(
    articles: list[Article], issue: Issue, *, now: datetime
) -> list[dict[str, Any]]:
    """Return what the page shows of articles, and what an editor should know."""
    found = appearances(
        [article.pk for article in articles],
        issue.mailing_list,
        besides=issue,
        now=now,
    )
    this_year = local_time(now, issue.mailing_list.zone).year
    return [
        _shown(article, found.get(article.pk, []), this_year=this_year)
        for article in articles
    ]


def _shown(
    article: Article, places: list[Appearance], *, this_year: int
) -> dict[str, Any]:
    day = article.published_on
    return {
        "id": article.pk,
        "title": article.title,
        "category": article.category.name if article.category else "",
        "authors": [author.name for author in article.authors.all()],
        "minutes": article.reading_minutes,
        "day": date_format(day, _("M j") if day.year == this_year else _("M j Y"))
        if day
        else "",
        "picture": crop_url(article.picture, "small") if article.picture else "",
        "concept": _concept_in_words(article),
        "used": place_in_words(places[0]) if places else "",
    }


def _concept_in_words(article: Article) -> str:
    if article.state == ArticleState.WITHDRAWN:
        return _("withdrawn")
    if not article.can_be_opened:
        return _("draft: readers cannot open it yet")
    return _("draft") if article.state == ArticleState.DRAFT else ""
