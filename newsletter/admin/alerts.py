"""What asked for a person, from when on and until when: looked at, never changed."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.reports.alert_models import Alert
from subscribers.admin.looking import LookOnly


class IsOver(admin.SimpleListFilter):
    """Whether it still asks for somebody."""

    title = gettext_lazy("state")
    parameter_name = "stand"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer both."""
        return [("open", _("asks for somebody")), ("over", _("in order again"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Leave out the others."""
        if self.value() in ("open", "over"):
            return queryset.filter(ended_at__isnull=self.value() == "open")
        return queryset


@admin.register(Alert)
class AlertAdmin(LookOnly, admin.ModelAdmin):
    """Every alert, the newest first."""

    list_display = ("words", "kind", "began_at", "ended_at")
    # All of it stands in the list.
    list_display_links = None
    list_filter = (IsOver, "kind")
    fields = ("words", "kind", "began_at", "ended_at")
    readonly_fields = fields
    ordering = ("-began_at", "-pk")
    actions = None
