"""One issue on a page for everyone: the mail as it left, without its personal parts."""

from datetime import date
from typing import Any, cast

from csp.constants import NONE, SELF
from csp.decorators import csp
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.http import require_safe

from newsletter.delivery.models import Dispatch
from newsletter.issues.addresses import issue_url
from newsletter.kept_pages import public_page
from newsletter.mistakes.models import Correction
from newsletter.rendering.web import web_page
from newsletter.views.lists import find_list, is_first, left_issues, list_url
from newsletter.views.social import (
    Card,
    CardPicture,
    list_picture,
    publisher,
    social_picture,
)
from subscribers.models import MailingList

# What any database can look up as a number.
_LARGEST = 2**31 - 1
# The mail carries its style in its lines; nothing else of it is anybody's business.
_OF_A_MAIL = {
    "default-src": [NONE],
    "img-src": [SELF, "https:"],
    "style-src": ["'unsafe-inline'"],
    "form-action": [SELF],
    "base-uri": [NONE],
    "frame-ancestors": [SELF],
}


@require_safe
@public_page
def issue(
    request: HttpRequest, number: int, mailing_list: str | None = None
) -> HttpResponse:
    """Show one issue as it left, without anything of a reader."""
    found = find_list(mailing_list)
    of_number = left_issues(found).filter(issue__number=min(number, _LARGEST))
    dispatch = of_number.defer(None).first()
    with override(found.language):
        if dispatch is not None:
            return cast(HttpResponse, _as_a_mail(request, found, dispatch))
        if _was_taken_back(found, number):
            page = {"mailing_list": found, "number": number}
            return render(request, "newsletter/withdrawn.html", page, status=410)
    raise Http404("no such issue")


def _was_taken_back(mailing_list: MailingList, number: int) -> bool:
    withdrawn = Dispatch.objects.withdrawn().filter(issue__mailing_list=mailing_list)
    return withdrawn.filter(issue__number=min(number, _LARGEST)).exists()


def _issue_page(
    request: HttpRequest, mailing_list: MailingList, dispatch: Dispatch
) -> HttpResponse:
    number = dispatch.issue.number
    others = left_issues(mailing_list)
    has_short = is_first(mailing_list)
    card = _issue_card(dispatch, list_url(mailing_list, "archive", has_short=has_short))
    page = {
        "mailing_list": mailing_list,
        "dispatch": dispatch,
        "palette": dispatch.issue.palette,
        "earlier": others.filter(issue__number__lt=number).first(),
        "later": others.filter(issue__number__gt=number).last(),
        "is_first_list": has_short,
        "corrections": _corrections_of(dispatch),
        "card": card,
    }
    parts = {
        name: render_to_string(f"newsletter/issue_{name}.html", page, request)
        for name in ("head", "above", "below")
    }
    return HttpResponse(web_page(dispatch.rendition, address=card.url, **parts))


_as_a_mail = cast(Any, csp(_OF_A_MAIL)(cast(Any, _issue_page)))


def _issue_card(dispatch: Dispatch, archive: str) -> Card:
    rendition, mailing_list = dispatch.rendition, dispatch.issue.mailing_list
    url = issue_url(dispatch.issue)
    picture = _picture_of(dispatch, timezone.localdate()) or list_picture(mailing_list)
    return Card(
        title=rendition.subject,
        description=rendition.preheader or mailing_list.promise,
        url=url,
        picture=picture,
        site_name=mailing_list.name,
        kind="article",
        data={
            "@type": "NewsArticle",
            "headline": rendition.subject,
            "description": rendition.preheader,
            "url": url,
            "mainEntityOfPage": url,
            "image": [picture.url],
            "datePublished": dispatch.started_at and dispatch.started_at.isoformat(),
            "inLanguage": mailing_list.language,
            "isAccessibleForFree": True,
            "author": publisher(mailing_list),
            "publisher": publisher(mailing_list),
            "isPartOf": {
                "@type": "CollectionPage",
                "name": mailing_list.name,
                "url": archive,
            },
        },
    )


def _corrections_of(dispatch: Dispatch) -> "QuerySet[Correction]":
    """Return what was put right in this issue and its pieces after it was frozen."""
    rendition = dispatch.rendition
    pieces = rendition.links.filter(article__isnull=False).values("article")
    found = Correction.objects.public().about(dispatch.issue, pieces)
    since = found.filter(made_at__gt=rendition.created_at)
    return since.select_related("article").defer("article__body").order_by("made_at")


def _picture_of(dispatch: Dispatch, on: date) -> CardPicture | None:
    """Return the first picture of its pieces that other sites may show."""
    places = (
        dispatch.rendition.links.filter(article__picture__for_social=True)
        .select_related("article__picture")
        .defer("article__body")
        .order_by("position")
    )
    pictures = (social_picture(place.article, on) for place in places)
    return next(filter(None, pictures), None)
