"""Segments: saved filters of readers, put together in a form."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from subscribers.admin.chores import begin
from subscribers.admin.segment_form import SegmentForm
from subscribers.models import MailingList, Segment, Subscription
from subscribers.registry import uses_of_segment
from subscribers.segments import count, count_in_words, in_words, save


@admin.register(Segment)
class SegmentAdmin(admin.ModelAdmin):
    """A name for some of the readers of a list, and who they are."""

    form = SegmentForm
    change_form_template = "admin/subscribers/segment/change_form.html"
    list_filter = ("mailing_list",)
    list_select_related = ("mailing_list",)
    search_fields = ("name",)
    actions = None
    fields = ("name", "mailing_list", "match")

    class Media:
        css = {"all": ["newsletter/segments.css"]}

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """Name the list where there are several."""
        if MailingList.objects.count() > 1:
            return ("name", "who", "mailing_list")
        return ("name", "who")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Its topics and ways in are those of one list."""
        return ("mailing_list",) if obj else ()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave the list out while there is only one: nobody has to choose."""
        if obj is not None and MailingList.objects.count() == 1:
            return ("name", "match")
        return self.fields

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin with the first list."""
        first = MailingList.objects.order_by("pk").first()
        return {"mailing_list": first, **super().get_changeform_initial_data(request)}

    @admin.display(description=gettext_lazy("readers who"))
    def who(self, segment: Segment) -> str:
        """Say who it is."""
        return in_words(segment)

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        """Put on record who said who it is: they do not approve what goes to them."""
        save(obj, by=request.user, now=timezone.now())

    def get_urls(self) -> list[URLPattern]:
        """Add the count of what is not saved yet."""
        counting = path(
            "tellen/",
            self.admin_site.admin_view(count_view),
            name="subscribers_segment_count",
        )
        begin_chore = path(
            "<int:pk>/klus/",
            self.admin_site.admin_view(chore_view),
            name="subscribers_segment_chore",
        )
        return [counting, begin_chore, *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> Any:
        """Show who fits what is saved, and for which issues it is meant."""
        if segment := context.get("original"):
            context["counted"] = count_in_words(count(segment, now=timezone.now()))
            context["uses"] = uses_of_segment(segment)
            context["who"] = in_words(segment)
        return super().render_change_form(request, context, *args, **kwargs)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Keep what an issue is meant for."""
        segment = self.get_object(request, object_id)
        if segment and (uses := uses_of_segment(segment)):
            messages.error(
                request,
                _(
                    "“%(segment)s” stays: it says for whom this is: %(uses)s. "
                    "Choose other readers there first."
                )
                % {"segment": segment, "uses": ", ".join(uses)},
            )
            return redirect("admin:subscribers_segment_change", segment.pk)
        return super().delete_view(request, object_id, extra_context)


@require_POST
def chore_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down who fits a segment now, to do something for them."""
    segment = get_object_or_404(Segment.objects.select_related("mailing_list"), pk=pk)
    today = timezone.localdate(timezone=segment.mailing_list.zone)
    readers = Subscription.objects.in_segment(segment, today=today)
    about = _("segment “%(segment)s”") % {"segment": segment}
    back = reverse("admin:subscribers_segment_change", args=[pk])
    return begin(request, readers.values("subscriber_id"), about, back)


@require_POST
def count_view(request: HttpRequest) -> JsonResponse:
    """Say how many readers fit what the form says now."""
    if not request.user.has_perm("subscribers.view_segment"):
        raise PermissionDenied
    form = SegmentForm(request.POST)
    if not form.rows.is_valid():
        return JsonResponse({"words": _("One of the conditions is not complete.")})
    segment = Segment(
        mailing_list=form.mailing_list,
        match=request.POST.get("match", ""),
        conditions=[row.condition for row in form.rows if row.condition],
    )
    words = count_in_words(count(segment, now=timezone.now()))
    return JsonResponse({"words": words})
