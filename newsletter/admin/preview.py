"""The mail as it would be, from the form as it is being typed. Nothing is saved."""

import time
from typing import Any

from django.conf import settings
from django.contrib.admin.options import ModelAdmin
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from newsletter.issues.blocks import Block
from newsletter.issues.models import Issue
from newsletter.markup import CannotRender
from newsletter.rendering.email import RenderedEmail, render
from newsletter.rendering.personal import Personal

# Who the preview is for; the address of a button in it leads nowhere.
SAMPLE_READER = Personal("Sanne", "#uitschrijven", "#voorkeuren")


def preview_view(admin: ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Answer the rendered mail of the posted form as JSON."""
    issue = admin.get_object(request, str(pk))
    if issue is None or not admin.has_view_or_change_permission(request, issue):
        return JsonResponse({"error": _("This issue is not here.")}, status=403)
    if request.method != "POST":
        return JsonResponse({"error": _("Post the form.")}, status=405)
    begun = time.perf_counter()
    # No transaction: on SQLite it would hold up the worker at every key pressed.
    blocks, errors = _typed(admin, request, issue)
    try:
        rendered = render(issue, blocks)
    except CannotRender as failed:
        return JsonResponse({"error": str(failed)}, status=422)
    return JsonResponse(_answer(issue, rendered, len(blocks), errors, begun))


def _typed(
    admin: ModelAdmin, request: HttpRequest, issue: Issue
) -> tuple[list[Block], int]:
    """Return the blocks as typed, in reading order, and how many fields are not right.

    ``full_clean`` puts every valid field on its instance, so a block with one wrong
    field still shows its others.
    """
    form = admin.get_form(request, issue, change=True)(
        request.POST, request.FILES, instance=issue
    )
    form.full_clean()
    errors = len(form.errors)
    formsets, _instances = admin._create_formsets(  # type: ignore[attr-defined]  # private, a test pins it
        request, issue, change=True
    )
    blocks: list[Block] = []
    for formset in formsets:
        for one in formset.forms:
            one.full_clean()
            if _is_left_out(one):
                continue
            errors += len(one.errors)
            blocks.append(one.instance)
    return sorted(blocks, key=lambda block: block.ordering), errors


def _is_left_out(form: Any) -> bool:
    is_deleted = form.cleaned_data.get("DELETE") if hasattr(form, "cleaned_data") else 0
    is_empty = form.instance.pk is None and not form.has_changed()
    return bool(is_deleted or is_empty)


def _answer(
    issue: Issue, rendered: RenderedEmail, blocks: int, errors: int, begun: float
) -> dict[str, Any]:
    html, text = rendered.preview(SAMPLE_READER)
    pictures = f"{settings.SITE_URL}{settings.MEDIA_URL}"
    return {
        # From wherever the editor came in: the page's policy takes no other host.
        "html": html.replace(pictures, settings.MEDIA_URL),
        "text": text,
        "sender": issue.mailing_list.sender_name,
        "subject": rendered.subject,
        "preheader": rendered.preheader,
        "kilobytes": round(rendered.size_in_bytes / 1000),
        "blocks": blocks,
        "errors": errors,
        "failures": [
            f"{failure.place}: {failure.reason}" for failure in rendered.failures
        ],
        "milliseconds": round((time.perf_counter() - begun) * 1000),
    }
