"""Our own addresses for editorial links, so that a target can be mended."""

import logging
from datetime import datetime

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from newsletter.rendering.models import Canary, Link, LinkDay
from newsletter.reports.machines import Verdict, Visitors, says_it_is_a_machine
from subscribers.evidence import evidence_of

logger = logging.getLogger(__name__)

_visitors = Visitors()


@require_safe
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Lead to the stored target; count the press of the day, never the person."""
    found = Link.objects.filter(token=token).first()
    if found is None:
        return _leading_to(_canary(request, token, now=timezone.now()))
    _count(request, found, now=timezone.now())
    return _leading_to(found.target)


def _count(request: HttpRequest, link: Link, *, now: datetime) -> None:
    today = timezone.localdate(now)
    verdict = _visitors.press(
        _who(request),
        link.rendition_id,
        (link.pk, today),
        now=now,
        # Whoever asks only for the head of an answer wants to go nowhere.
        is_open=request.method == "HEAD" or says_it_is_a_machine(request.headers),
    )
    try:
        LinkDay.count_press(link, today, by_machine=verdict.is_machine)
        _count_anew(verdict)
    except DatabaseError as trouble:
        # Better a press too few than a reader who does not get where they want to be.
        logger.warning("A press was not counted: %s", type(trouble).__name__)


def _canary(request: HttpRequest, token: str, *, now: datetime) -> str:
    """Take whoever asks for the link that nobody can see for a machine."""
    canary = get_object_or_404(Canary, token=token)
    _count_anew(_visitors.canary(_who(request), canary.rendition_id, now=now))
    return reverse("home")


def _count_anew(verdict: Verdict) -> None:
    for link_id, day in verdict.anew:
        LinkDay.count_anew(link_id, day)


def _who(request: HttpRequest) -> str:
    told = evidence_of(request)
    return f"{told.ip_address} {told.user_agent}"


def _leading_to(target: str) -> HttpResponse:
    response = HttpResponseRedirect(target)
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response
