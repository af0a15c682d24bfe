"""The yes to an issue, as a publisher or who stands in for one presses it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from newsletter.admin.desk_pages import issue_for, user_of
from newsletter.publishing.approval import CannotApprove, approve

MAY_APPROVE = "newsletter.add_approval"


@require_POST
def approve_view(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Say yes to what the person had before them."""
    issue = issue_for(request, issue_id, MAY_APPROVE)
    seen = request.POST.get("version", "")
    try:
        approve(
            issue,
            by=user_of(request),
            now=timezone.now(),
            seen_version=int(seen) if seen.isdecimal() else None,
            in_emergency="emergency" in request.POST,
        )
    except CannotApprove as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("You approved this issue as it is now."))
    return redirect("admin:newsletter_issue_publish", issue.pk)
