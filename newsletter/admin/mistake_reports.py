"""Mistakes that readers pointed at, and what was put right."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy

from newsletter.admin.mistake_desk import desk_page, mistake_urls, report_for
from newsletter.mistakes.correcting import tell_otherwise
from newsletter.mistakes.models import Correction, MistakeReport


@admin.register(MistakeReport)
class MistakeReportAdmin(admin.ModelAdmin):
    """Mistakes that readers pointed at; each has a desk of its own."""

    list_display = ("what", "article", "state", "readers", "created_at")
    list_display_links = ("what",)
    list_filter = ("state",)
    list_select_related = ("reader_mail", "article")
    search_fields = ("reader_mail__text", "article__title", "note")
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Reports come from readers."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A report is settled, not thrown away."""
        return False

    def get_queryset(self, request: HttpRequest) -> "QuerySet[MistakeReport]":
        """Show each mistake once, with how many pointed at it."""
        reports: QuerySet[MistakeReport] = super().get_queryset(request)
        reports = reports.defer("reader_mail__raw")
        return reports.filter(same_as=None).annotate(doubled=Count("doubles"))

    def get_urls(self) -> list[URLPattern]:
        """Add the acts at the desk."""
        return [*mistake_urls(self.admin_site), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show the desk; a double leads to the report it belongs to."""
        report = report_for(request, int(object_id) if object_id.isdecimal() else 0)
        if report.same_as_id is not None:
            return redirect("admin:newsletter_mistakereport_change", report.same_as_id)
        return desk_page(request, report)

    @admin.display(description=gettext_lazy("reader's mail"))
    def what(self, report: MistakeReport) -> str:
        """Begin to tell what was written: answers to an issue share its subject."""
        said = " ".join(report.reader_mail.words.split())
        return Truncator(said).chars(120) or str(report)

    @admin.display(description=gettext_lazy("readers"))
    def readers(self, report: Any) -> int:
        """Count who pointed at it."""
        return int(report.doubled) + 1


@admin.register(Correction)
class CorrectionAdmin(admin.ModelAdmin):
    """What was put right, and what readers are told of it."""

    list_display = ("sentence", "about", "made_at", "is_public", "waits")
    list_display_links = ("sentence",)
    list_filter = ("is_public", "waits")
    list_select_related = ("article", "issue")
    search_fields = ("sentence", "article__title")
    date_hierarchy = "made_at"
    fields = ("about", "sentence", "is_public", "waits", "made_at", "made_by")
    readonly_fields = ("about", "made_at", "made_by")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A correction is made at the desk of a report, together with the change."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was told stays told; it may be told no longer."""
        return False

    @admin.display(description=gettext_lazy("about"))
    def about(self, correction: Correction) -> str:
        """Name the article, else the issue."""
        return str(correction)

    def save_model(
        self, request: HttpRequest, obj: Correction, form: Any, change: bool
    ) -> None:
        """Save what was changed here."""
        tell_otherwise(obj, form.changed_data, now=timezone.now())
