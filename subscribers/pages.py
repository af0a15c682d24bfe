"""What the readers' own pages have in common."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from csp.constants import NONE, SELF
from csp.decorators import csp
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods

from subscribers.links import preferences_url
from subscribers.models import MailingList, Subscription

page_methods = require_http_methods(["GET", "HEAD", "POST"])

View = Callable[..., HttpResponse]

NOTHING_FROM_ELSEWHERE = {
    "default-src": [NONE],
    "style-src": [SELF],
    "img-src": [SELF],
    "form-action": [SELF],
    "base-uri": [NONE],
    "frame-ancestors": [NONE],
}


def private_page(view: View) -> View:
    """Keep the token in the address out of caches, search engines and Referer.

    ``strict-origin`` tells other pages the site at most, never the token; with
    ``no-referrer`` browsers send ``Origin: null`` and Django refuses the form.
    """

    @wraps(view)
    def with_headers(request: HttpRequest, token: str) -> HttpResponse:
        response = view(request, token)
        response["Referrer-Policy"] = "strict-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Cache-Control"] = "no-store"
        return response

    return cast(View, csp(NOTHING_FROM_ELSEWHERE)(cast(Any, with_headers)))


def consent_wording(mailing_list: MailingList) -> str:
    """Return the sentence a person agrees to, as shown and as kept for proof."""
    return _(
        "Yes, mail me %(list)s. I can leave whenever I like, with one press in every "
        "mail."
    ) % {"list": mailing_list.name}


def own_page(subscription: Subscription) -> str:
    """Return where a reader's own page is, seen from our other pages."""
    # Without the host: the site may be open under another name than SITE_URL's.
    return preferences_url(subscription).removeprefix(settings.SITE_URL)


def unknown_link(request: HttpRequest) -> HttpResponse:
    """Answer a link that is nobody's: changed on its way, or cut off by a program."""
    mailing_list = MailingList.objects.order_by("pk").first()
    with override(mailing_list.language if mailing_list else "nl"):
        page = {"mailing_list": mailing_list}
        return render(request, "subscribers/unknown_link.html", page, status=404)
