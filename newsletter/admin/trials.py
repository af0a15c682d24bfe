"""Test mails: asking for them, and who got which."""

from itertools import groupby
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from newsletter.admin.desk_pages import issue_for, user_of
from newsletter.delivery.trial import CannotSendTest, send_test, send_to_test_group
from newsletter.delivery.trial_group import GroupMember, TrialMail
from newsletter.issues.models import Issue

MAY_TEST = "newsletter.change_issue"
SHOWN = 40


def trials_of(issue: Issue) -> dict[str, Any]:
    """Return what the page of an issue shows of its test mails."""
    sent = TrialMail.objects.of(issue)[:SHOWN]
    return {
        "group": GroupMember.objects.filter(mailing_list=issue.mailing_list),
        "trials": [
            {"version": version, "asked_at": at, "mails": list(mails)}
            for (version, at), mails in groupby(
                sent, lambda one: (one.issue_version, one.asked_at)
            )
        ],
        "trial_press": uuid4(),
    }


@require_POST
def trial_view(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Mail the saved issue to whoever pressed, or to the test group."""
    issue = issue_for(request, issue_id, MAY_TEST)
    try:
        messages.success(request, _sent(request, issue))
    except CannotSendTest as refusal:
        messages.error(request, str(refusal))
    return redirect("admin:newsletter_issue_publish", issue.pk)


def _sent(request: HttpRequest, issue: Issue) -> str:
    user, now = user_of(request), timezone.now()
    if request.POST.get("to") != "group":
        send_test(issue, to=user.email, by=user, now=now)
        return _("The test mail is on its way to %(address)s.") % {
            "address": user.email
        }
    press = _press(request.POST.get("press", ""))
    count = send_to_test_group(issue, by=user, now=now, press=press)
    if not count:
        return _("The test group has it already.")
    words = ngettext(
        "%(count)d test mail is on its way to the test group.",
        "%(count)d test mails are on their way to the test group.",
        count,
    )
    return words % {"count": count}


def _press(words: str) -> UUID:
    try:
        return UUID(words)
    except ValueError:
        return uuid4()
