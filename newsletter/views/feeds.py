"""What feed readers ask for: the issues that left, as RSS and as Atom."""

from datetime import datetime
from typing import Any

from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.translation import override
from django.views.decorators.http import require_safe

from newsletter.delivery.models import Dispatch
from newsletter.issues.addresses import issue_url
from newsletter.kept_pages import public_page
from newsletter.views.lists import find_list, left_issues, list_url
from subscribers.models import MailingList

IN_FEED = 20


class IssueFeed(Feed):  # type: ignore[type-arg]  # Feed[…] fails at run time
    """The issues of a list that left."""

    feed_type: type[SyndicationFeed] = Rss201rev2Feed
    own_name = "feed"

    def get_object(
        self, request: HttpRequest, mailing_list: str | None = None
    ) -> MailingList:
        """Find the list of the address."""
        return find_list(mailing_list)

    def title(self, obj: MailingList) -> str:
        """The list's name."""
        return obj.name

    def description(self, obj: MailingList) -> str:
        """The list's promise."""
        return obj.promise

    def link(self, obj: MailingList) -> str:
        """The archive."""
        return list_url(obj, "archive")

    def feed_url(self, obj: MailingList) -> str:
        """Where the feed itself is, whatever name it was asked by."""
        return list_url(obj, self.own_name)

    def author_name(self, obj: MailingList) -> str:
        """Who makes it."""
        return obj.organisation

    def items(self, obj: MailingList) -> "QuerySet[Dispatch]":
        """The newest issues."""
        return left_issues(obj)[:IN_FEED]

    def item_title(self, item: Dispatch) -> str:
        """The subject as it was sent."""
        return item.rendition.subject

    def item_description(self, item: Dispatch) -> str:
        """The line under the subject."""
        return item.rendition.preheader

    def item_link(self, item: Dispatch) -> str:
        """The issue in the browser."""
        return issue_url(item.issue)

    def item_pubdate(self, item: Dispatch) -> datetime | None:
        """When it left."""
        return item.started_at

    def item_updateddate(self, item: Dispatch) -> datetime | None:
        """It never changes after that."""
        return item.started_at


class AtomFeed(IssueFeed):
    """The same for who prefers Atom."""

    feed_type = Atom1Feed
    own_name = "atom"

    def subtitle(self, obj: MailingList) -> str:
        """The list's promise."""
        return obj.promise


@require_safe
@public_page
def rss(request: HttpRequest, **address: Any) -> HttpResponse:
    """Answer who reads along by RSS."""
    with override(find_list(address.get("mailing_list")).language):
        return IssueFeed()(request, **address)


@require_safe
@public_page
def atom(request: HttpRequest, **address: Any) -> HttpResponse:
    """Answer who reads along by Atom."""
    with override(find_list(address.get("mailing_list")).language):
        return AtomFeed()(request, **address)
