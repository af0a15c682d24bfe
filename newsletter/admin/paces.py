"""How fast each mail provider may be spoken to: set by Beheer, watched by all."""

from typing import ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.delivery.outcomes import error_in_words
from newsletter.delivery.pacing import TRYING, rate_of
from newsletter.delivery.providers import current_provider
from newsletter.delivery.vital_signs import ProviderPace


@admin.register(ProviderPace)
class ProviderPaceAdmin(admin.ModelAdmin):
    """One row a provider; the machine keeps the rest of it."""

    list_display = ("provider", "allowed_rate", "rate_now", "closed_until")
    fields = ("provider", "allowed_rate", "rate_now", "closed_until", "why_closed")
    readonly_fields = ("provider", "rate_now", "closed_until", "why_closed")
    actions = None

    class Media:
        """What makes the list fit a phone."""

        css: ClassVar = {"all": ("newsletter/sending.css",)}

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Providers are known by the settings, not made here."""
        return False

    def has_delete_permission(
        self, request: HttpRequest, obj: ProviderPace | None = None
    ) -> bool:
        """What was learned of a provider is kept."""
        return False

    def get_queryset(self, request: HttpRequest) -> "QuerySet[ProviderPace]":
        """Show the provider of today also before its first mail."""
        ProviderPace.objects.get_or_create(pk=current_provider().name)
        return super().get_queryset(request)

    @admin.display(description=gettext_lazy("now, in mails a second"))
    def rate_now(self, pace: ProviderPace) -> str:
        """Say how fast it goes at this moment."""
        rate = rate_of(pace, now=timezone.now())
        if rate is None:
            return _("as fast as it goes")
        return number_format(rate, decimal_pos=1)

    @admin.display(description=gettext_lazy("why"))
    def why_closed(self, pace: ProviderPace) -> str:
        """Say why it rests, without names of the machine room."""
        if pace.closed_reason == TRYING:
            return _("one group tries whether it answers again")
        return error_in_words(pace.closed_reason) if pace.closed_reason else ""
