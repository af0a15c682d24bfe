"""Watching an issue leave: how far it is, who has it, who has not and why."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, re_path, reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from newsletter.admin.dispatch_pages import dispatch_page, find_dispatch, state_in_words
from newsletter.admin.publishing import publishing_urls
from newsletter.admin.trouble import trouble_urls
from newsletter.delivery import control
from newsletter.delivery.correcting import versions_of
from newsletter.delivery.models import (
    FIRST_WAVE,
    BatchState,
    Delivery,
    Dispatch,
    DispatchState,
    ProviderPace,
)
from newsletter.delivery.pacing import rate_of
from newsletter.delivery.progress import (
    OUTCOMES,
    outcomes,
    progress,
    reason_in_words,
)
from subscribers.addresses import masked

PEOPLE_A_PAGE = 100
MOVING = (DispatchState.SCHEDULED, DispatchState.SENDING)
# Each act: the permission it takes, and whether it is asked about first.
ACTS = {
    "pauzeren": ("newsletter.pause_dispatch", False),
    "hervatten": ("newsletter.control_dispatch", True),
    "stoppen": ("newsletter.control_dispatch", True),
}


@admin.register(Dispatch)
class DispatchAdmin(admin.ModelAdmin):
    """Every issue that left or is to leave. Nothing is changed in a form here."""

    list_display = ("issue_name", "due_at", "state_in_words", "audience_count")
    list_display_links = ("issue_name",)
    list_filter = ("state",)
    list_select_related = ("issue",)
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """An issue gets its moment on its own page."""
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: Dispatch | None = None
    ) -> bool:
        """The account of what happened is not edited."""
        return False

    def has_delete_permission(
        self, request: HttpRequest, obj: Dispatch | None = None
    ) -> bool:
        """Nor thrown away."""
        return False

    @admin.display(description=gettext_lazy("issue"), ordering="issue__number")
    def issue_name(self, dispatch: Dispatch) -> str:
        """Name the issue."""
        subject = dispatch.rendition.subject
        return f"{dispatch.issue}: {subject}"

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_in_words(self, dispatch: Dispatch) -> SafeString:
        """Say where it stands, with a colour that is not the only sign."""
        return format_html(
            '<span class="desk-state desk-state-{}">{}</span>',
            dispatch.state,
            state_in_words(dispatch),
        )

    def get_urls(self) -> list[URLPattern]:
        """Add the pages of publishing, the lists of people and the acts."""
        view = self.admin_site.admin_view
        return [
            *publishing_urls(),
            *trouble_urls(self.admin_site),
            path(
                "<int:dispatch_id>/lezers/<slug:outcome>/",
                view(people_view),
                name="newsletter_dispatch_people",
            ),
            re_path(
                rf"^(?P<dispatch_id>\d+)/(?P<act>{'|'.join(ACTS)})/$",
                view(act_view),
                name="newsletter_dispatch_act",
            ),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show how far it is; the page looks again by itself while it moves."""
        dispatch = find_dispatch(
            request, int(object_id) if object_id.isdecimal() else 0
        )
        account = progress(dispatch, now=timezone.now())
        may_control = request.user.has_perm("newsletter.control_dispatch")
        return dispatch_page(
            request,
            "progress",
            dispatch,
            first_wave=_first_wave(dispatch),
            provider_words=_provider_words(dispatch),
            versions=versions_of(dispatch)[1:],
            may_control=may_control,
            title=str(dispatch.issue),
            account=account,
            lists=_lists(dispatch, account),
            is_moving=dispatch.state in MOVING,
            may_pause=dispatch.state == DispatchState.SENDING
            and request.user.has_perm("newsletter.pause_dispatch"),
            may_resume=dispatch.state == DispatchState.PAUSED and may_control,
            may_stop=dispatch.state in control.STOPPABLE and may_control,
        )


def _first_wave(dispatch: Dispatch) -> dict[str, int] | None:
    """Return how many of the first few have it, while the others wait for them."""
    if dispatch.opened_at or dispatch.started_at is None:
        return None
    wave = dispatch.batches.filter(wave=FIRST_WAVE)
    done = wave.filter(state=BatchState.DONE)
    return {
        "size": wave.aggregate(readers=Sum("size"))["readers"] or 0,
        "accepted": done.aggregate(readers=Sum("size"))["readers"] or 0,
    }


def _provider_words(dispatch: Dispatch) -> str:
    """Say when the mail provider wants patience, or is left alone for a while."""
    now = timezone.now()
    pace = ProviderPace.objects.filter(pk=dispatch.provider).first()
    if dispatch.state != DispatchState.SENDING or pace is None:
        return ""
    if pace.closed_until and pace.closed_until > now:
        until = timezone.localtime(pace.closed_until).strftime("%H:%M:%S")
        if not pace.failures_in_a_row:
            return _("The mail provider asks for patience until %(until)s.") % {
                "until": until
            }
        return _(
            "The mail provider does not answer well; it is tried again at %(until)s."
        ) % {"until": until}
    rate = rate_of(pace, now=now)
    if rate is None:
        return ""
    return _("At most %(rate)s mails a second leave now.") % {
        "rate": number_format(rate, decimal_pos=0 if rate >= 10 else 1)
    }


