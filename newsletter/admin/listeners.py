"""Systems that hear what happens here, and what they were told."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from newsletter.admin.choices import WordsField
from newsletter.admin.clients import secret_page
from newsletter.audit.recording import record_act
from newsletter.hooks.announcing import announce_to
from newsletter.hooks.models import Happening, Listener, Notice
from newsletter.hooks.sending import send_again
from newsletter.hooks.signing import change_key, key_of

NEW_KEY, PING = "_new_key", "_ping"


class ListenerForm(forms.ModelForm):
    """Where it listens and to what."""

    happenings = WordsField(Happening.choices, label=gettext_lazy("what it hears of"))

    def clean_address(self) -> str:
        """Take an address that nobody on the way can listen to."""
        address = str(self.cleaned_data["address"])
        parts = urlsplit(address)
        if parts.scheme != "https" and parts.netloc not in settings.FETCH_PRIVATE_HOSTS:
            raise forms.ValidationError(
                _("Only an address with https keeps what we tell between us.")
            )
        return address


@admin.register(Listener)
class ListenerAdmin(admin.ModelAdmin):
    """An address of another system that is told what happens."""

    form = ListenerForm
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    list_display = ("name", "address", "hears_of", "is_on")
    readonly_fields = ("key", "trial", "created_by")
    actions = None

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The key is there once it has been made."""
        typed = ("name", "address", "happenings")
        return (*typed, "is_on", "key", "trial", "created_by") if obj else typed

    @admin.display(description=gettext_lazy("hears of"))
    def hears_of(self, listener: Listener) -> str:
        """Say in one line what it hears of."""
        return ", ".join(str(Happening(one).label) for one in listener.happenings)

    @admin.display(description=gettext_lazy("key"))
    def key(self, listener: Listener) -> SafeString:
        """Offer a new one; the old one signs along for a week."""
        return _button(NEW_KEY, _("Make a new key"))

    @admin.display(description=gettext_lazy("try it"))
    def trial(self, listener: Listener) -> SafeString:
        """Offer to tell it something."""
        return _button(PING, _("Send a notice to try it"))

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        """Keep who made it."""
        if not change:
            obj.created_by_id = request.user.pk
        super().save_model(request, obj, form, change)
        act = "listening system changed" if change else "listening system made"
        record_act(act, obj, by=request.user, now=timezone.now())

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Show the key, this once."""
        return _key_page(request, obj, key_of(obj))

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Do what a button asked for."""
        now = timezone.now()
        if NEW_KEY in request.POST:
            record_act("key changed", obj, by=request.user, now=now)
            return _key_page(request, obj, change_key(obj, now=now))
        if PING in request.POST:
            announce_to(obj, now=now)
            words = _("A notice is on its way; see what became of it in their list.")
            self.message_user(request, words)
            return self.response_post_save_change(request, obj)
        return super().response_change(request, obj)


def _button(name: str, words: str) -> SafeString:
    markup = '<button name="{}" value="1" class="button">{}</button>'
    return format_html(markup, name, words)


def _key_page(request: HttpRequest, listener: Listener, key: str) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "opts": Listener._meta,
        "title": listener.name,
        "secret": key,
        "lead": _("This is the key of %(name)s.") % {"name": listener.name},
        "help": _(
            "By it the other side knows that a notice is ours. A key before it works "
            "for a week more."
        ),
    }
    return secret_page(request, context)


@admin.register(Notice)
class NoticeAdmin(admin.ModelAdmin):
    """What was told, to whom, and what they answered."""

    list_display = (
        *("created_at", "listener", "about", "state", "tries"),
        *("answered", "last_error"),
    )
    list_filter = ("state", "listener", "kind")
    fields = (
        *("listener", "about", "body", "created_at", "state", "tries"),
        *("not_before", "accepted_at", "answered", "last_error"),
    )
    readonly_fields = fields
    actions = ("once_more",)
    list_select_related = ("listener",)

    @admin.display(description=gettext_lazy("about"), ordering="kind")
    def about(self, notice: Notice) -> str:
        """Say what happened."""
        known = dict(Happening.choices)
        return str(known.get(notice.kind, _("trying it")))

    @admin.action(
        description=gettext_lazy("Send once more what was given up"),
        permissions=["change"],
    )
    def once_more(self, request: HttpRequest, notices: "QuerySet[Notice]") -> None:
        """Let what was given up leave again."""
        count = send_again(notices, now=timezone.now())
        words = ngettext(
            "%(count)d notice leaves once more.",
            "%(count)d notices leave once more.",
            count,
        ) % {"count": count}
        self.message_user(
            request, words, messages.SUCCESS if count else messages.WARNING
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Acts write notices."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was told stays to be seen for a month."""
        return False
