"""The page on which a publisher names who stands in, and sees who does."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import AdminSite
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from newsletter.admin.desk_pages import MAY_LOOK, user_of
from newsletter.publishing.deputies import (
    CannotDeputise,
    day_of,
    end_deputyship,
    may_name_a_deputy,
    name_deputy,
    possible_deputies,
)
from newsletter.publishing.models import Deputyship
from newsletter.publishing.second_eyes import name_of


class _Colleagues(forms.ModelChoiceField):
    """A colleague, called as one calls them."""

    def label_from_instance(self, obj: Any) -> str:
        return name_of(obj)


class DeputyForm(forms.Form):
    """Who stands in, from which day to which."""

    deputy = _Colleagues(
        User.objects.none(),
        label=gettext_lazy("who stands in"),
        empty_label=gettext_lazy("choose a colleague"),
    )
    first_day = forms.DateField(
        label=gettext_lazy("from"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    last_day = forms.DateField(
        label=gettext_lazy("up to and including"),
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
    )

    def __init__(self, data: Any, *, publisher: User, now: datetime) -> None:
        """Offer the colleagues who know the desk, and today."""
        super().__init__(data, initial={"first_day": day_of(now)})
        self.fields["deputy"].queryset = possible_deputies(publisher)  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
def deputies_view(request: HttpRequest) -> HttpResponse:
    """Show who stands in for whom, and let a publisher name somebody."""
    user = user_of(request)
    if not user.has_perm(MAY_LOOK):
        raise PermissionDenied
    may_name = may_name_a_deputy(user)
    now = timezone.now()
    if request.method == "POST" and not may_name:
        raise PermissionDenied
    form = DeputyForm(request.POST or None, publisher=user, now=now)
    if form.is_valid() and _named(request, form, user, now):
        return redirect("admin:deputies")
    ahead = Deputyship.objects.ahead(day_of(now)).select_related("publisher", "deputy")
    return TemplateResponse(
        request,
        "admin/deputies.html",
        {
            **admin.site.each_context(request),
            "title": _("Standing in for each other"),
            "form": form,
            "may_name": may_name,
            "deputyships": ahead,
            "today": day_of(now),
        },
        status=400 if request.method == "POST" else 200,
    )


def deputyships_of_today(now: datetime) -> "QuerySet[Deputyship]":
    """Return who stands in for whom today."""
    standing = Deputyship.objects.standing(day_of(now))
    return standing.select_related("publisher", "deputy")


def _named(request: HttpRequest, form: DeputyForm, user: User, now: datetime) -> bool:
    try:
        deputyship = name_deputy(user, now=now, **form.cleaned_data)
    except CannotDeputise as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(
        request,
        _("%(name)s may approve and schedule in your place on those days.")
        % {"name": name_of(deputyship.deputy)},
    )
    return True


@require_POST
def end_deputyship_view(request: HttpRequest, deputyship_id: int) -> HttpResponse:
    """End it before its last day."""
    deputyship = get_object_or_404(Deputyship, pk=deputyship_id)
    try:
        end_deputyship(deputyship, by=user_of(request), now=timezone.now())
    except CannotDeputise as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    messages.success(
        request, _("%(name)s does not stand in any more.") % {"name": deputyship.deputy}
    )
    return redirect("admin:deputies")


def deputy_urls(site: AdminSite) -> list[URLPattern]:
    """Return the addresses of this page and its presses."""
    return [
        path("vervanging/", site.admin_view(deputies_view), name="deputies"),
        path(
            "vervanging/<int:deputyship_id>/beeindigen/",
            site.admin_view(end_deputyship_view),
            name="end_deputyship",
        ),
    ]
