"""Mail to one person, for whoever has to know why it did not leave."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from newsletter.outbox.models import OutgoingMail

# Purposes as they are written down, in a place where translators find them.
_PURPOSES = (
    gettext_noop("confirm"),
    gettext_noop("already_subscribed"),
    gettext_noop("reader mail"),
    gettext_noop("answer to a reader"),
    gettext_noop("thanks to a reader"),
    gettext_noop("test of an issue"),
    gettext_noop("proof of an issue"),
    gettext_noop("reminder"),
    gettext_noop("weekly summary"),
    gettext_noop("alert"),
    gettext_noop("stay"),
    gettext_noop("answer to a privacy request"),
)


@admin.register(OutgoingMail)
class OutgoingMailAdmin(admin.ModelAdmin):
    """Looked at and left alone; what it said and to whom is nobody's business."""

    list_display = ("what", "created_at", "state", "tries", "last_error")
    list_filter = ("state",)
    date_hierarchy = "created_at"
    fields = ("what", "created_at", "state", "tries", "accepted_at", "last_error")
    readonly_fields = fields
    ordering = ("-created_at",)
    actions = None

    @admin.display(description=gettext_lazy("purpose"), ordering="purpose")
    def what(self, mail: OutgoingMail) -> str:
        """Say what it is for."""
        return _(mail.purpose)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Acts write mail."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The machine sends it."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was done stays to be seen."""
        return False
