"""What the fields of a story say while they are empty, for the composer's script."""

from typing import Any

from django.contrib.admin.options import ModelAdmin
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.translation import gettext as _

from newsletter.articles.authorship import learn_authors
from newsletter.articles.models import Article
from newsletter.articles.picture_models import crop_url
from newsletter.issues.blocks import appeared
from newsletter.rendering.block_values import article_address, words_of_button

MAY_SEE = "newsletter.view_article"
# More stories than any issue has.
MOST = 100


def article_values_view(
    admin: ModelAdmin, request: HttpRequest, pk: int
) -> HttpResponse:
    """Answer what each asked article gives to a block, in the language of the list."""
    issue = admin.get_object(request, str(pk))
    if (
        issue is None
        or not admin.has_view_or_change_permission(request, issue)
        or not request.user.has_perm(MAY_SEE)
    ):
        return JsonResponse({"error": _("This issue is not here.")}, status=403)
    asked = [one for one in request.GET.getlist("id") if one.isdecimal()][:MOST]
    # A number that no database knows is no article either.
    ids = [int(one) for one in asked if len(one) < 19]
    articles = list(
        Article.objects.filter(pk__in=ids).select_related("category", "picture")
    )
    learn_authors(articles)
    with translation.override(issue.mailing_list.language):
        values = {str(article.pk): _values(article) for article in articles}
    return JsonResponse({"articles": values})


def _values(article: Article) -> dict[str, Any]:
    picture = article.picture
    return {
        "title": article.title,
        "teaser": article.lead,
        "authors": article.byline,
        "minutes": str(article.reading_minutes),
        "url": article_address(article),
        "note": appeared(article),
        "button_label": words_of_button(article.title),
        "picture": {"src": crop_url(picture, "small"), "words": str(picture)}
        if picture
        else None,
    }
