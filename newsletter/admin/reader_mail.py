"""What readers write: read it, act on it, mark it handled."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from newsletter.mistakes.handling import ChangedMeanwhile, change_state, mark_handled
from newsletter.mistakes.models import MistakeReport, ReaderMail, ReaderMailState

if TYPE_CHECKING:
    Base = admin.options.BaseModelAdmin
else:
    Base = object


class RemembersWhatWasSeen(Base):
    """Sends along what stood on the page, so that a colleague's change is noticed."""

    def formfield_for_dbfield(self, *args: Any, **kwargs: Any) -> Any:
        """Let a field count as changed only if this person changed it."""
        field: Any = super().formfield_for_dbfield(*args, **kwargs)
        if field is not None:
            field.show_hidden_initial = True
        return field


def _seen_state(form: Any) -> str:
    return str(form.data.get(form.add_initial_prefix("state"), ""))


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def _refused(request: HttpRequest, refusal: ChangedMeanwhile) -> None:
    messages.warning(request, str(refusal))
    request.was_refused = True  # type: ignore[attr-defined]


class TellsTheTruth(Base):
    """Says “changed” only of what was changed."""

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Show the page as it is now when a colleague was quicker."""
        if getattr(request, "was_refused", False):
            return HttpResponseRedirect(request.get_full_path())
        response: HttpResponse = super().response_change(request, obj)  # type: ignore[misc]
        return response


@admin.register(ReaderMail)
class ReaderMailAdmin(RemembersWhatWasSeen, TellsTheTruth, admin.ModelAdmin):
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

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> Any:
        """Lead to the desk of the mistake it points at."""
        mail = context.get("original")
        reports = MistakeReport.objects.filter(reader_mail=mail)
        context["report"] = reports.select_related("same_as").first()
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(
        self, request: HttpRequest, obj: ReaderMail, form: Any, change: bool
    ) -> None:
        """Change the state, and nothing else, unless a colleague was quicker."""
        if "state" not in form.changed_data:
            return
        wanted = form.cleaned_data["state"]
        try:
            change_state(obj, wanted, seen=_seen_state(form), by=_user(request))
        except ChangedMeanwhile as refusal:
            _refused(request, refusal)

    @admin.action(description=gettext_lazy("Mark as handled"), permissions=("change",))
    def mark_handled(
        self, request: HttpRequest, chosen: "QuerySet[ReaderMail]"
    ) -> None:
        """Mark several at once; what is handled already keeps its name."""
        count = mark_handled(chosen, by=_user(request))
        messages.success(
            request,
            ngettext(
                "%(count)d mail is handled.", "%(count)d mails are handled.", count
            )
            % {"count": count},
        )
