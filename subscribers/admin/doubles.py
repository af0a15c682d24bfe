"""Doubles: who may be one person, and the page that makes two of them one."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from subscribers.admin.looking import colleague
from subscribers.doubles import CannotMerge, alike, merge, outcome_of, pairs_alike
from subscribers.models import Subscriber


@require_safe
def doubles_view(request: HttpRequest) -> HttpResponse:
    """Show pairs who may be one person."""
    _refuse_who_may_not(request)
    return _page(
        request, "doubles.html", {"title": _("Doubles"), "pairs": pairs_alike()}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def merge_view(request: HttpRequest, subscriber_id: int) -> HttpResponse:
    """Choose who else it is, see what would become of it, and make them one."""
    _refuse_who_may_not(request)
    kept = get_object_or_404(Subscriber, pk=subscriber_id)
    typed = request.GET.get("met", "") or request.POST.get("other", "")
    other = _found(typed)
    if request.method == "POST" and other is not None:
        try:
            merge(kept, other, by=colleague(request), now=timezone.now())
            messages.success(request, _("These two are one from now on."))
            return redirect("admin:subscribers_subscriber_change", kept.pk)
        except CannotMerge as refusal:
            messages.error(request, str(refusal))
            return redirect("admin:subscribers_subscriber_change", kept.pk)
    context = {
        "title": _("Make one of two"),
        "kept": kept,
        "other": other if other != kept else None,
        "typed": typed,
        "outcome": outcome_of(kept, other) if other else [],
        "alike": alike(kept),
    }
    return _page(request, "merge.html", context)


def _found(typed: str) -> Subscriber | None:
    """Return who is meant by an address or a number of a row."""
    typed = typed.strip().replace("\0", "")
    readers = Subscriber.objects.filter(erased_at=None, merged_into=None)
    if "@" in typed:
        return readers.by_address(typed).first()
    is_number = typed.isascii() and typed.isdecimal() and len(typed) < 18
    return readers.filter(pk=typed).first() if is_number else None


def _refuse_who_may_not(request: HttpRequest) -> None:
    if not request.user.has_perm("subscribers.change_subscriber"):
        raise PermissionDenied


def _page(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    return TemplateResponse(
        request,
        f"admin/subscribers/subscriber/{name}",
        {
            **admin.site.each_context(request),
            "opts": Subscriber._meta,
            **context,
        },
    )
