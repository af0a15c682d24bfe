"""The page behind the button of the question to stay."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import override

from subscribers import staying
from subscribers.consent import UnknownLink
from subscribers.pages import own_page, page_methods, private_page, unknown_link


@page_methods
@private_page
def stay(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for the press by which somebody stays; opening the link changes nothing."""
    try:
        question = staying.question_behind(token)
    except UnknownLink:
        return unknown_link(request)
    place = question.subscription
    with override(place.mailing_list.language):
        page = {
            "mailing_list": place.mailing_list,
            "preferences_url": own_page(place),
            "stayed": question.stayed_at is not None,
        }
        if request.method == "POST":
            page["stayed"] = staying.stay(question, now=timezone.now())
            page["left"] = not page["stayed"]
        return render(request, "subscribers/stay.html", page)
