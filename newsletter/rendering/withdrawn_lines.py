"""What the block “Put right” says of pieces that were withdrawn since: left out.

The line of a correction leads to its article's page. Once that article is taken off,
its title may stand nowhere we can reach, and a line without it says nothing.
"""

import re
from collections.abc import Iterable

from django.db.models import QuerySet

from newsletter.articles.models import Article, ArticleState
from newsletter.rendering.models import Link, Rendition

PARAGRAPH = r"<p\b[^>]*>(?:(?!</?p\b).)*</p>"
_PARAGRAPH = re.compile(PARAGRAPH, re.DOTALL)
_TOLD = re.compile(r"/artikelen/([-\w]+)/#rechtzetting-\d")


def lines_about(article: Article) -> "QuerySet[Link]":
    """Return the links of frozen mails with which such a line leads to an article."""
    place = f"/artikelen/{article.slug}/#rechtzetting-"
    return Link.objects.filter(block_kind="corrections", target__contains=place)


def without_withdrawn(body: str) -> str:
    """Return the text of a block without the lines about withdrawn articles."""
    gone = _withdrawn(_TOLD.findall(body))
    if not gone:
        return body
    return _PARAGRAPH.sub(
        lambda found: "" if gone & set(_TOLD.findall(found[0])) else found[0], body
    )


def html_without_withdrawn(rendition: Rendition, html: str) -> str:
    """Return the HTML of a frozen mail without these lines, for our own pages."""
    ways = _ways_to_withdrawn(rendition)
    if not ways:
        return html
    return _PARAGRAPH.sub(
        lambda found: "" if any(way in found[0] for way in ways) else found[0], html
    )


def text_without_withdrawn(rendition: Rendition, text: str) -> str:
    """Return the plain text of a frozen mail without these lines."""
    ways = _ways_to_withdrawn(rendition)
    parts = text.split("\n\n") if ways else [text]
    return "\n\n".join(part for part in parts if not any(way in part for way in ways))


def _ways_to_withdrawn(rendition: Rendition) -> list[str]:
    """Return the ends of our counted addresses that lead to a withdrawn article."""
    links = rendition.links.filter(block_kind="corrections")
    told = [
        (link.token, found[1]) for link in links if (found := _TOLD.search(link.target))
    ]
    gone = _withdrawn(slug for _token, slug in told)
    return [f"/l/{token}/" for token, slug in told if slug in gone]


def _withdrawn(slugs: Iterable[str]) -> set[str]:
    wanted = set(slugs)
    if not wanted:
        return set()
    withdrawn = Article.objects.filter(slug__in=wanted, state=ArticleState.WITHDRAWN)
    return set(withdrawn.values_list("slug", flat=True))
