"""The public site: home, and the issues that left."""

from typing import Any

from django.core.paginator import EmptyPage, Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from newsletter.issues.addresses import issue_url
from newsletter.kept_pages import MOST_DIGITS, public_page
from newsletter.links import absolute_url
from newsletter.views.lists import find_list, is_first, left_issues, list_url
from newsletter.views.social import Card, list_picture, publisher
from subscribers.models import MailingList

ON_ONE_PAGE = 24


@require_safe
@public_page
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
            "card": _home_card(mailing_list),
        }
        return render(request, "newsletter/home.html", page)


def _home_card(mailing_list: MailingList) -> Card:
    url = absolute_url("home")
    search = f"{absolute_url('search')}?q={{words}}"
    return Card(
        title=mailing_list.name,
        description=mailing_list.promise,
        url=url,
        picture=list_picture(mailing_list),
        site_name=mailing_list.name,
        data={
            "@type": "WebSite",
            "name": mailing_list.name,
            "url": url,
            "inLanguage": mailing_list.language,
            "publisher": publisher(mailing_list),
            "potentialAction": {
                "@type": "SearchAction",
                "target": {"@type": "EntryPoint", "urlTemplate": search},
                "query-input": "required name=words",
            },
        },
    )


# --- All issues ---


@require_safe
@public_page
def archive(request: HttpRequest, mailing_list: str | None = None) -> HttpResponse:
    """List every issue that left, some on a page."""
    found = find_list(mailing_list)
    issues = page_of(left_issues(found), request, ON_ONE_PAGE)
    with override(found.language):
        page = {
            "mailing_list": found,
            "dispatches": issues,
            "is_first_list": is_first(found),
            "card": _archive_card(found, issues),
        }
        return render(request, "newsletter/archive.html", page)


def page_of(rows: Any, request: HttpRequest, count: int) -> "Page[Any]":
    """Return the page that ``?pagina=`` asks for, the first one without.

    Raises:
        Http404: there is no such page.
    """
    asked = request.GET.get("pagina", "1")
    if not (asked.isascii() and asked.isdigit() and len(asked) <= MOST_DIGITS):
        raise Http404("no such page")
    try:
        return Paginator(rows, count).page(int(asked))
    except EmptyPage as error:
        raise Http404("no such page") from error


def _archive_card(mailing_list: MailingList, issues: "Page[Any]") -> Card:
    url = list_url(mailing_list, "archive")
    if issues.number > 1:
        url += f"?pagina={issues.number}"
    listed = [
        {"@type": "ListItem", "position": place, "url": issue_url(dispatch.issue)}
        for place, dispatch in enumerate(issues, issues.start_index())
    ]
    return Card(
        title=f"{_('All issues')} – {mailing_list.name}",
        description=mailing_list.promise,
        url=url,
        picture=list_picture(mailing_list),
        site_name=mailing_list.name,
        data={
            "@type": "CollectionPage",
            "name": _("All issues"),
            "url": url,
            "inLanguage": mailing_list.language,
            "publisher": publisher(mailing_list),
            "mainEntity": {"@type": "ItemList", "itemListElement": listed},
        },
    )
