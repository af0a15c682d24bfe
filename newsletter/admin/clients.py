"""Systems that may ask us things: their tokens, shown once."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.admin.choices import TicksAdmin
from newsletter.admin.shown_once import asked_first, link_to, shown_once
from newsletter.audit.recording import record_act
from newsletter.clients.models import Client, Scope
from newsletter.clients.tokens import give_token

# The token of a request that made one; it goes no further than its answer.
_MADE = "newsletter.token"


@admin.register(Client)
class ClientAdmin(TicksAdmin):
    """The magazine's own site, its CRM."""

    ticks: ClassVar = {"scopes": Scope}
    list_display = ("name", "may", "is_on", "expires_at", "last_used_at")
    readonly_fields = ("token", "last_used_at")
    actions = None

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The token is there once it has been made."""
        typed = ("name", "scopes", "requests_per_minute", "expires_at")
        return (*typed, "is_on", "token", "last_used_at") if obj else typed

    @admin.display(description=gettext_lazy("what it may do"))
    def may(self, client: Client) -> str:
        """Say in one line what it may do."""
        return ", ".join(str(Scope(one).label) for one in client.scopes) or "–"

    @admin.display(description=gettext_lazy("token"))
    def token(self, client: Client) -> SafeString:
        """Show its beginning, and the way to another one."""
        words = link_to(client, "token", _("Make a new token"))
        return format_html("<code>{}…</code> {}", client.token_begins, words)

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        """Make the token along with it; only its hash is kept."""
        act = "connected system changed" if change else "token made"
        if not change:
            obj.created_by_id = request.user.pk
            request.META[_MADE] = give_token(obj)
        super().save_model(request, obj, form, change)
        record_act(act, obj, by=request.user, now=timezone.now(), may=obj.scopes)

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Show the token, this once."""
        return _shown(request, obj, request.META[_MADE])

    def get_urls(self) -> list[Any]:
        """Add the page for a new token."""
        return [*self._own_urls(), *super().get_urls()]

    def _own_urls(self) -> list[URLPattern]:
        lead = gettext_lazy("The token it has now ends at once.")
        words = gettext_lazy("Make a new token")
        return [asked_first(self, "token", lead=lead, words=words, do=_new_token)]


def _new_token(request: HttpRequest, client: Client) -> HttpResponse:
    token = give_token(client)
    client.save(update_fields=["token_hash", "token_begins"])
    now = timezone.now()
    record_act("token made", client, by=request.user, now=now, may=client.scopes)
    return _shown(request, client, token)


def _shown(request: HttpRequest, client: Client, token: str) -> HttpResponse:
    return shown_once(
        request,
        client,
        token,
        lead=_("This is the token of %(name)s.") % {"name": client.name},
        help_text=_("It is sent along with every request, as “Authorization: Bearer”."),
    )
