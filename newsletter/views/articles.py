"""One article on our own page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from newsletter.articles.authorship import authors_of
from newsletter.articles.models import Article
from newsletter.signing import make_tag
from newsletter.views.archive import in_public_caches


@require_safe
@in_public_caches
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a published article."""
    found = get_object_or_404(
        Article.objects.public()
        .select_related("category", "picture", "expert__portrait")
        .prefetch_related("must_reads__target"),
        slug=slug,
    )
    page = {
        "article": found,
        "authors": authors_of(found),
        "must_reads": found.must_reads.all(),
        "mistake_tag": make_tag("mistake", 0, found.pk),
    }
    return render(request, "newsletter/article.html", page)
