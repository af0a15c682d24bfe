"""Newsletters: their sender, moment, reminders and look."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from subscribers.look import LogoField, LookAdmin
from subscribers.models import MailingList
from subscribers.names import refuse_name_like_spam


@admin.register(MailingList)
class MailingListAdmin(LookAdmin, admin.ModelAdmin):
    """A newsletter: its sender, its moment, its look."""

    list_display = ("name", "sender_address", "moment", "needs_approval")
    search_fields = ("name",)
    prepopulated_fields = {"slug": ("name",)}
    formfield_overrides = {
        models.URLField: {"assume_scheme": "https"},
        models.ImageField: {"form_class": LogoField},
    }
    fieldsets = (
        (None, {"fields": ("name", "slug", "promise", "language")}),
        (gettext_lazy("Sender"), {"fields": ("sender_name", "sender_address")}),
        (
            gettext_lazy("When"),
            {
                "fields": (
                    ("weekday", "send_time"),
                    "time_zone",
                    "own_morning",
                    ("needs_approval", "who_approves"),
                    "proof_minutes",
                )
            },
        ),
        (
            gettext_lazy("Reminders"),
            {
                "fields": (
                    "has_reminders",
                    ("empty_reminder_days", "empty_reminder_time"),
                    ("unready_reminder_days", "unready_reminder_time"),
                    "reserve_use",
                )
            },
        ),
        (
            gettext_lazy("How fast"),
            {"fields": ("pace_minutes", "has_first_wave", "group_size")},
        ),
        (
            gettext_lazy("When it goes wrong"),
            {
                "description": gettext_lazy(
                    "An issue is held by itself above these shares, with the reason. "
                    "A publisher looks and lets it go on, or stops it."
                ),
                "fields": (
                    "pause_above_complaints",
                    "pause_above_permanent",
                    "pause_above_temporary",
                    "pause_limits_from",
                ),
            },
        ),
        (
            gettext_lazy("Signing up"),
            {
                "fields": (
                    "has_welcome_mail",
                    "welcome_words",
                    "has_months_best",
                    "sign_ups_per_hour",
                )
            },
        ),
        (
            gettext_lazy("Below every mail"),
            {"fields": ("organisation", "postal_address", "registration", "website")},
        ),
        (gettext_lazy("Technical"), {"fields": ("list_id",)}),
        # Last: the sample stands right below it.
        (
            gettext_lazy("Look"),
            {"fields": ("accent_colour", "second_colour", "logo")},
        ),
    )

    def formfield_for_dbfield(self, db_field: Any, *args: Any, **kwargs: Any) -> Any:
        """Ask of the sender's name that it tells who sends, and no more."""
        field: Any = super().formfield_for_dbfield(db_field, *args, **kwargs)
        if db_field.name == "sender_name":
            field.validators.append(refuse_name_like_spam)
        return field

    @admin.display(description=gettext_lazy("leaves"))
    def moment(self, mailing_list: MailingList) -> str:
        """Say when it leaves."""
        return _("%(day)s %(time)s") % {
            "day": mailing_list.get_weekday_display(),
            "time": mailing_list.send_time.strftime("%H:%M"),
        }
