"""Requests under the privacy law (AVG): which there are, and what is done about one."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, re_path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from subscribers.admin.form_pages import DAY
from subscribers.admin.looking import LookOnly, colleague
from subscribers.admin.request_acts import ACTS, act_view, data_view
from subscribers.forms import address_or_error
from subscribers.models import PrivacyRequest, Subscriber
from subscribers.privacy_requests import days_left, take_in


class TakeInForm(forms.ModelForm):
    """A request as it came in."""

    class Meta:
        widgets = {"received_on": DAY}

    def clean_address(self) -> str:
        """Take an address that could be mailed, or none."""
        typed = self.cleaned_data["address"]
        return address_or_error(typed) if typed else ""

    def clean(self) -> dict[str, Any] | None:
        """Ask for something to find them by."""
        told = super().clean()
        found_by = [self.cleaned_data.get(name) for name in ("address", "name")]
        if not any(found_by) and "address" not in self.errors:
            self.add_error("address", _("Give an address or a name, or both."))
        return told


class OpenFilter(admin.SimpleListFilter):
    """Those that wait for us, or those that are done."""

    title = gettext_lazy("where it stands")
    parameter_name = "stand"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer both."""
        return [("open", _("open")), ("dicht", _("closed"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Leave out the others."""
        if self.value() == "open":
            return queryset.open()
        return queryset.exclude(closed_at=None) if self.value() else queryset


@admin.register(PrivacyRequest)
class PrivacyRequestAdmin(LookOnly, admin.ModelAdmin):
    """Taken in here; everything after that is an act of its own, on record."""

    form = TakeInForm
    change_form_template = "admin/subscribers/privacyrequest/change_form.html"
    list_display = ("__str__", "received_on", "clock")
    list_filter = (OpenFilter, "kind")
    search_fields = ("address", "name")
    actions = None
    # Those that wait for us first, the most pressing on top.
    ordering = (F("closed_at").desc(nulls_first=True), "answer_by")
    fieldsets = (
        (None, {"fields": ("kind", ("received_on", "way"))}),
        (gettext_lazy("Who asks"), {"fields": ("address", "name", "asked")}),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show what was done once there is anything to be done."""
        done = ("identity", "extension", "answered_at", "answer", "ending")
        more = ((gettext_lazy("What we did"), {"fields": done}),) if obj else ()
        return (*self.fieldsets, *more)

    def get_readonly_fields(
        self, request: HttpRequest, obj: Any = None
    ) -> tuple[str, ...]:
        """What was done is told, not typed."""
        return ("identity", "extension", "ending") if obj else ()

    @admin.display(description=gettext_lazy("identity"))
    def identity(self, request: PrivacyRequest) -> str:
        """Say who checked who it is, and how."""
        at, by = request.identity_checked_at, request.identity_by
        return _told(request.identity_how, by, at) if at else _("not checked yet")

    @admin.display(description=gettext_lazy("extended"))
    def extension(self, request: PrivacyRequest) -> str:
        """Say why it takes longer."""
        return request.extension_reason or "–"

    @admin.display(description=gettext_lazy("closed"))
    def ending(self, request: PrivacyRequest) -> str:
        """Say how it ended, and who ended it."""
        if request.closed_at is None:
            return "–"
        words = request.get_outcome_display()
        if request.outcome_note:
            words = f"{words}: {request.outcome_note}"
        return _told(words, request.closed_by, request.closed_at)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who helps readers takes requests in."""
        return request.user.has_perm("subscribers.add_privacyrequest")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin with today, and with the reader from whose page one comes."""
        begun: dict[str, Any] = {"received_on": timezone.localdate()}
        number = request.GET.get("abonnee", "")
        if number.isascii() and number.isdecimal() and len(number) < 18:
            readers = Subscriber.objects.filter(pk=number, erased_at=None)
            begun |= readers.values("address").first() or {}
        return begun

    @admin.display(description=gettext_lazy("time left"), ordering="answer_by")
    def clock(self, request: PrivacyRequest) -> str:
        """Say how many days there are left, or how it ended."""
        return clock_in_words(request)

    def save_model(
        self, request: HttpRequest, obj: PrivacyRequest, form: Any, change: bool
    ) -> None:
        """Start its clock."""
        take_in(obj, by=colleague(request), now=timezone.now())

    def response_add(
        self, request: HttpRequest, obj: PrivacyRequest, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Go on to what can be done about it."""
        super().response_add(request, obj, *args, **kwargs)
        return redirect("admin:subscribers_privacyrequest_change", obj.pk)

    def get_urls(self) -> list[URLPattern]:
        """Add the acts, and the data to be sent along."""
        view = self.admin_site.admin_view
        own = [
            re_path(
                rf"^(?P<request_id>\d+)/(?P<act>{'|'.join(ACTS)})/$",
                view(act_view),
                name="subscribers_privacyrequest_act",
            ),
            path(
                "<int:request_id>/gegevens.<str:kind>",
                view(data_view),
                name="subscribers_privacyrequest_data",
            ),
        ]
        return [*own, *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Say where it stands and offer what can be done."""
        asked: PrivacyRequest | None = context["original"]
        if asked is not None:
            may = request.user.has_perm("subscribers.change_privacyrequest")
            context = {
                **context,
                "clock": clock_in_words(asked),
                "is_pressing": asked.closed_at is None
                and days_left(asked, timezone.now()) <= PRESSING,
                "acts": [
                    {"act": name, "words": act.words}
                    for name, act in ACTS.items()
                    if may and act.is_open_for(asked)
                ],
            }
        return super().render_change_form(request, context, *args, **kwargs)


def _told(words: str, by: str, at: datetime) -> str:
    return f"{words} ({by}, {date_format(timezone.localtime(at), 'j F Y')})"


# As many days before the last one the front page begins to call.
PRESSING = 7


def clock_in_words(request: PrivacyRequest) -> str:
    """Return how long there is to answer, or how it ended."""
    if request.closed_at:
        return str(request.get_outcome_display())
    left = days_left(request, timezone.now())
    if left < 0:
        words = ngettext("%(days)d day too late", "%(days)d days too late", -left)
        return words % {"days": -left}
    return ngettext("%(days)d day left", "%(days)d days left", left) % {"days": left}
