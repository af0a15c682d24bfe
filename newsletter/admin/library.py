"""The library beside the form: find an article, press, and it is in the issue."""

from typing import Any

from django.contrib.admin.options import ModelAdmin
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from newsletter.articles.models import Article, ArticleState
from newsletter.articles.picture_models import crop_url
from newsletter.issues import blocks as kinds
from newsletter.issues.models import Issue

SHOWN = 40


def library_view(admin: ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Answer the articles that fit what was typed, the newest first."""
    issue = admin.get_object(request, str(pk))
    if issue is None or not admin.has_view_or_change_permission(request, issue):
        return JsonResponse({"error": _("This issue is not here.")}, status=403)
    words = request.GET.get("q", "")[:100].strip()
    articles = Article.objects.exclude(state=ArticleState.WITHDRAWN)
    if words:
        articles = articles.filter(
            Q(title__icontains=words)
            | Q(category__name__icontains=words)
            | Q(authors__name__icontains=words)
        ).distinct()
    found = list(articles.select_related("category", "picture")[:SHOWN])
    used = _in_another_issue(issue, [article.pk for article in found])
    return JsonResponse({"articles": [_shown(article, used) for article in found]})


def _in_another_issue(issue: Issue, articles: list[int]) -> set[int]:
    """Return which stand in another issue, so that none is sent twice unseen."""
    used: set[int] = set()
    for model in (kinds.HeroBlock, kinds.CardBlock):
        used |= set(
            model._default_manager.filter(article__in=articles)
            .exclude(parent=issue)
            .values_list("article", flat=True)
        )
    return used


def _shown(article: Article, used: set[int]) -> dict[str, Any]:
    return {
        "id": article.pk,
        "title": article.title,
        "category": article.category.name if article.category else "",
        "minutes": article.reading_minutes,
        "picture": crop_url(article.picture, "small") if article.picture else "",
        "used": article.pk in used,
    }
