"""What search engines ask for first: where they may look, and what there is."""

from collections.abc import Iterator
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from newsletter.articles.models import Article
from newsletter.delivery.models import Dispatch
from newsletter.kept_pages import public_page
from newsletter.links import absolute_url
from newsletter.views.lists import list_url
from subscribers.models import MailingList

# As many as one file may name (sitemaps.org, protocol 0.9).
MOST_PAGES = 50_000
# Their forms and personal pages are nobody's to find; the last counts presses.
NOT_TO_BE_LOOKED_AT = (
    *("/admin/", "/postvak/", "/voorkeuren/", "/mijn-gegevens/", "/afmelden/"),
    *("/blijven/", "/verhuizen/", "/aanmelden/bevestigen/", "/foutje/", "/zoeken/"),
    *("/api/", "/l/"),
)


@require_safe
@public_page
def robots(request: HttpRequest) -> HttpResponse:
    """Say where machines may look (RFC 9309)."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_TO_BE_LOOKED_AT)]
    lines += ["", f"Sitemap: {absolute_url('sitemap')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
@public_page
def sitemap(request: HttpRequest) -> HttpResponse:
    """List every public page, the newest first."""
    pages = [page for _count, page in zip(range(MOST_PAGES), _pages(), strict=False)]
    return render(
        request,
        "newsletter/sitemap.xml",
        {"pages": pages},
        content_type="application/xml; charset=utf-8",
    )


def _pages() -> Iterator[tuple[str, datetime | None]]:
    yield absolute_url("home"), None
    yield absolute_url("privacy"), None
    yield absolute_url("corrections"), None
    for mailing_list in MailingList.objects.order_by("pk"):
        yield list_url(mailing_list, "archive"), None
    yield from _issues()
    # A piece that stands on the magazine's own site is to be found there.
    articles = Article.objects.public().filter(source_url="").order_by("-pk")
    for slug, changed_at in articles.values_list("slug", "updated_at").iterator():
        yield absolute_url("article", slug), changed_at


def _issues() -> Iterator[tuple[str, datetime | None]]:
    """Return the issues; their addresses are made as ``issue_url`` does, at once."""
    first = MailingList.objects.order_by("pk").values_list("pk", flat=True).first()
    left = (
        Dispatch.objects.started()
        .order_by("-started_at")
        .values_list(
            "issue__mailing_list",
            "issue__mailing_list__slug",
            "issue__number",
            "started_at",
        )
    )
    for mailing_list, slug, number, started_at in left.iterator():
        name, where = (
            ("issue", (number,))
            if mailing_list == first
            else ("list_issue", (slug, number))
        )
        yield absolute_url(name, *where), started_at
