"""What came in by itself: new drafts, and newer texts of the site to decide on."""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from newsletter.articles.arrivals import Arrival
from newsletter.articles.models import Article
from newsletter.articles.taking_in import (
    CannotDecide,
    accept_offer,
    decline_offer,
    remarks_of,
)
from newsletter.issues.comparing import Piece, words_that_differ

SHOWN = 5


class CameInByItself(admin.SimpleListFilter):
    """Only what waits for a first look, or for a decision."""

    title = gettext_lazy("came in by itself")
    parameter_name = "arrived"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        """Name what may wait."""
        return [
            ("new", gettext_lazy("new, not looked at yet")),
            ("changed", gettext_lazy("changed on the site")),
        ]

    def queryset(
        self, request: Any, queryset: "QuerySet[Article]"
    ) -> "QuerySet[Article]":
        """Keep the articles of these arrivals."""
        arrivals = {
            "new": Arrival.objects.new(),
            "changed": Arrival.objects.offering(),
        }.get(str(self.value()))
        if arrivals is None:
            return queryset
        return queryset.filter(pk__in=arrivals.values("article"))


@dataclass(frozen=True)
class Newcomers:
    """What waits for an editor, the first few by name."""

    new: "list[Arrival]"
    new_count: int
    changed: "list[Arrival]"
    changed_count: int

    def __bool__(self) -> bool:
        return bool(self.new_count or self.changed_count)


def newcomers() -> Newcomers:
    """Return what came in by itself and waits."""
    new = Arrival.objects.new().select_related("article", "feed")
    changed = Arrival.objects.offering().select_related("article")
    return Newcomers(
        list(new[:SHOWN]), new.count(), list(changed[:SHOWN]), changed.count()
    )


def arrival_of(article: Article) -> dict[str, Any] | None:
    """Return what an editor of the article should know of how it came in."""
    arrivals = Arrival.objects.filter(article=article).select_related("feed")
    arrival = arrivals.first()
    if arrival is None:
        return None
    offer = arrivals.filter(offer__isnull=False).first()
    return {
        "feed": arrival.feed,
        "arrived_at": arrival.arrived_at,
        "remarks": remarks_of(arrival),
        "offer": reverse("admin:newsletter_article_offer", args=[offer.pk])
        if offer
        else "",
    }


# --- A newer text of the site ---


def offer_urls(desk: admin.ModelAdmin) -> list[URLPattern]:
    """Return the page that compares, and its two presses."""
    wrap = desk.admin_site.admin_view
    return [
        path(
            "nieuwere-tekst/<int:pk>/", wrap(_compare), name="newsletter_article_offer"
        ),
        path(
            "nieuwere-tekst/<int:pk>/<str:act>/",
            wrap(require_POST(_decide)),
            name="newsletter_article_offer_decide",
        ),
    ]


def _arrival(request: HttpRequest, pk: int) -> Arrival:
    if not request.user.has_perm("newsletter.change_article"):
        raise PermissionDenied
    return get_object_or_404(Arrival.objects.select_related("article"), pk=pk)


def _compare(request: HttpRequest, pk: int) -> HttpResponseBase:
    arrival = _arrival(request, pk)
    article = arrival.article
    if article is None or arrival.offer is None:
        return _back(request, article, _("There is no newer text any more."))
    return TemplateResponse(
        request,
        "admin/newsletter/article/offer.html",
        {
            **admin.site.each_context(request),
            "title": _("A newer text on the site"),
            "opts": Article._meta,
            "arrival": arrival,
            "article": article,
            "parts": _parts(article, arrival.offer),
            "corrections": article.corrections.order_by("made_at"),
        },
    )


def _parts(article: Article, offer: dict[str, str]) -> list[tuple[str, list[Piece]]]:
    """Return title, lead and text, their words marked where they differ."""
    pairs = [
        (_("Title"), article.title, offer["title"]),
        (_("Lead"), article.lead, offer["lead"]),
        (_("Text"), _in_lines(article.body), _in_lines(offer["body"])),
    ]
    return [(name, list(words_that_differ(a, b))) for name, a, b in pairs if a or b]


def _in_lines(html: str) -> str:
    parted = (
        html.replace("</p>", "</p>\n").replace("<br>", "\n").replace("</h", "\n</h")
    )
    return "\n".join(line for line in strip_tags(parted).split("\n") if line.strip())


def _decide(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    arrival = _arrival(request, pk)
    acts = {"overnemen": accept_offer, "laten-staan": decline_offer}
    if act not in acts:
        return HttpResponse(_("There is no such button."), status=404)
    try:
        article = acts[act](arrival)
    except CannotDecide as error:
        return _back(request, arrival.article, str(error))
    said = {
        "overnemen": _("The newer text is in the article now."),
        "laten-staan": _("Your own text stays."),
    }
    messages.success(request, said[act])
    return HttpResponseRedirect(_address(article))


def _back(request: HttpRequest, article: Article | None, why: str) -> HttpResponse:
    messages.warning(request, why)
    return HttpResponseRedirect(_address(article))


def _address(article: Article | None) -> str:
    if article is None:
        return reverse("admin:newsletter_article_changelist")
    return reverse("admin:newsletter_article_change", args=[article.pk])
