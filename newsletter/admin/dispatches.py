"""Watching an issue leave: how far it is, who has it, who has not and why."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, re_path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from newsletter.admin.dispatch_account import (
    TOLD_LATER,
    bar,
    count_in_words,
    explanation_of,
    facts,
    first_wave,
    heading_of,
    hold_up,
    lists_of,
    readers_told_of,
    speed_limit,
    told_later,
    who_has_it,
)
from newsletter.admin.dispatch_pages import dispatch_page, find_dispatch, state_in_words
from newsletter.admin.figures import figures_urls
from newsletter.admin.mornings import mornings_of
from newsletter.admin.publishing import publishing_urls
from newsletter.admin.subjects import tried_subjects
from newsletter.admin.trouble import trouble_urls
from newsletter.delivery import control
from newsletter.delivery.correcting import versions_of
from newsletter.delivery.models import Delivery, Dispatch, DispatchState
from newsletter.delivery.progress import (
    OUTCOMES,
    outcomes,
    progress,
    reason_in_words,
)
from newsletter.issues.aiming import aim_in_words
from newsletter.publishing.trouble import corrected_rendition
from subscribers.addresses import masked

PEOPLE_A_PAGE = 100
# A colleague may let a paused one go on; what was leaving still gets its answers.
MOVING = (DispatchState.SCHEDULED, DispatchState.SENDING, DispatchState.PAUSED)
# Each act: the permission it takes, and whether it is asked about first.
ACTS = {
    "pauzeren": ("newsletter.pause_dispatch", False),
    "hervatten": ("newsletter.control_dispatch", True),
    "stoppen": ("newsletter.control_dispatch", True),
}


@admin.register(Dispatch)
class DispatchAdmin(admin.ModelAdmin):
    """Every issue that left or is to leave. Nothing is changed in a form here."""

    list_display = ("issue_name", "moment", "state_in_words", "readers", "figures")
    list_display_links = ("issue_name",)
    list_filter = ("state",)
    list_select_related = ("issue__mailing_list", "rendition")
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

    @admin.display(description=gettext_lazy("when"), ordering="due_at")
    def moment(self, dispatch: Dispatch) -> str:
        """Say when it left or is to leave, on the clock of its list."""
        local = timezone.localtime(dispatch.due_at, dispatch.issue.mailing_list.zone)
        return date_format(local, "j F Y, H:i")

    @admin.display(description=gettext_lazy("readers"), ordering="audience_count")
    def readers(self, dispatch: Dispatch) -> str:
        """Say to how many it goes; before it begins nobody knows."""
        return count_in_words(dispatch.audience_count) if dispatch.started_at else "–"

    @admin.display(description=gettext_lazy("figures"))
    def figures(self, dispatch: Dispatch) -> str | SafeString:
        """Lead to its numbers, once it began."""
        if dispatch.started_at is None:
            return ""
        address = reverse("admin:newsletter_dispatch_figures", args=[dispatch.pk])
        words = _("figures of issue %(number)d") % {"number": dispatch.issue.number}
        return format_html(
            '<a href="{}" aria-label="{}">{}</a>', address, words, _("Figures")
        )

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
            *figures_urls(self.admin_site),
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
        now = timezone.now()
        account = progress(dispatch, now=now)
        may_control = request.user.has_perm("newsletter.control_dispatch")
        is_paused = dispatch.state == DispatchState.PAUSED
        return dispatch_page(
            request,
            "progress",
            dispatch,
            title=str(dispatch.issue),
            account=account,
            aim=aim_in_words(dispatch.rendition.aim),
            who_has_it=who_has_it(account),
            bar=bar(account),
            facts=list(facts(dispatch, account, now=now)),
            hold_up=hold_up(dispatch, now=now),
            speed_limit=speed_limit(dispatch, now=now),
            first_wave=first_wave(dispatch),
            lists=lists_of(dispatch, account),
            told_later=told_later(dispatch),
            mornings=mornings_of(dispatch, now=now),
            tried=(tried := tried_subjects(dispatch)),
            versions=[] if tried else versions_of(dispatch)[1:],
            corrected=corrected_rendition(dispatch) if is_paused else None,
            looked_at=now,
            is_late=dispatch.state == DispatchState.SCHEDULED
            and dispatch.start_before <= now,
            is_moving=dispatch.state in MOVING,
            is_paused=is_paused,
            may_control=may_control,
            may_pause=dispatch.state == DispatchState.SENDING
            and request.user.has_perm("newsletter.pause_dispatch"),
            may_resume=is_paused and may_control,
            may_stop=dispatch.state in control.STOPPABLE and may_control,
        )


# --- Who has it and who has not ---


def people_view(request: HttpRequest, dispatch_id: int, outcome: str) -> HttpResponse:
    """List the readers of one outcome, with the reason where there is one."""
    dispatch = find_dispatch(request, dispatch_id)
    if outcome not in (*OUTCOMES, *TOLD_LATER):
        return redirect("admin:newsletter_dispatch_change", dispatch.pk)
    may_see = request.user.has_perm("subscribers.view_subscriber")
    sought = request.GET.get("q", "").strip() if may_see else ""
    page: Page[Delivery] = Paginator(
        _readers_of(dispatch, outcome, sought), PEOPLE_A_PAGE
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
        sought=sought,
    )


def _readers_of(dispatch: Dispatch, outcome: str, sought: str) -> "QuerySet[Delivery]":
    find = outcomes if outcome in OUTCOMES else readers_told_of
    readers = find(dispatch, outcome)
    if sought:
        return readers.filter(subscriber__address__icontains=sought)
    return readers


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
    is_in_trouble = request.POST.get("back") == "er_is_iets_mis"
    page = "er_is_iets_mis" if is_in_trouble else "change"
    back = redirect(f"admin:newsletter_dispatch_{page}", dispatch.pk)
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
    is_final = act == "stoppen"
    return dispatch_page(
        request,
        "question",
        dispatch,
        title=_("Stop for good") if is_final else _("Go on sending"),
        question=_WHAT_IT_DOES[act] % {"issue": dispatch.issue},
        numbers=[
            (_("Have it and keep it"), account.accepted),
            (_("Do not get it any more") if is_final else _("Get it"), account.waiting),
        ],
        button=_("Stop this issue for good") if is_final else _("Go on sending"),
        warning=_text_of_before(dispatch) if not is_final else "",
        is_final=is_final,
    )


_WHAT_IT_DOES = {
    "hervatten": gettext_lazy("%(issue)s goes on to everyone who waits for it."),
    "stoppen": gettext_lazy("%(issue)s stops for good. This cannot be undone."),
}


def _text_of_before(dispatch: Dispatch) -> str:
    """Warn who would let the rest go on with a text that was corrected meanwhile."""
    if corrected_rendition(dispatch) is None:
        return ""
    return _(
        "A corrected text is ready. If you go on here, the rest gets the text of "
        "before. Choose “Something is wrong” to go on with the corrected one."
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
        "count": count_in_words(spared)
    }
