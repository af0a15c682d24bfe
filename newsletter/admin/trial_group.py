"""Who is in the test group of a list."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.admin.trials import MAY_TEST
from newsletter.delivery.trial_group import GroupMember
from subscribers.models import MailingList


@admin.register(GroupMember)
class GroupMemberAdmin(admin.ModelAdmin):
    """The test group: kept by whoever composes issues."""

    list_display = ("name", "address", "as_whom", "mailing_list")
    list_filter = ("mailing_list",)
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

    has_add_permission = has_module_permission
    has_change_permission = has_view_permission
    has_delete_permission = has_view_permission

    def get_changeform_initial_data(
        self, request: HttpRequest
    ) -> dict[str, str | list[str]]:
        """Choose the first list: mostly there is only one."""
        first = MailingList.objects.first()
        return {"mailing_list": str(first.pk)} if first else {}
