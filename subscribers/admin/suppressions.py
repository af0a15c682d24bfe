"""Addresses that are never mailed: added and lifted, on record."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy

from subscribers.addresses import InvalidAddress, address_hash, clean_address
from subscribers.admin.looking import colleague
from subscribers.models import Suppression, SuppressionReason
from subscribers.suppression import lift, suppress


class SuppressionForm(forms.ModelForm):
    """An address to be blocked, whether we know it or not."""

    address = forms.CharField(
        label=gettext_lazy("address"),
        max_length=320,
        widget=forms.TextInput({"class": "vTextField"}),
        help_text=gettext_lazy("Only a code made of it is kept, not the address."),
    )

    def clean_address(self) -> str:
        """Take any address that could be mailed."""
        try:
            return clean_address(self.cleaned_data["address"])
        except InvalidAddress as trouble:
            raise ValidationError(str(trouble)) from trouble


@admin.register(Suppression)
class SuppressionAdmin(admin.ModelAdmin):
    """Addresses we never mail. They are kept as a code, so search the whole address."""

    list_display = ("__str__", "reason", "at", "note")
    list_filter = ("reason", "at")
    search_fields = ("note",)
    search_help_text = gettext_lazy("A whole address, or words of the note")
    actions = None

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Ask for an address when one is added."""
        if obj is None:
            kwargs["form"] = SuppressionForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Show the reason and moment of what is there."""
        return ("address", "note") if obj is None else ("reason", "at", "note")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A block is added or lifted, not rewritten."""
        return False

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        """Find a whole address by its code."""
        if "@" in search_term:
            return queryset.filter(address_hash=address_hash(search_term)), False
        return super().get_search_results(request, queryset, search_term)

    def save_model(
        self, request: HttpRequest, obj: Suppression, form: Any, change: bool
    ) -> None:
        """Block it as staff do, on record."""
        address = form.cleaned_data["address"]
        now = timezone.now()
        suppress(address, SuppressionReason.STAFF, now, obj.note, by=colleague(request))
        row = Suppression.objects.get(
            address_hash=address_hash(address), reason=SuppressionReason.STAFF
        )
        obj.pk, obj.address_hash, obj.reason, obj.at = (
            row.pk,
            row.address_hash,
            row.reason,
            row.at,
        )

    def delete_model(self, request: HttpRequest, obj: Suppression) -> None:
        """Lift it, on record."""
        lift(
            obj.address_hash,
            SuppressionReason(obj.reason),
            timezone.now(),
            by=colleague(request),
        )
