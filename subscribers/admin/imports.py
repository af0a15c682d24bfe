"""Lists from elsewhere: choose, look through, agree, watch, stop, undo."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from subscribers.admin.exports import export_view
from subscribers.admin.form_pages import form_page
from subscribers.admin.import_forms import AgreeForm, ChooseForm, ColumnsForm
from subscribers.admin.looking import LookOnly, colleague
from subscribers.importing import acts
from subscribers.importing.account import lines_of, shown_rows
from subscribers.importing.judging import Verdict
from subscribers.importing.trouble import CannotImport, UnreadableFile
from subscribers.models import AT_WORK, Import, ImportState

MOST_SHOWN = 100
_WITH_FILE = (ImportState.CHOSEN, ImportState.READ, ImportState.FAILED)
_ACTS: dict[str, Callable[[Import, HttpRequest], None]] = {
    "stoppen": lambda source, request: acts.stop(
        source, by=colleague(request), now=timezone.now()
    ),
    "verder": lambda source, request: acts.go_on(
        source, by=colleague(request), now=timezone.now()
    ),
    "terugdraaien": lambda source, request: acts.begin_to_undo(
        source, by=colleague(request), now=timezone.now()
    ),
    "weggooien": lambda source, request: acts.drop(source),
}


@admin.register(Import)
class ImportAdmin(LookOnly, admin.ModelAdmin):
    """Files of readers, and how far each has come."""

    change_list_template = "admin/subscribers/import/change_list.html"
    list_display = ("file_name", "how_far", "mailing_list", "rows_read", "created_at")
    list_filter = ("state",)
    list_select_related = ("mailing_list",)
    search_fields = ("file_name",)
    actions = None

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever looks after readers takes lists in."""
        return request.user.has_perm("subscribers.add_import")

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def how_far(self, source: Import) -> str:
        """Say how far it has come."""
        return str(source.get_state_display())

    def get_urls(self) -> list[URLPattern]:
        """Add what is pressed on the page of an import, and its lists of rows."""
        wrap = self.admin_site.admin_view
        own = [
            path("uitvoeren/", wrap(export_view), name="subscribers_export"),
            path(
                "<int:pk>/doorkijken/",
                wrap(require_POST(look_through_view)),
                name="subscribers_import_columns",
            ),
            path(
                "<int:pk>/akkoord/",
                wrap(require_POST(agree_view)),
                name="subscribers_import_agree",
            ),
            path(
                "<int:pk>/rijen/<str:verdict>/",
                wrap(rows_view),
                name="subscribers_import_rows",
            ),
            *(
                path(
                    f"<int:pk>/{act}/",
                    wrap(require_POST(act_view)),
                    {"act": act},
                    name=f"subscribers_import_{act}",
                )
                for act in _ACTS
            ),
        ]
        return [*own, *super().get_urls()]

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Choose a file."""
        _refuse_who_may_not(request, "add")
        posted = request.method == "POST"
        form = ChooseForm(
            request.POST if posted else None, request.FILES if posted else None
        )
        if posted and form.is_valid():
            try:
                source = _chosen(request, form)
            except UnreadableFile as unreadable:
                form.add_error("file", str(unreadable))
            else:
                return redirect("admin:subscribers_import_change", source.pk)
        return form_page(
            request,
            form,
            title=_("Take in a list"),
            words=_("Look what is in it"),
            back=reverse("admin:subscribers_import_changelist"),
            kind=Import,
        )

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show how far an import has come, and what can be done."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponse(status=405)
        if not object_id.isdecimal():
            raise Http404
        return import_page(request, found(request, int(object_id), "view"))


def _refuse_who_may_not(request: HttpRequest, act: str) -> None:
    if not request.user.has_perm(f"subscribers.{act}_import"):
        raise PermissionDenied


def found(request: HttpRequest, pk: int, act: str) -> Import:
    """Return an import for whoever may do this with it.

    Raises:
        PermissionDenied: no right to.
        Http404: no such import.
    """
    _refuse_who_may_not(request, act)
    if pk >= 1 << 63:
        raise Http404
    return get_object_or_404(Import.objects.select_related("mailing_list"), pk=pk)


def _chosen(request: HttpRequest, form: ChooseForm) -> Import:
    file = form.cleaned_data["file"]
    return acts.choose(
        file.chunks(),
        mailing_list=form.cleaned_data["mailing_list"],
        file_name=str(file.name),
        by=colleague(request),
        now=timezone.now(),
    )


def import_page(
    request: HttpRequest,
    source: Import,
    *,
    columns: ColumnsForm | None = None,
    agree: AgreeForm | None = None,
) -> HttpResponse:
    """Show an import, with forms that were sent and are not in order yet."""
    may_change = request.user.has_perm("subscribers.change_import")
    if columns is None and may_change and source.state in _WITH_FILE:
        columns = _columns_form(request, source)
    if agree is None and may_change and source.state == ImportState.READ:
        agree = AgreeForm(source, now=timezone.now())
    is_wrong = any(form and form.errors for form in (columns, agree))
    lines = lines_of(source)
    context = {
        **admin.site.each_context(request),
        "opts": Import._meta,
        "title": source.file_name,
        "source": source,
        "state_words": source.get_state_display(),
        "is_moving": source.state in AT_WORK,
        "percent": _percent(source),
        "lines": lines,
        "total": sum(line.count for line in lines),
        "columns": columns,
        "agree": agree,
        "may_change": may_change,
        "may_undo": may_change
        and source.state in (ImportState.DONE, ImportState.STOPPED)
        and source.rows.exists(),
    }
    name = "admin/subscribers/import/page.html"
    return TemplateResponse(request, name, context, status=400 if is_wrong else 200)


def _percent(source: Import) -> int:
    return 100 * source.rows_done // max(source.rows_read, 1)


def _columns_form(request: HttpRequest, source: Import) -> ColumnsForm | None:
    posted = request.POST if request.method == "POST" else None
    try:
        return ColumnsForm(acts.previews(source), posted)
    except (UnreadableFile, ValueError):
        return None


def look_through_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the file looked through as its columns were chosen."""
    source = found(request, pk, "change")
    form = _columns_form(request, source) if source.state in _WITH_FILE else None
    if form is None:
        return _back(request, source, _("This file is not here any more."))
    if not form.is_valid():
        return import_page(request, source, columns=form)
    try:
        acts.look_through(source, form.layouts())
    except CannotImport as trouble:
        form.add_error(None, str(trouble))
        return import_page(request, source, columns=form)
    return redirect("admin:subscribers_import_change", source.pk)


