"""Lezerspost: everything that readers write, in one list, looked at in trays."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from newsletter.admin.desk_pages import user_of
from newsletter.admin.reader_mail_desk import mail_for, mail_page, reader_mail_urls
from newsletter.mistakes import trays
from newsletter.mistakes.answer_models import AnswerText
from newsletter.mistakes.handling import mark_handled
from newsletter.mistakes.models import ReaderMail, ReaderMailWay
from newsletter.mistakes.timing import how_we_do


class Tray(admin.SimpleListFilter):
    """Which part of the mail is looked at; words that are looked for are everywhere."""

    title = gettext_lazy("tray")
    parameter_name = "bak"
    template = "admin/newsletter/readermail/no_filter.html"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the trays."""
        return list(trays.LABELS.items())

    def queryset(
        self, request: HttpRequest, queryset: "QuerySet[ReaderMail]"
    ) -> "QuerySet[ReaderMail]":
        """Show what lies in the chosen one."""
        return queryset.filter(trays.tray(chosen_tray(request), request.user))


def chosen_tray(request: HttpRequest) -> str:
    """Return the tray that is asked for; what is looked for is looked for in all."""
    asked = request.GET.get(Tray.parameter_name, "")
    if asked in trays.LABELS:
        return asked
    # Another page, another order or counts are no reason to leave the tray.
    is_looking = any(name not in ("p", "o", "_facets") for name in request.GET)
    return trays.ALL if is_looking else trays.NEW


@admin.register(ReaderMail)
class ReaderMailAdmin(admin.ModelAdmin):
    """Readers' mail; each has a page to read and answer it on."""

    change_list_template = "admin/newsletter/readermail/change_list.html"
    list_display = ("what", "who", "kind", "about", "received", "stands")
    list_display_links = ("what",)
    list_filter = (Tray, "state", "way", "issue")
    list_select_related = ("issue", "article", "assigned_to")
    search_fields = ("subject", "text", "from_name", "from_address")
    search_help_text = gettext_lazy("Words, a name or a part of an address")
    actions = ("mark_handled",)
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only readers write reader mail."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What a reader wrote is not lost by a slip of the mouse."""
        return False

    def get_queryset(self, request: HttpRequest) -> "QuerySet[ReaderMail]":
        """Leave the raw mails, which may be large, where they are."""
        mails: QuerySet[ReaderMail] = super().get_queryset(request)
        return mails.defer("raw")

    def get_ordering(self, request: HttpRequest) -> tuple[Any, ...]:
        """Put who may be in need on top, then who waits, robots at the bottom."""
        return (trays.URGENCY, "-received_at", "-pk")

    def get_urls(self) -> list[URLPattern]:
        """Add the acts on the page of a mail."""
        return [*reader_mail_urls(self.admin_site), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show the mail, and what can be done with it."""
        number = int(object_id) if object_id.isdecimal() else 0
        return mail_page(request, mail_for(request, number))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the trays above the list, and how soon readers are answered."""
        here, counts = chosen_tray(request), trays.counts(request.user)
        page = {
            "trays": [
                {"name": name, "words": words, "count": counts.get(name)}
                | {"is_here": name == here}
                for name, words in trays.LABELS.items()
            ],
            "how_we_do": how_we_do(now=timezone.now()),
        }
        return super().changelist_view(request, {**page, **(extra_context or {})})

    @admin.display(description=gettext_lazy("subject"), ordering="subject")
    def what(self, mail: ReaderMail) -> SafeString:
        """Name it by its subject, and begin to tell what somebody wrote.

        All who answer an issue have its subject; on a form it is the article's.
        """
        said = Truncator(" ".join(mail.words.split())).chars(90)
        says_more = mail.subject and mail.way != ReaderMailWay.FORM
        name = mail.subject if says_more else said
        words = format_html("{}", name or mail.subject or _("without a subject"))
        if says_more and said:
            words = format_html('{} <span class="mail-said">{}</span>', words, said)
        if not mail.may_be_in_need:
            return words
        return format_html(
            '<span class="mail-need">{}</span> {}', mail.get_crisis_display(), words
        )

    @admin.display(description=gettext_lazy("from"), ordering="from_address")
    def who(self, mail: ReaderMail) -> str:
        """Name them, else give their address."""
        return mail.from_name or mail.from_address or _("anonymous")

    @admin.display(description=gettext_lazy("received"), ordering="received_at")
    def received(self, mail: ReaderMail) -> str:
        """Say when, shortly."""
        return date_format(timezone.localtime(mail.received_at), "j b H:i")

    @admin.display(description=gettext_lazy("about"))
    def about(self, mail: ReaderMail) -> str:
        """Name the article, else the issue it is about."""
        return str(mail.article or mail.issue or "–")

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def stands(self, mail: ReaderMail) -> str:
        """Say where it stands, and whose it is."""
        state = str(mail.get_state_display())
        if mail.assigned_to is None:
            return state
        return f"{state} · {mail.assigned_to.get_short_name() or mail.assigned_to}"

    @admin.action(description=gettext_lazy("Mark as handled"), permissions=("change",))
    def mark_handled(
        self, request: HttpRequest, chosen: "QuerySet[ReaderMail]"
    ) -> None:
        """Mark several at once; what is handled already keeps its name."""
        count = mark_handled(chosen, by=user_of(request))
        messages.success(
            request,
            ngettext(
                "%(count)d mail is handled.", "%(count)d mails are handled.", count
            )
            % {"count": count},
        )


@admin.register(AnswerText)
class AnswerTextAdmin(admin.ModelAdmin):
    """Words to begin an answer with."""

    list_display = ("name",)
    search_fields = ("name", "text")
