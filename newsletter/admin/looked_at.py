"""Rows that the machine writes and takes away, and that people only look at."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest


class LookedAtAdmin(admin.ModelAdmin):
    """No form changes them; who has the permission acts on several from the list."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The machine writes them."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """One of them is looked at; only the list acts."""
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """They go by themselves when they were kept long enough."""
        return False
