"""The moment of an issue: said in one sentence, given, taken back."""

from collections.abc import Callable
from datetime import datetime

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from newsletter.admin.desk_pages import issue_for, issue_page, titled, user_of
from newsletter.issues.models import Issue
from newsletter.publishing.calendar import local_time, planned_time
from newsletter.publishing.saying import in_words, sentence
from newsletter.publishing.scheduling import (
    CannotSchedule,
    CountNeeded,
    TimeHasPassed,
    cancel_moment,
    count_to_type,
    is_past,
    schedule,
    send_now,
    why_not,
)

MAY_SCHEDULE = "newsletter.add_dispatch"


class MomentForm(forms.Form):
    """The time on the clock of the list at which an issue leaves."""

    day = forms.DateField(
        label=gettext_lazy("day"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    time = forms.TimeField(
        label=gettext_lazy("time"), widget=forms.TimeInput({"type": "time"}, "%H:%M")
    )

    @property
    def due_local(self) -> datetime:
        """Day and time together."""
        return datetime.combine(self.cleaned_data["day"], self.cleaned_data["time"])


@require_http_methods(["GET", "HEAD", "POST"])
def schedule_view(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Say in one sentence what will happen; do so after a press."""
    issue = issue_for(request, issue_id, MAY_SCHEDULE)
    now = timezone.now()
    form = _moment_form(request, issue)
    due_local = form.due_local if form.is_valid() else None
    asked = ""
    if request.method == "POST" and due_local:
        try:
            return _scheduled(request, issue, due_local, now)
        except CountNeeded as needed:
            asked = str(needed)
    return issue_page(
        request,
        "schedule",
        issue,
        status=400 if request.method == "POST" else 200,
        title=titled(_("Schedule %(issue)s"), issue),
        form=form,
        due_local=due_local,
        sentence=sentence(issue, now=now, due_local=due_local) if due_local else "",
        moment=in_words(due_local, issue.mailing_list, now=now) if due_local else "",
        refusal=why_not(issue, now=now, due_local=due_local),
        is_past=bool(due_local and is_past(issue, due_local, now=now)),
        **_count(request, issue, due_local, asked),
    )


def _moment_form(request: HttpRequest, issue: Issue) -> MomentForm:
    if request.method == "POST":
        return MomentForm(request.POST)
    planned = planned_time(issue)
    if "day" not in request.GET and planned:
        return MomentForm({"day": planned.date(), "time": planned.time()})
    return MomentForm(request.GET if "day" in request.GET else None)


def _count(
    request: HttpRequest, issue: Issue, due_local: datetime | None, asked: str
) -> dict[str, str]:
    """Return what is to be typed before it may leave, and what was typed."""
    return {
        "count_to_type": count_to_type(issue, due_local) if due_local else "",
        "count_asked": asked,
        "typed": request.POST.get("readers", ""),
    }


def typed_readers(request: HttpRequest) -> int | None:
    """Return the number as somebody typed it: 12.345, 12 345 or 12345."""
    typed = "".join(request.POST.get("readers", "").split()).replace(".", "")
    is_number = typed.isascii() and typed.isdecimal() and len(typed) < 12
    return int(typed) if is_number else None


def _scheduled(
    request: HttpRequest, issue: Issue, due_local: datetime, now: datetime
) -> HttpResponse:
    def act() -> str:
        schedule(
            issue,
            by=user_of(request),
            now=now,
            due_local=due_local,
            typed_readers=typed_readers(request),
        )
        return _("Scheduled: %(sentence)s.") % {
            "sentence": sentence(issue, now=now, due_local=due_local)
        }

    return _act(request, issue, act)


@require_http_methods(["GET", "HEAD", "POST"])
def send_now_view(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Let an issue leave in five minutes, after a press."""
    issue = issue_for(request, issue_id, MAY_SCHEDULE)
    now = timezone.now()
    asked = ""
    if request.method == "POST":
        try:
            return _sent_now(request, issue, now)
        except CountNeeded as needed:
            asked = str(needed)
    local = local_time(now, issue.mailing_list.zone)
    return issue_page(
        request,
        "send_now",
        issue,
        status=400 if request.method == "POST" else 200,
        title=titled(_("Send %(issue)s now"), issue),
        sentence=sentence(issue, now=now, due_local=local),
        refusal=why_not(issue, now=now),
        **_count(request, issue, local, asked),
    )


def _sent_now(request: HttpRequest, issue: Issue, now: datetime) -> HttpResponse:
    def act() -> str:
        typed = typed_readers(request)
        send_now(issue, by=user_of(request), now=now, typed_readers=typed)
        return _("It leaves in five minutes. Until then you can take it back.")

    return _act(request, issue, act)


@require_POST
def cancel_view(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Take the moment back."""
    issue = issue_for(request, issue_id, MAY_SCHEDULE)

    def act() -> str:
        cancel_moment(issue, by=user_of(request), now=timezone.now())
        return _("Cancelled: this issue does not leave. The approval stays.")

    return _act(request, issue, act)


def _act(request: HttpRequest, issue: Issue, act: Callable[[], str]) -> HttpResponse:
    """Do it, and tell what came of it on the page of the issue.

    Raises:
        CountNeeded: the page asks for the number of readers.
    """
    try:
        messages.success(request, act())
    except CountNeeded:
        raise
    except TimeHasPassed as past:
        messages.error(request, str(past))
        return redirect("admin:newsletter_issue_send_now", issue.pk)
    except CannotSchedule as refusal:
        messages.error(request, str(refusal))
    return redirect("admin:newsletter_issue_publish", issue.pk)
