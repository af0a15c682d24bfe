"""What readers write: read it, act on it, mark it handled."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from newsletter.mistakes.models import MistakeReport, ReaderMail, ReaderMailState


class MistakeReportInline(admin.StackedInline):
    """The mistake a mail points at, and what the editors make of it."""

    model = MistakeReport
    extra = 0
    max_num = 1
    can_delete = False
    fields = ("state", "article", "note")
    autocomplete_fields = ("article",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Reports come from readers."""
        return False


@admin.register(ReaderMail)
class ReaderMailAdmin(admin.ModelAdmin):
    """Readers' mail, the new ones first."""

    change_form_template = "admin/newsletter/readermail/change_form.html"
    list_display = ("what", "who", "about", "received", "state")
    list_display_links = ("what",)
    list_filter = ("state", "way", "issue")
    list_select_related = ("issue", "article")
    search_fields = ("subject", "text", "from_name", "from_address")
    search_help_text = gettext_lazy("Words, a name or a part of an address")
    date_hierarchy = "received_at"
    actions = ("mark_handled",)
    inlines = (MistakeReportInline,)
    fields = ("written", "who", "received_at", "way", "about", "state", "handled_by")
    readonly_fields = ("written", "who", "received_at", "way", "about", "handled_by")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only readers write reader mail."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What a reader wrote is not lost by a slip of the mouse."""
        return False

    def get_queryset(self, request: HttpRequest) -> "QuerySet[ReaderMail]":
        """Put the new ones on top, filed robots at the bottom."""
        order = Case(
            When(state=ReaderMailState.NEW, then=Value(0)),
            When(state=ReaderMailState.HANDLED, then=Value(1)),
            default=Value(2),
            output_field=IntegerField(),
        )
        return super().get_queryset(request).order_by(order, "-received_at")

    @admin.display(description=gettext_lazy("subject"), ordering="subject")
    def what(self, mail: ReaderMail) -> str:
        """Name it by its subject, else by its first words."""
        return mail.subject or mail.text[:60] or _("without a subject")

    @admin.display(description=gettext_lazy("from"), ordering="from_address")
    def who(self, mail: ReaderMail) -> str:
        """Name and address, as far as they were given."""
        if mail.from_name and mail.from_address:
            return f"{mail.from_name} <{mail.from_address}>"
        return mail.from_name or mail.from_address or _("anonymous")

    @admin.display(description=gettext_lazy("received"), ordering="received_at")
    def received(self, mail: ReaderMail) -> str:
        """Say when, shortly."""
        return date_format(timezone.localtime(mail.received_at), "j b H:i")

    @admin.display(description=gettext_lazy("about"))
    def about(self, mail: ReaderMail) -> SafeString | str:
        """Name the article and the issue it is about."""
        links = [
            format_html(
                '<a href="{}">{}</a>',
                reverse(
                    f"admin:newsletter_{row._meta.model_name}_change", args=[row.pk]
                ),
                row,
            )
            for row in (mail.article, mail.issue)
            if row is not None
        ]
        return mark_safe(" · ".join(links)) if links else "–"  # noqa: S308 (escaped above)

    @admin.display(description=gettext_lazy("what was written"))
    def written(self, mail: ReaderMail) -> SafeString:
        """Show the text; markup in it is text too."""
        return format_html(
            '<div class="desk-letter">{}</div>',
            mark_safe(linebreaks(mail.text, autoescape=True)),  # noqa: S308 (escaped)
        )

    def save_model(
        self, request: HttpRequest, obj: ReaderMail, form: Any, change: bool
    ) -> None:
        """Remember who handled it."""
        if "state" in form.changed_data:
            handled = obj.state == ReaderMailState.HANDLED
            obj.handled_by_id = request.user.pk if handled else None
        obj.save(update_fields=["state", "handled_by"])

    @admin.action(description=gettext_lazy("Mark as handled"), permissions=("change",))
    def mark_handled(
        self, request: HttpRequest, chosen: "QuerySet[ReaderMail]"
    ) -> None:
        """Mark several at once; what is handled already keeps its name."""
        count = (
            ReaderMail.objects.filter(pk__in=chosen.values("pk"))
            .exclude(state=ReaderMailState.HANDLED)
            .update(state=ReaderMailState.HANDLED, handled_by=request.user.pk)
        )
        messages.success(
            request,
            ngettext(
                "%(count)d mail is handled.", "%(count)d mails are handled.", count
            )
            % {"count": count},
        )


@admin.register(MistakeReport)
class MistakeReportAdmin(admin.ModelAdmin):
    """Mistakes that readers pointed at, with what we did about them."""

    list_display = ("what", "article", "state", "created_at")
    list_display_links = ("what",)
    list_filter = ("state",)
    list_editable = ("state",)
    list_select_related = ("reader_mail", "article")
    search_fields = ("reader_mail__text", "article__title", "note")
    autocomplete_fields = ("article",)
    fields = ("written", "mail", "article", "state", "note", "created_at")
    readonly_fields = ("written", "mail", "created_at")
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Reports come from readers."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A report is settled, not thrown away."""
        return False

    @admin.display(description=gettext_lazy("what was written"))
    def written(self, report: MistakeReport) -> SafeString:
        """Show the reader's words."""
        text = report.reader_mail.text
        return format_html(
            '<div class="desk-letter">{}</div>',
            mark_safe(linebreaks(text, autoescape=True)),  # noqa: S308 (escaped)
        )

    @admin.display(description=gettext_lazy("reader's mail"))
    def what(self, report: MistakeReport) -> str:
        """Name it by its mail."""
        return str(report)

    @admin.display(description=gettext_lazy("reader's mail"))
    def mail(self, report: MistakeReport) -> SafeString:
        """Lead to the mail itself."""
        return format_html(
            '<a href="{}">{}</a>',
            reverse("admin:newsletter_readermail_change", args=[report.reader_mail_id]),
            report.reader_mail,
        )
