"""What we had wrong and have put right, for everyone to read."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import override
from django.views.decorators.http import require_safe

from newsletter.kept_pages import public_page
from newsletter.mistakes.models import Correction
from newsletter.views.archive import page_of
from newsletter.views.lists import find_list

ON_ONE_PAGE = 50


@require_safe
@public_page
def corrections(request: HttpRequest) -> HttpResponse:
    """List what was put right, the newest first, some on a page."""
    mailing_list = find_list(None)
    told = Correction.objects.public().select_related("article", "issue__mailing_list")
    found = page_of(told.defer("article__body"), request, ON_ONE_PAGE)
    with override(mailing_list.language):
        page = {"mailing_list": mailing_list, "corrections": found}
        return render(request, "newsletter/corrections.html", page)
