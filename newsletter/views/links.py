"""Our own addresses for editorial links, so that a target can be mended."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from newsletter.rendering.models import Link, LinkDay


@require_safe
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Lead to the stored target; count the press of the day, never the person."""
    found = get_object_or_404(Link, token=token)
    if request.method == "GET":
        LinkDay.count_press(found, timezone.localdate())
    response = HttpResponseRedirect(found.target)
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response
