"""Who is in the test group of a list."""

from typing import Any

from django.contrib import admin
from django.forms import HiddenInput
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.admin.trials import MAY_TEST
from newsletter.delivery.trial_group import GroupMember
from subscribers.models import MailingList


@admin.register(GroupMember)
class GroupMemberAdmin(admin.ModelAdmin):
    """The test group: kept by whoever composes issues."""

    change_list_template = "admin/newsletter/groupmember/change_list.html"
    list_display = ("name", "address", "as_whom", "mailing_list")
    fields = ("mailing_list", "name", "address", "first_name")

    @admin.display(description=gettext_lazy("as"))
    def as_whom(self, member: GroupMember) -> str:
        """Say how the mail greets them, every other time."""
        return member.first_name or _("without a first name")

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Show it to whoever composes issues."""
        return request.user.has_perm(MAY_TEST)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever composes issues tests them."""
        return request.user.has_perm(MAY_TEST)

    def get_list_display(self, request: HttpRequest) -> Any:
        """Leave the list out while there is only one."""
        shown = super().get_list_display(request)
        return shown if _lists_differ() else shown[:-1]

    def get_list_filter(self, request: HttpRequest) -> Any:
        """Offer the lists to choose from, if there is anything to choose."""
        return ("mailing_list",) if _lists_differ() else ()

    def formfield_for_dbfield(self, db_field: Any, *args: Any, **kwargs: Any) -> Any:
        """Let the list be chosen where there are several; it is not changed here."""
        field: Any = super().formfield_for_dbfield(db_field, *args, **kwargs)
        if db_field.name == "mailing_list":
            field.widget = field.widget.widget if _lists_differ() else HiddenInput()
        return field

    has_add_permission = has_module_permission
    has_change_permission = has_view_permission
    has_delete_permission = has_view_permission

    def get_changeform_initial_data(
        self, request: HttpRequest
    ) -> dict[str, str | list[str]]:
        """Choose the first list: mostly there is only one."""
        first = MailingList.objects.first()
        return {"mailing_list": str(first.pk)} if first else {}


def _lists_differ() -> bool:
    return MailingList.objects.count() > 1
