"""What the pages of a dispatch share: who may see it, its frame, its words."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import pgettext

from newsletter.delivery.models import Dispatch, DispatchState


def state_in_words(dispatch: Dispatch) -> str:
    """Return where a dispatch stands; one that never began was cancelled."""
    if dispatch.state == DispatchState.CANCELLED and dispatch.started_at is None:
        return pgettext("an issue that never left", "cancelled")
    return str(dispatch.get_state_display())


def find_dispatch(request: HttpRequest, dispatch_id: int) -> Dispatch:
    """Return a dispatch for whoever may see it.

    Raises:
        PermissionDenied: no right to look at dispatches.
        Http404: no such dispatch.
    """
    if not request.user.has_perm("newsletter.view_dispatch"):
        raise PermissionDenied
    return get_object_or_404(
        Dispatch.objects.select_related("issue__mailing_list", "rendition"),
        pk=dispatch_id,
    )


def dispatch_page(
    request: HttpRequest, template: str, dispatch: Dispatch, **context: Any
) -> TemplateResponse:
    """Show a page of a dispatch, with what all of them have."""
    return TemplateResponse(
        request,
        f"admin/newsletter/dispatch/{template}.html",
        {
            **admin.site.each_context(request),
            "opts": Dispatch._meta,
            "dispatch": dispatch,
            "state_words": state_in_words(dispatch),
            "due": timezone.localtime(
                dispatch.due_at, dispatch.issue.mailing_list.zone
            ),
            **context,
        },
    )
