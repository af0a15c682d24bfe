"""Saving an issue that somebody else may save as well, and going on with a draft."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from reversion import is_active, set_comment

from newsletter.admin.drafts import (
    asked_for,
    merge_of,
    offers,
    page_fields,
    restored,
)
from newsletter.admin.meeting import meet, question_page
from newsletter.admin.typed import form_with, leave_formset_unchecked
from newsletter.issues.models import Issue
from newsletter.issues.texts import text_of

if TYPE_CHECKING:
    Base = admin.ModelAdmin
else:
    Base = object

# How often somebody else may save between our look and our save.
TRIES = 4


class SavedMeanwhile(Exception):
    """Somebody else saved the issue between our look and our save."""


class SavesTogether(Base):
    """Lets two who save meet each other, and binds the form to a draft on request."""

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, *args: Any, **kwargs: Any
    ) -> Any:
        """Save, show, or go on with a draft; two who save meet each other first."""
        if request.method == "GET" and "concept" in request.GET:
            return self._go_on(request, object_id) or super().changeform_view(
                request, object_id, *args, **kwargs
            )
        for attempt in range(TRIES):
            if request.method == "POST" and (
                asked := meet(self, request, object_id, ask=attempt + 1 == TRIES)
            ):
                return asked
            try:
                return super().changeform_view(request, object_id, *args, **kwargs)
            except SavedMeanwhile:
                # Nothing of this page was kept yet: it meets the newer version now.
                continue
        raise SavedMeanwhile

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Leave out of the history what Django says of a form: we tell it in words."""
        entry = super().log_change(request, obj, message)
        if is_active():
            set_comment("")
        return entry

    def _go_on(self, request: HttpRequest, object_id: str) -> HttpResponse | None:
        """Bind the form to the draft that is asked for, or ask what to keep first."""
        issue = self.get_object(request, object_id)
        if issue is None or not self.has_change_permission(request, issue):
            return None
        draft = asked_for(request, issue)
        if draft is None:
            return HttpResponseRedirect(request.path)
        merge, data = merge_of(self, request, issue, draft, text_of(issue))
        if merge.questions:
            return question_page(self, request, issue, merge, data)
        request.restored = restored(draft, merge, issue)  # type: ignore[attr-defined]
        return None

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Return the form; one that holds a draft, if the editor goes on with it."""
        form: Any = super().get_form(request, *args, **kwargs)
        back = getattr(request, "restored", None)
        return form_with(form, back.data) if back else form

    def get_formset_kwargs(self, request: HttpRequest, *args: Any) -> Any:
        """Fill the blocks with a draft, if the editor goes on with it."""
        told = super().get_formset_kwargs(request, *args)
        back = getattr(request, "restored", None)
        return told | {"data": back.data} if back else told

    def _create_formsets(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        formsets, inlines = super()._create_formsets(request, *args, **kwargs)  # type: ignore[misc]
        if hasattr(request, "restored"):
            for formset in formsets:
                leave_formset_unchecked(formset)
        return formsets, inlines

    def draft_context(
        self, request: HttpRequest, issue: Issue, context: Any
    ) -> dict[str, Any]:
        """Return what the page sends back, and what there is to go on with."""
        formsets = (one.formset for one in context["inline_admin_formsets"])
        blocks = [row for formset in formsets for row in formset.get_queryset()]
        saved = text_of(issue, blocks)
        back = getattr(request, "restored", None)
        is_first_look = request.method == "GET" and back is None
        return {
            "restored": back,
            "page_fields": page_fields(request, saved, back),
            "drafts_offered": (
                offers(self, request, issue, saved) if is_first_look else []
            ),
        }
