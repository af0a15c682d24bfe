"""Taking readers out: whom, as which file; on record."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet, TextChoices
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from subscribers.admin.form_pages import CHOOSE_LIST, DeskForm, form_page
from subscribers.admin.looking import colleague
from subscribers.exporting.readers import CannotExport, Format, export
from subscribers.models import (
    Import,
    MailingList,
    Segment,
    Subscription,
    SubscriptionState,
)

_MEDIA_TYPES = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class Who(TextChoices):
    """Which readers of a list."""

    READING = "reading", gettext_lazy("who reads along")
    EVERYBODY = "everybody", gettext_lazy("everybody, also who left or never confirmed")


class ExportForm(DeskForm):
    """Whom to take out, and as what."""

    mailing_list = forms.ModelChoiceField(
        MailingList.objects.all(),
        label=gettext_lazy("newsletter"),
        empty_label=CHOOSE_LIST,
    )
    who = forms.ChoiceField(
        label=gettext_lazy("who"),
        choices=Who.choices,
        initial=Who.READING,
        widget=forms.RadioSelect,
    )
    segment = forms.ModelChoiceField(
        Segment.objects.all(),
        label=gettext_lazy("only who is in this segment"),
        required=False,
    )
    file_format = forms.ChoiceField(
        label=gettext_lazy("as"),
        choices=Format.choices,
        initial=Format.CSV,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Ask for a newsletter or a segment only where there is a choice."""
        super().__init__(*args, **kwargs)
        lists = list(MailingList.objects.all()[:2])
        if len(lists) == 1:
            field = self.fields["mailing_list"]
            field.widget, field.initial = forms.HiddenInput(), lists[0].pk
        if not Segment.objects.exists():
            del self.fields["segment"]

    def clean(self) -> dict[str, Any]:
        """Refuse the segment of another list."""
        given = super().clean() or self.cleaned_data
        segment, mailing_list = given.get("segment"), given.get("mailing_list")
        if segment and mailing_list and segment.mailing_list != mailing_list:
            self.add_error("segment", _("This segment belongs to another newsletter."))
        return given

    def places(self) -> "QuerySet[Subscription]":
        """Return the subscriptions that were asked for; nobody who was erased."""
        given = self.cleaned_data
        places = Subscription.objects.filter(
            mailing_list=given["mailing_list"], subscriber__erased_at__isnull=True
        )
        if given["who"] == Who.READING:
            places = places.filter(state=SubscriptionState.CONFIRMED)
        if segment := given.get("segment"):
            today = timezone.localdate(timezone=segment.mailing_list.zone)
            inside = Subscription.objects.in_segment(segment, today=today)
            places = places.filter(pk__in=inside.values("pk"))
        return places


@require_http_methods(["GET", "HEAD", "POST"])
def export_view(request: HttpRequest) -> HttpResponseBase:
    """Ask whom, then give the file."""
    if not request.user.has_perm("subscribers.export_import"):
        raise PermissionDenied
    # A segment leads here by its own page; what is no segment is not chosen.
    chosen = Segment.objects.filter(pk=_number(request.GET.get("segment", ""))).first()
    initial = (
        {"segment": chosen, "mailing_list": chosen.mailing_list_id} if chosen else {}
    )
    posted = request.POST if request.method == "POST" else None
    form = ExportForm(posted, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            return _file(request, form)
        except CannotExport as trouble:
            form.add_error("file_format", str(trouble))
    return _page(request, form)


def _number(asked: str) -> int:
    is_number = asked.isascii() and asked.isdecimal() and len(asked) < 18
    return int(asked) if is_number else 0


def _page(request: HttpRequest, form: ExportForm) -> HttpResponse:
    return form_page(
        request,
        form,
        title=_("Take readers out"),
        words=_("Give the file"),
        back=reverse("admin:subscribers_import_changelist"),
        lead=_(
            "The file has addresses of people. Keep it where only you can get at it, "
            "and delete it when you are done. It is put on record that you took it."
        ),
        kind=Import,
    )


def _file(request: HttpRequest, form: ExportForm) -> StreamingHttpResponse:
    given = form.cleaned_data
    now, file_format = timezone.now(), Format(given["file_format"])
    mailing_list: MailingList = given["mailing_list"]
    segment = given.get("segment")
    pieces = export(
        form.places(),
        file_format,
        mailing_list=mailing_list,
        who=f"segment {segment.pk}" if segment else str(given["who"]),
        by=colleague(request),
        now=now,
    )
    day = timezone.localdate(now, mailing_list.zone)
    response = StreamingHttpResponse(pieces, content_type=_MEDIA_TYPES[file_format])
    name = f"{mailing_list.slug}-{day:%Y-%m-%d}.{file_format}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
