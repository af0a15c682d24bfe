"""One article on our own page."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from newsletter.articles.authorship import learn_authors
from newsletter.articles.models import Article, ArticleState
from newsletter.kept_pages import public_page
from newsletter.links import absolute_url
from newsletter.rendering.pictures import shown
from newsletter.signing import make_tag
from newsletter.views.social import (
    Card,
    CardPicture,
    is_expired,
    list_picture,
    publisher,
    social_picture,
)
from subscribers.models import MailingList


@require_safe
@public_page
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a published article; say so of one that was taken back."""
    known = Article.objects.exclude(state=ArticleState.DRAFT).filter(slug=slug)
    found = (
        known.select_related("category", "picture", "expert__portrait")
        .prefetch_related("must_reads__target")
        .first()
    )
    if found is None:
        raise Http404("no such article")
    mailing_list = MailingList.objects.order_by("pk").first()
    page: dict[str, Any] = {"article": found, "mailing_list": mailing_list}
    if found.state == ArticleState.WITHDRAWN:
        return render(request, "newsletter/article_gone.html", page, status=410)
    learn_authors([found])
    today = timezone.localdate()
    page |= {
        "picture": _picture_of(found, today),
        "must_reads": found.must_reads.all(),
        "corrections": found.corrections.public().order_by("made_at", "pk"),
        "mistake_tag": make_tag("mistake", 0, found.pk),
        "card": _card(found, mailing_list, today),
    }
    return render(request, "newsletter/article.html", page)


def _picture_of(article: Article, on: date) -> CardPicture | None:
    """Return its picture, as long as we may show it here."""
    picture = article.picture
    if picture is None or not picture.for_website or is_expired(picture, on):
        return None
    crop = shown(picture, "hero")
    return CardPicture(crop.src, crop.alt, 1200, 800)


def _card(article: Article, mailing_list: MailingList | None, on: date) -> Card:
    url = article.source_url or absolute_url("article", article.slug)
    drawn = list_picture(mailing_list) if mailing_list else None
    picture = social_picture(article, on) or drawn
    published = article.published_on or article.created_at.date()
    return Card(
        title=article.title,
        description=article.lead,
        url=url,
        picture=picture,
        site_name=mailing_list.name if mailing_list else "",
        kind="article",
        data={
            "@type": "NewsArticle",
            "headline": article.title,
            "description": article.lead,
            "url": url,
            "mainEntityOfPage": url,
            "image": [picture.url] if picture else [],
            "datePublished": published.isoformat(),
            "dateModified": article.updated_at.isoformat(),
            "inLanguage": get_language(),
            "isAccessibleForFree": True,
            "articleSection": article.category.name if article.category else "",
            "wordCount": article.word_count,
            "author": [
                {"@type": "Person", "name": name} for name in article.author_names
            ],
            **({"publisher": publisher(mailing_list)} if mailing_list else {}),
        },
    )
