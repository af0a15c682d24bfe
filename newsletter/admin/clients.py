"""Systems that may ask us things: their tokens, shown once."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.admin.choices import WordsField
from newsletter.audit.recording import record_act
from newsletter.clients.models import Client, Scope
from newsletter.clients.tokens import give_token

NEW_TOKEN = "_new_token"  # noqa: S105 (the name of a button)


class ClientForm(forms.ModelForm):
    """Who it is and what it may do."""

    scopes = WordsField(Scope.choices, label=gettext_lazy("what it may do"))


@admin.register(Client)
class ClientAdmin(admin.ModelAdmin):
    """The magazine's own site, its CRM."""

    form = ClientForm
    list_display = ("name", "may", "is_on", "expires_at", "last_used_at")
    actions = None

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The token is there once it has been made."""
        typed = ("name", "scopes", "requests_per_minute", "expires_at")
        if obj is None:
            return typed
        return (*typed, "is_on", "token", "created_by", "last_used_at")

    def get_readonly_fields(
        self, request: HttpRequest, obj: Any = None
    ) -> tuple[str, ...]:
        """What the machine knows."""
        return ("token", "created_by", "last_used_at")

    @admin.display(description=gettext_lazy("what it may do"))
    def may(self, client: Client) -> str:
        """Say in one line what it may do."""
        return ", ".join(str(Scope(one).label) for one in client.scopes) or "–"

    @admin.display(description=gettext_lazy("token"))
    def token(self, client: Client) -> SafeString:
        """Show its beginning, and a press for another one."""
        return format_html(
            '<code>{}…</code> <button name="{}" value="1" class="button">{}</button>',
            client.token_begins,
            NEW_TOKEN,
            _("Make a new token"),
        )

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        """Make the token along with it; only its hash is kept."""
        if not change:
            obj.created_by_id = request.user.pk
        if not change or NEW_TOKEN in request.POST:
            form.token = give_token(obj)
        super().save_model(request, obj, form, change)
        act = "token made" if hasattr(form, "token") else "connected system changed"
        record_act(act, obj, by=request.user, now=timezone.now(), may=obj.scopes)
        request.META[NEW_TOKEN] = getattr(form, "token", "")

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Show the token, this once."""
        return _shown(request, obj)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Show a new token, this once."""
        if request.META.get(NEW_TOKEN):
            return _shown(request, obj)
        return super().response_change(request, obj)


def _shown(request: HttpRequest, client: Client) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "opts": Client._meta,
        "title": client.name,
        "secret": request.META[NEW_TOKEN],
        "lead": _("This is the token of %(name)s.") % {"name": client.name},
        "help": _("It is sent along with every request, as “Authorization: Bearer”."),
    }
    return secret_page(request, context)


def secret_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Show something that is shown once; no page of the desk is kept anywhere."""
    return TemplateResponse(request, "admin/newsletter/secret.html", context)