def agree_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the rows taken in, with where their consent comes from."""
    source = found(request, pk, "change")
    now = timezone.now()
    form = AgreeForm(source, request.POST, now=now)
    if not form.is_valid():
        return import_page(request, source, agree=form)
    try:
        acts.agree(
            source,
            consent=form.consent(),
            first_issue_on=form.first_issue_on(),
            by=colleague(request),
            now=now,
        )
    except CannotImport as trouble:
        return _back(request, source, str(trouble))
    return redirect("admin:subscribers_import_change", source.pk)


def act_view(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Stop, go on, undo or throw away."""
    source = found(request, pk, "change")
    try:
        _ACTS[act](source, request)
    except CannotImport as trouble:
        return _back(request, source, str(trouble))
    if act == "weggooien":
        return redirect("admin:subscribers_import_changelist")
    return redirect("admin:subscribers_import_change", source.pk)


def _back(request: HttpRequest, source: Import, why: str) -> HttpResponse:
    messages.warning(request, why)
    return redirect("admin:subscribers_import_change", source.pk)


@require_safe
def rows_view(request: HttpRequest, pk: int, verdict: str) -> HttpResponse:
    """Show the rows with one verdict, a hundred at a time."""
    source = found(request, pk, "view")
    if verdict not in Verdict.values:
        raise Http404
    told = request.GET.get("na", "")
    after = int(told) if told.isascii() and told.isdigit() and len(told) < 10 else 0
    rows, following = shown_rows(source, verdict, after=after, most=MOST_SHOWN)
    context = {
        **admin.site.each_context(request),
        "opts": Import._meta,
        "title": capfirst(Verdict(verdict).label),
        "source": source,
        "rows": rows,
        "following": following,
        "has_parts": len(source.layouts) > 1,
    }
    return TemplateResponse(request, "admin/subscribers/import/rows.html", context)
