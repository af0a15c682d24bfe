"""Mail to one person, for whoever has to know why it did not leave."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from newsletter.outbox.models import OutgoingMail


@admin.register(OutgoingMail)
class OutgoingMailAdmin(admin.ModelAdmin):
    """Looked at and left alone; what it said and to whom is nobody's business."""

    list_display = ("purpose", "created_at", "state", "tries", "last_error")
    list_filter = ("state",)
    date_hierarchy = "created_at"
    fields = ("purpose", "created_at", "state", "tries", "accepted_at", "last_error")
    readonly_fields = fields
    ordering = ("-created_at",)
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Acts write mail."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The machine sends it."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was done stays to be seen."""
        return False
