"""Rounds of staying: who was asked, who stayed, and who is let go of."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from subscribers import staying
from subscribers.admin.looking import LookOnly, colleague
from subscribers.models import MailingList, StayRound


class BeginForm(forms.ModelForm):
    """Whom to ask, and how long they have to answer."""

    class Meta:
        model = StayRound
        fields = ("mailing_list", "quiet_months", "answer_weeks")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Begin with the first list."""
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.initial.setdefault("mailing_list", MailingList.objects.first())


@admin.register(StayRound)
class StayRoundAdmin(LookOnly, admin.ModelAdmin):
    """Begun and ended by a publisher; everything between happens by itself."""

    change_list_template = "admin/subscribers/stayround/change_list.html"
    change_form_template = "admin/subscribers/stayround/change_form.html"
    list_display = ("__str__", "quiet_months", "so_far")
    list_select_related = ("mailing_list",)
    fields = ("mailing_list", "quiet_months", "answer_weeks", "started_by", "so_far")
    readonly_fields = ("so_far",)
    actions = None

    @admin.display(description=gettext_lazy("so far"))
    def so_far(self, asking: StayRound) -> str:
        """Count who was asked, stays, was let go of, or still has to answer."""
        stand = staying.standing(asking)
        return _(
            "%(asked)s asked · %(stayed)s stay · %(waiting)s without an answer · "
            "%(let_go)s let go of"
        ) % {
            "asked": stand.asked,
            "stayed": stand.stayed,
            "waiting": stand.waiting,
            "let_go": stand.let_go,
        }

    def get_urls(self) -> list[URLPattern]:
        """Add beginning and letting go."""
        view = self.admin_site.admin_view
        own = [
            path("vragen/", view(begin_view), name="subscribers_stay_begin"),
            path(
                "<int:round_id>/laten-gaan/",
                view(let_go_view),
                name="subscribers_stay_let_go",
            ),
        ]
        return [*own, *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Say from when who did not answer may be let go of."""
        asking = context["original"]
        ready_at = staying.may_let_go_from(asking)
        context = {
            **context,
            "ready_at": ready_at,
            "is_ready": ready_at <= timezone.now(),
            "may": _may(request),
        }
        return super().render_change_form(request, context, *args, **kwargs)


def _may(request: HttpRequest) -> bool:
    return request.user.has_perm("subscribers.add_stayround")


@require_http_methods(["GET", "HEAD", "POST"])
def begin_view(request: HttpRequest) -> HttpResponse:
    """Count first who would be asked; only the second press asks them."""
    if not _may(request):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else request.GET or None
    form = BeginForm(data)
    count = None
    now = timezone.now()
    if form.is_valid():
        told = form.cleaned_data
        try:
            if request.method == "POST":
                asking = staying.begin(**told, by=colleague(request), now=now)
                messages.success(
                    request, _("The mails leave from now on, some a minute.")
                )
                return redirect("admin:subscribers_stayround_change", asking.pk)
            count = staying.quiet_readers(
                told["mailing_list"], told["quiet_months"], now=now
            ).count()
        except staying.CannotAsk as refusal:
            form.add_error(None, str(refusal))
    context = {
        **admin.site.each_context(request),
        "opts": StayRound._meta,
        "title": _("Ask quiet readers to stay"),
        "form": form,
        "count": count,
    }
    return TemplateResponse(
        request,
        "admin/subscribers/stayround/begin.html",
        context,
        status=400 if form.is_bound and not form.is_valid() else 200,
    )


@require_POST
def let_go_view(request: HttpRequest, round_id: int) -> HttpResponse:
    """End the subscriptions of who did not answer."""
    if not _may(request):
        raise PermissionDenied
    asking = get_object_or_404(StayRound, pk=round_id)
    try:
        staying.let_go(asking, by=colleague(request), now=timezone.now())
        messages.success(
            request, _("Who did not answer is unsubscribed, some a minute.")
        )
    except staying.CannotAsk as refusal:
        messages.warning(request, str(refusal))
    return redirect("admin:subscribers_stayround_change", asking.pk)
