"""Notes and tags at the desk."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from subscribers.admin.form_pages import DeskForm, text
from subscribers.admin.looking import colleague
from subscribers.models import Note, Subscriber, Tag
from subscribers.notes import CannotNote, take_note_away, write_note


class NoteForm(DeskForm):
    """What others should know."""

    text = text(
        gettext_lazy("note"),
        rows=3,
        max_length=2000,
        help_text=gettext_lazy("The reader may ask to see it, so write it that way."),
    )


@admin.register(Tag)
class TagAdmin(admin.ModelAdmin):
    """The tags there are; which readers have one is chosen on their page."""

    list_display = ("name",)
    search_fields = ("name",)
    fields = ("name",)
    actions = None


@require_POST
def note_view(request: HttpRequest, subscriber_id: int) -> HttpResponse:
    """Keep a note."""
    if not request.user.has_perm("subscribers.add_note"):
        raise PermissionDenied
    subscriber = get_object_or_404(Subscriber, pk=subscriber_id)
    form = NoteForm(request.POST)
    try:
        if form.is_valid():
            words, by = form.cleaned_data["text"], colleague(request)
            write_note(subscriber, words, by=by, now=timezone.now())
            messages.success(request, _("The note is kept."))
        else:
            for errors in form.errors.values():
                messages.error(request, " ".join(map(str, errors)))
    except CannotNote as refusal:
        messages.warning(request, str(refusal))
    return redirect("admin:subscribers_subscriber_change", subscriber.pk)


@require_POST
def note_away_view(request: HttpRequest, note_id: int) -> HttpResponse:
    """Take one's own note away."""
    if not request.user.has_perm("subscribers.delete_note"):
        raise PermissionDenied
    note = get_object_or_404(Note, pk=note_id)
    try:
        take_note_away(note, by=colleague(request))
        messages.success(request, _("The note is gone."))
    except CannotNote as refusal:
        messages.warning(request, str(refusal))
    return redirect("admin:subscribers_subscriber_change", note.subscriber_id)
