"""Tokens and keys for other systems: asked for with a press, shown once."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from subscribers.admin.form_pages import DeskForm, form_page

Do = Callable[[HttpRequest, Any], HttpResponse]


def page_of(row: Model, act: str = "change") -> str:
    """Return the address of a page of one row."""
    return reverse(f"admin:newsletter_{row._meta.model_name}_{act}", args=[row.pk])


def link_to(row: Model, act: str, words: str) -> SafeString:
    """Return a link to the page that asks for a press."""
    return format_html('<a href="{}">{}</a>', page_of(row, act), words)


def asked_first(
    model_admin: admin.ModelAdmin, act: str, *, lead: Any, words: Any, do: Do
) -> URLPattern:
    """Return a page of one row that asks, and acts on a press.

    Args:
        lead: what a press does, in a sentence; ``words`` stand on the button.
    """

    def view(request: HttpRequest, pk: int) -> HttpResponse:
        row = get_object_or_404(cast(Any, model_admin.model), pk=pk)
        if not model_admin.has_change_permission(request, row):
            raise PermissionDenied
        if request.method == "POST":
            return do(request, row)
        return form_page(
            request,
            DeskForm(),
            title=words,
            words=words,
            lead=lead,
            back=page_of(row),
            about=row,
        )

    return path(
        f"<int:pk>/{act}/",
        model_admin.admin_site.admin_view(view),
        name=f"newsletter_{model_admin.model._meta.model_name}_{act}",
    )


def shown_once(
    request: HttpRequest, row: Model, secret: str, *, lead: str, help_text: str
) -> HttpResponse:
    """Show something that is shown once; no page of the desk is kept anywhere."""
    context = {
        **admin.site.each_context(request),
        "opts": row._meta,
        "title": str(row),
        "about": row,
        "secret": secret,
        "lead": lead,
        "help": help_text,
    }
    return TemplateResponse(request, "admin/newsletter/secret.html", context)
