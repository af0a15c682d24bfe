"""What mail providers told and could not be read, and what is about no issue's mail."""

from anymail.signals import EventType
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from newsletter.admin.looked_at import LookedAtAdmin
from newsletter.delivery.models import DeliveryEvent
from newsletter.events.calls import try_again
from newsletter.events.models import ProviderCall, ProviderEvent
from newsletter.events.showing import body_shown, headers_shown

_KINDS = {
    **dict(DeliveryEvent.choices),
    EventType.REJECTED: gettext_lazy("refused"),
    EventType.FAILED: gettext_lazy("refused"),
    EventType.UNSUBSCRIBED: gettext_lazy("unsubscribed"),
}


@admin.register(ProviderCall)
class ProviderCallAdmin(LookedAtAdmin):
    """Calls that are not read yet; when all is well there are none, or new ones."""

    list_display = ("provider", "received_at", "stand", "tries", "trouble")
    list_filter = ("provider",)
    fields = (
        *("provider", "received_at", "stand", "tries", "trouble"),
        *("headers_told", "body_told"),
    )
    readonly_fields = fields
    ordering = ("-tries", "-received_at")
    actions = ("once_more",)
    show_full_result_count = False

    @admin.display(description=gettext_lazy("state"), ordering="given_up_at")
    def stand(self, call: ProviderCall) -> str:
        """Say whether anything still happens with it."""
        if call.given_up_at:
            return _("given up")
        return _("is tried again") if call.tries else _("waits to be read")

    @admin.display(description=gettext_lazy("headers"))
    def headers_told(self, call: ProviderCall) -> SafeString:
        """Show them without secrets."""
        return _as_it_is(headers_shown(call))

    @admin.display(
        description=gettext_lazy("what it says, without secrets and readers")
    )
    def body_told(self, call: ProviderCall) -> SafeString:
        """Show it for whoever has to find out why it cannot be read."""
        return _as_it_is(body_shown(call))

    @admin.action(description=gettext_lazy("Try again"), permissions=["change"])
    def once_more(self, request: HttpRequest, calls: "QuerySet[ProviderCall]") -> None:
        """Have them read once more, after what was wrong is mended."""
        count = try_again(calls, now=timezone.now())
        words = ngettext(
            "%(count)d message is read once more.",
            "%(count)d messages are read once more.",
            count,
        ) % {"count": count}
        level = messages.SUCCESS if count else messages.WARNING
        self.message_user(request, words, level)


def _as_it_is(text: str) -> SafeString:
    return format_html('<pre tabindex="0">{}</pre>', text)


@admin.register(ProviderEvent)
class ProviderEventAdmin(LookedAtAdmin):
    """What was told of mail that is of no issue we know, single mails too."""

    list_display = ("provider", "what", "received_at", "said")
    list_display_links = None
    list_filter = ("provider",)
    ordering = ("-received_at",)
    actions = None
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> "QuerySet[ProviderEvent]":
        """Leave out what stands with an issue and its readers."""
        events: QuerySet[ProviderEvent] = super().get_queryset(request)
        return events.filter(delivery_id=None)

    @admin.display(description=gettext_lazy("kind"), ordering="kind")
    def what(self, event: ProviderEvent) -> str:
        """Say it in our words, where we have one."""
        return str(_KINDS.get(event.kind) or _("something else"))

    @admin.display(description=gettext_lazy("what the server said"))
    def said(self, event: ProviderEvent) -> str:
        """Repeat it as it came; it names nobody."""
        return event.description
