"""Looking for a word in everything that anyone may read."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from newsletter.archive.models import ArchiveEntry
from newsletter.archive.searching import entries_of, find
from newsletter.archive.words import LONGEST_QUESTION, excerpt, words_of
from newsletter.characters import without_forbidden
from newsletter.issues.addresses import issue_url
from newsletter.views.archive import page_of
from newsletter.views.lists import find_list

ON_ONE_PAGE = 20


@require_safe
@cache_control(public=True, max_age=60)
def search(request: HttpRequest) -> HttpResponse:
    """Show what was found, with the words around it."""
    mailing_list = find_list(None)
    question = " ".join(without_forbidden(request.GET.get("q", "")).split())
    question = question[:LONGEST_QUESTION]
    words = words_of(question)
    page = page_of(find(question), request, ON_ONE_PAGE)
    with override(mailing_list.language):
        values = {
            "mailing_list": mailing_list,
            "question": question,
            "has_words": bool(words),
            "found": [_shown(entry, words) for entry in entries_of(list(page))],
            "page": page,
        }
        response = render(request, "newsletter/search.html", values)
    response["X-Robots-Tag"] = "noindex"
    return response


def _shown(entry: ArchiveEntry, words: list[str]) -> dict[str, Any]:
    article, issue = entry.article, entry.issue
    if article is not None:
        url = article.source_url or reverse("article", args=[article.slug])
    else:
        url = issue_url(issue) if issue else ""
    return {
        "url": url,
        "title": entry.title,
        "category": article.category if article else None,
        "number": issue.number if issue else None,
        "day": entry.day,
        "pieces": excerpt(entry.text, words),
    }
