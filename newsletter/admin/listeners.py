"""Systems that hear what happens here, and what they were told."""

from typing import Any, ClassVar
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from newsletter.admin.choices import TicksAdmin
from newsletter.admin.looked_at import LookedAtAdmin
from newsletter.admin.shown_once import asked_first, link_to, shown_once
from newsletter.audit.recording import record_act
from newsletter.hooks.announcing import announce_to
from newsletter.hooks.models import Happening, Listener, Notice
from newsletter.hooks.sending import send_again
from newsletter.hooks.signing import change_key, key_of


class ListenerForm(forms.ModelForm):
    """Where it listens and to what."""

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
class ListenerAdmin(TicksAdmin):
    """An address of another system that is told what happens."""

    ticks: ClassVar = {"happenings": Happening}
    form = ListenerForm
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    list_display = ("name", "address", "hears_of", "is_on")
    readonly_fields = ("key", "trial")
    actions = None

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The key is there once it has been made."""
        typed = ("name", "address", "happenings")
        return (*typed, "is_on", "key", "trial") if obj else typed

    @admin.display(description=gettext_lazy("hears of"))
    def hears_of(self, listener: Listener) -> str:
        """Say in one line what it hears of."""
        return ", ".join(str(Happening(one).label) for one in listener.happenings)

    @admin.display(description=gettext_lazy("key"))
    def key(self, listener: Listener) -> SafeString:
        """Offer a new one; the old one signs along for a week."""
        return link_to(listener, "key", _("Make a new key"))

    @admin.display(description=gettext_lazy("try it"))
    def trial(self, listener: Listener) -> SafeString:
        """Offer to tell it something."""
        return link_to(listener, "trial", _("Send a notice to try it"))

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

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Let its notices go along, which nobody takes away one by one."""
        *rest, lacking, protected = super().get_deleted_objects(objs, request)
        lacking.discard(Notice._meta.verbose_name)
        return *rest, lacking, protected

    def get_urls(self) -> list[Any]:
        """Add the pages for a new key and for a notice to try it."""
        return [*self._own_urls(), *super().get_urls()]

    def _own_urls(self) -> list[URLPattern]:
        return [
            asked_first(
                self,
                "key",
                lead=gettext_lazy("The key it has now works for a week more."),
                words=gettext_lazy("Make a new key"),
                do=_new_key,
            ),
            asked_first(
                self,
                "trial",
                lead=gettext_lazy("What became of it stands among the notices."),
                words=gettext_lazy("Send a notice to try it"),
                do=_try,
            ),
        ]


def _new_key(request: HttpRequest, listener: Listener) -> HttpResponse:
    now = timezone.now()
    key = change_key(listener, now=now)
    record_act("key changed", listener, by=request.user, now=now)
    return _key_page(request, listener, key)


def _try(request: HttpRequest, listener: Listener) -> HttpResponse:
    announce_to(listener, now=timezone.now())
    messages.success(request, _("A notice is on its way."))
    return HttpResponseRedirect(reverse("admin:newsletter_notice_changelist"))


def _key_page(request: HttpRequest, listener: Listener, key: str) -> HttpResponse:
    return shown_once(
        request,
        listener,
        key,
        lead=_("This is the key of %(name)s.") % {"name": listener.name},
        help_text=_("By it the other side knows that a notice is ours."),
    )


@admin.register(Notice)
class NoticeAdmin(LookedAtAdmin):
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
