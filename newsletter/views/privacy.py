"""What we know about readers and what we do with it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import override
from django.views.decorators.http import require_safe

from newsletter.kept_pages import public_page
from newsletter.links import absolute_url
from subscribers.models import MailingList


@require_safe
@public_page
def privacy(request: HttpRequest) -> HttpResponse:
    """Show the privacy page in the first list's language."""
    mailing_list = MailingList.objects.order_by("pk").first()
    with override(mailing_list.language if mailing_list else "nl"):
        page = {
            "mailing_list": mailing_list,
            "address": absolute_url("privacy"),
            "keep": settings.KEEP_DAYS,
        }
        return render(request, "newsletter/privacy.html", page)
