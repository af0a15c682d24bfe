"""Which list a public page is of, and where its pages are."""

from django.db.models import QuerySet
from django.http import Http404

from newsletter.delivery.models import Dispatch
from newsletter.links import absolute_url
from subscribers.models import MailingList


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


def is_first(mailing_list: MailingList) -> bool:
    """Tell whether a list has the short addresses."""
    return not MailingList.objects.filter(pk__lt=mailing_list.pk).exists()


def list_url(
    mailing_list: MailingList, name: str, *, has_short: bool | None = None
) -> str:
    """Return the address of a page of a list: ``archive``, ``feed`` or ``atom``.

    Args:
        has_short: what ``is_first`` says, where somebody asked already.
    """
    if is_first(mailing_list) if has_short is None else has_short:
        return absolute_url(name)
    return absolute_url(f"list_{name}", mailing_list.slug)


def left_issues(mailing_list: MailingList) -> "QuerySet[Dispatch]":
    """Return the dispatches of a list that anyone may read, newest first."""
    return (
        Dispatch.objects.started()
        .filter(issue__mailing_list=mailing_list)
        .select_related("issue__mailing_list", "rendition")
        .defer("rendition__html", "rendition__text")
        .order_by("-issue__number")
    )
