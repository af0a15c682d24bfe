"""Which newsletter a page tells of, where there are several."""

from django.http import HttpRequest

from subscribers.models import MailingList


def lists_and_chosen(
    request: HttpRequest,
) -> tuple[list[MailingList], MailingList | None]:
    """Return all lists, and the one asked for in the address, else the first."""
    lists = list(MailingList.objects.order_by("pk"))
    asked = request.GET.get("lijst")
    first = lists[0] if lists else None
    return lists, next((one for one in lists if one.slug == asked), first)
