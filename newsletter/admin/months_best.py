"""Saying that an issue is the best of its month."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from newsletter.admin.desk_pages import issue_for, user_of
from newsletter.admin.moments import MAY_SCHEDULE
from newsletter.delivery.months_best import CannotMark, mark


@require_POST
def months_best_view(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Mark an issue, or take the mark away."""
    issue = issue_for(request, issue_id, MAY_SCHEDULE)
    is_best = request.POST.get("is_best") == "1"
    try:
        mark(issue, is_best, by=user_of(request), now=timezone.now())
    except CannotMark as refusal:
        messages.error(request, str(refusal))
    else:
        words = (
            _("This is the best of the month: who reads once a month gets it too.")
            if is_best
            else _("This is an issue like the others.")
        )
        messages.success(request, words)
    return redirect("admin:newsletter_issue_publish", issue.pk)
