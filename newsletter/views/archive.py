"""The public site: home, the issues that left, one issue, the feed."""

from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import override
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from newsletter.delivery.models import Dispatch
from newsletter.issues.addresses import issue_url
from newsletter.links import absolute_url
from newsletter.rendering.web import web_page
from subscribers.models import MailingList

IN_FEED = 20
in_public_caches = cache_control(public=True, max_age=300)


def find_list(slug: str | None) -> MailingList:
    """Return the list of this name; without a name the first one.

    Raises:
        Http404: no such list, or none at all yet.
    """
    lists = MailingList.objects.order_by("pk")
    found = lists.filter(slug=slug).first() if slug else lists.first()
    if found is None:
        raise Http404("no such list")
    return found


def left_issues(mailing_list: MailingList) -> "QuerySet[Dispatch]":
    """Return the dispatches of a list that anyone may read, newest first."""
    return (
        Dispatch.objects.started()
        .filter(issue__mailing_list=mailing_list)
        .select_related("issue", "rendition")
        .defer("rendition__html", "rendition__text")
        .order_by("-issue__number")
    )


@require_safe
@in_public_caches
def home(request: HttpRequest) -> HttpResponse:
    """Say what readers get, and let them sign up."""
    mailing_list = MailingList.objects.order_by("pk").first()
    if mailing_list is None:
        return render(request, "newsletter/no_list_yet.html")
    with override(mailing_list.language):
        page = {
            "mailing_list": mailing_list,
            "latest": left_issues(mailing_list)[:3],
            "is_first_list": True,
        }
        return render(request, "newsletter/home.html", page)


@require_safe
@in_public_caches
def archive(request: HttpRequest, mailing_list: str | None = None) -> HttpResponse:
    """List every issue that left."""
    found = find_list(mailing_list)
    with override(found.language):
        page = {
            "mailing_list": found,
            "dispatches": left_issues(found),
            "is_first_list": found == find_list(None),
        }
        return render(request, "newsletter/archive.html", page)


@require_safe
@in_public_caches
def issue(
    request: HttpRequest, number: int, mailing_list: str | None = None
) -> HttpResponse:
    """Show one issue as it left, without anything of a reader."""
    found = find_list(mailing_list)
    dispatch = left_issues(found).defer(None).filter(issue__number=number).first()
    if dispatch is not None:
        return HttpResponse(web_page(dispatch.rendition))
    if Dispatch.objects.withdrawn().filter(
        issue__mailing_list=found, issue__number=number
    ):
        with override(found.language):
            page = {"mailing_list": found, "number": number}
            return render(request, "newsletter/withdrawn.html", page, status=410)
    raise Http404("no such issue")


class IssueFeed(Feed):  # type: ignore[type-arg]  # Feed[…] fails at run time
    """RSS of the issues that left."""

    feed_type = Rss201rev2Feed

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
        if obj == find_list(None):
            return absolute_url("archive")
        return absolute_url("list_archive", obj.slug)

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

    def item_pubdate(self, item: Dispatch) -> object:
        """When it left."""
        return item.started_at