# --- Who has it and who has not ---


def heading_of(outcome: str) -> str:
    """Return what the desk calls a list of readers."""
    return {
        "accepted": _("Accepted"),
        "waiting": _("Still to come"),
        "skipped": _("Skipped"),
        "rejected": _("Refused"),
        "unknown": _("Uncertain"),
        "cancelled": _("Not sent, because it was stopped"),
    }[outcome]


def explanation_of(outcome: str) -> str:
    """Return in one sentence what the list means."""
    return {
        "accepted": _("The mail provider took the mail for these readers."),
        "waiting": _("It is not their turn yet."),
        "skipped": _("They left, paused or were blocked before their turn came."),
        "rejected": _("The mail provider refused the mail for these readers."),
        "unknown": _(
            "The line broke in the middle. They may have it or not, and nobody gets "
            "it twice: nothing is sent again by itself."
        ),
        "cancelled": _("Their turn had not come when the issue was stopped."),
    }[outcome]


def _lists(dispatch: Dispatch, account: Any) -> list[dict[str, Any]]:
    return [
        {
            "outcome": outcome,
            "heading": heading_of(outcome),
            "explanation": explanation_of(outcome),
            "count": getattr(account, outcome),
            "address": reverse(
                "admin:newsletter_dispatch_people", args=[dispatch.pk, outcome]
            ),
        }
        for outcome in OUTCOMES
        if getattr(account, outcome)
    ]


def people_view(request: HttpRequest, dispatch_id: int, outcome: str) -> HttpResponse:
    """List the readers of one outcome, with the reason where there is one."""
    dispatch = find_dispatch(request, dispatch_id)
    if outcome not in OUTCOMES:
        return redirect("admin:newsletter_dispatch_change", dispatch.pk)
    may_see = request.user.has_perm("subscribers.view_subscriber")
    page: Page[Delivery] = Paginator(
        outcomes(dispatch, outcome), PEOPLE_A_PAGE
    ).get_page(request.GET.get("p"))
    return dispatch_page(
        request,
        "people",
        dispatch,
        title=heading_of(outcome),
        explanation=explanation_of(outcome),
        page=page,
        people=[_person(row, may_see=may_see) for row in page],
        may_see=may_see,
    )


def _person(row: Delivery, *, may_see: bool) -> dict[str, str]:
    subscriber = row.subscriber
    shown = subscriber.address if may_see else masked(subscriber.address)
    address = reverse("admin:subscribers_subscriber_change", args=[subscriber.pk])
    return {
        "name": shown or _("erased subscriber"),
        "address": address if may_see else "",
        "reason": reason_in_words(row.reason),
    }


# --- Holding, going on, stopping ---


@require_http_methods(["GET", "HEAD", "POST"])
def act_view(request: HttpRequest, dispatch_id: str, act: str) -> HttpResponse:
    """Ask about an act, then do it; pausing is never asked about."""
    dispatch = find_dispatch(request, int(dispatch_id))
    back = redirect("admin:newsletter_dispatch_change", dispatch.pk)
    permission, is_asked = ACTS[act]
    if not request.user.has_perm(permission):
        raise PermissionDenied
    if request.method != "POST":
        return _question(request, dispatch, act) if is_asked else back
    try:
        messages.success(request, _do(request, dispatch, act))
    except control.CannotControl as refusal:
        messages.error(request, str(refusal))
    return back


def _question(request: HttpRequest, dispatch: Dispatch, act: str) -> HttpResponse:
    account = progress(dispatch)
    values = {
        "issue": str(dispatch.issue).lower(),
        "waiting": number_format(account.waiting, force_grouping=True),
        "accepted": number_format(account.accepted, force_grouping=True),
    }
    if act == "stoppen":
        title, button = _("Stop for good"), _("Stop this issue for good")
        question = _(
            "Who has %(issue)s already keeps it (%(accepted)s). The others do not "
            "get it any more (%(waiting)s). This cannot be undone."
        )
    else:
        title, button = _("Go on sending"), _("Go on sending")
        question = _("%(issue)s goes on to who still waits for it (%(waiting)s).")
    words = question % values
    return dispatch_page(
        request,
        "question",
        dispatch,
        title=title,
        question=words[:1].upper() + words[1:],
        button=button,
        is_final=act == "stoppen",
    )


def _do(request: HttpRequest, dispatch: Dispatch, act: str) -> str:
    person: Any = request.user
    now = timezone.now()
    if act == "pauzeren":
        name = person.get_full_name() or person.get_username()
        reason = _("Paused by %(name)s.") % {"name": name}
        control.pause(dispatch, reason=reason, by=person, now=now)
        return _("Paused. What was leaving in this second still arrives.")
    if act == "hervatten":
        control.resume(dispatch, by=person, now=now)
        return _("It goes on.")
    spared = control.stop(dispatch, by=person, now=now)
    return _("Stopped. Not sent any more: %(count)s.") % {
        "count": number_format(spared, force_grouping=True)
    }
