"""What we had wrong and have put right, for everyone to read."""

from datetime import datetime

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, override, pgettext
from django.views.decorators.http import require_safe

from newsletter.kept_pages import public_page
from newsletter.links import absolute_url
from newsletter.mistakes.models import Correction
from newsletter.views.archive import page_of
from newsletter.views.lists import find_list
from newsletter.views.social import Card, list_picture, publisher
from subscribers.models import MailingList

ON_ONE_PAGE = 50


@require_safe
@public_page
def corrections(request: HttpRequest) -> HttpResponse:
    """List what was put right, the newest first, some on a page."""
    mailing_list = find_list(None)
    found = page_of(_told(), request, ON_ONE_PAGE)
    with override(mailing_list.language):
        card = _card(mailing_list, found)
        page = {"mailing_list": mailing_list, "corrections": found, "card": card}
        return render(request, "newsletter/corrections.html", page)


def _told() -> "QuerySet[Correction]":
    told = Correction.objects.public().select_related("article", "issue__mailing_list")
    return told.defer("article__body")


def _why() -> str:
    return gettext(
        "We make mistakes. Readers see them, we put them right, and here you read "
        "which."
    )


def _card(mailing_list: MailingList, found: "Page[Correction]") -> Card:
    url = absolute_url("corrections")
    if found.number > 1:
        url += f"?pagina={found.number}"
    name = pgettext("heading", "Put right")
    return Card(
        title=f"{name} – {mailing_list.name}",
        description=_why(),
        url=url,
        picture=list_picture(mailing_list),
        site_name=mailing_list.name,
        data={
            "@type": "CollectionPage",
            "name": name,
            "url": url,
            "inLanguage": mailing_list.language,
            "publisher": publisher(mailing_list),
        },
    )


class CorrectionFeed(Feed):  # type: ignore[type-arg]  # Feed[…] fails at run time
    """The same for who follows it in a feed reader."""

    def get_object(self, request: HttpRequest) -> MailingList:
        """Speak for the first list."""
        return find_list(None)

    def title(self, obj: MailingList) -> str:
        """What it is, and whose."""
        return f"{pgettext('heading', 'Put right')} – {obj.name}"

    def description(self, obj: MailingList) -> str:
        """Say why there is such a page at all."""
        return _why()

    def link(self, obj: MailingList) -> str:
        """The page."""
        return absolute_url("corrections")

    def feed_url(self, obj: MailingList) -> str:
        """Where the feed itself is."""
        return absolute_url("corrections_feed")

    def items(self, obj: MailingList) -> "QuerySet[Correction]":
        """The newest corrections."""
        return _told()[:ON_ONE_PAGE]

    def item_title(self, item: Correction) -> str:
        """The article, else the issue."""
        return str(item)

    def item_description(self, item: Correction) -> str:
        """What readers read of it."""
        return item.sentence

    def item_link(self, item: Correction) -> str:
        """Its place under the article, else among the others."""
        return f"{settings.SITE_URL}{item.address}"

    def item_pubdate(self, item: Correction) -> datetime:
        """When it was put right."""
        return item.made_at


@require_safe
@public_page
def corrections_feed(request: HttpRequest) -> HttpResponse:
    """Answer who reads along by RSS."""
    with override(find_list(None).language):
        return CorrectionFeed()(request)
