"""Colleagues, and the record of acts that matter."""

import contextlib
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, Permission, User
from django.forms import CheckboxSelectMultiple
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from newsletter.audit.models import AuditEntry
from newsletter.audit.recording import MACHINE

# Acts as they are written down, in a place where translators find them.
_ACTS = (
    gettext_noop("approved"),
    gettext_noop("approved their own text in an emergency"),
    gettext_noop("proposal rejected"),
    gettext_noop("reserve used"),
    gettext_noop("deputy named"),
    gettext_noop("deputy not needed any more"),
    gettext_noop("scheduled"),
    gettext_noop("sent now"),
    gettext_noop("schedule cancelled"),
    gettext_noop("paused"),
    gettext_noop("resumed"),
    gettext_noop("stopped"),
    gettext_noop("moved to another Sunday"),
    gettext_noop("Sunday skipped"),
    gettext_noop("Sunday not skipped after all"),
    gettext_noop("marked as the month's best"),
    gettext_noop("not the month's best"),
    gettext_noop("sign-ups held"),
    gettext_noop("suppressed"),
    gettext_noop("suppression lifted"),
    gettext_noop("erased"),
    gettext_noop("consent recorded"),
    gettext_noop("import agreed to"),
    gettext_noop("import stopped"),
    gettext_noop("import resumed"),
    gettext_noop("import undone"),
    gettext_noop("subscribers exported"),
    gettext_noop("data handed out"),
    gettext_noop("asked to stay"),
    gettext_noop("let go of who did not answer"),
    gettext_noop("merged"),
    gettext_noop("said who is in a segment"),
    gettext_noop("report looked at"),
    gettext_noop("report confirmed"),
    gettext_noop("no mistake after all"),
    gettext_noop("mistake corrected"),
    gettext_noop("reader thanked"),
    gettext_noop("reports joined"),
    gettext_noop("report taken apart"),
    gettext_noop("text put right"),
    gettext_noop("reader answered"),
    gettext_noop("reader mail sorted"),
    gettext_noop("correction mail begun"),
    gettext_noop("taken down"),
    gettext_noop("put back"),
    gettext_noop("evidence handed out"),
    gettext_noop("consent to print noted"),
    gettext_noop("request taken in"),
    gettext_noop("identity checked"),
    gettext_noop("request extended"),
    gettext_noop("request answered"),
    gettext_noop("request closed"),
)


@admin.register(AuditEntry)
class AuditEntryAdmin(admin.ModelAdmin):
    """Who did what, and when: to be read, by nobody to be changed."""

    list_display = ("at", "who", "act_in_words", "about")
    list_display_links = ("at",)
    list_filter = ("at",)
    search_fields = ("actor_name", "act", "subject")
    date_hierarchy = "at"
    fields = ("at", "who", "act_in_words", "about", "details")
    readonly_fields = fields
    actions = None

    @admin.display(description=gettext_lazy("who"), ordering="actor_name")
    def who(self, entry: AuditEntry) -> str:
        """Name the person; the machine is called so."""
        if entry.actor_id is None and entry.actor_name == MACHINE:
            return _("the machine")
        return entry.actor_name

    @admin.display(description=gettext_lazy("act"), ordering="act")
    def act_in_words(self, entry: AuditEntry) -> str:
        """Say what was done."""
        return _(entry.act)

    @admin.display(description=gettext_lazy("about"), ordering="subject")
    def about(self, entry: AuditEntry) -> str:
        """Say what it was done to: its kind and its number with us."""
        kind, _space, number = entry.subject.partition(" ")
        for app in ("newsletter", "subscribers", "auth"):
            with contextlib.suppress(LookupError):
                model = apps.get_model(app, kind)
                return f"{model._meta.verbose_name} {number}"
        return entry.subject

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Acts write themselves down."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What happened stays."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What happened stays."""
        return False


_MAY = {
    "add": gettext_lazy("add"),
    "change": gettext_lazy("change"),
    "delete": gettext_lazy("delete"),
    "view": gettext_lazy("look at"),
}


def may_in_words(permission: Permission) -> str:
    """Return what somebody may do with what: "article: change"."""
    act, _separator, _thing = permission.codename.partition("_")
    kind = permission.content_type.model_class()
    thing = kind._meta.verbose_name if kind else permission.content_type.model
    return f"{thing}: {_MAY.get(act, permission.name)}"


class TicksPowers(admin.ModelAdmin):
    """Offers roles, and what they may do, to be ticked.

    Django's two lists beside each other explain themselves in English only.
    """

    filter_horizontal = ()

    def formfield_for_manytomany(self, *args: Any, **kwargs: Any) -> Any:
        """Put each kind of thing on a line of its own, in an editor's words."""
        field: Any = super().formfield_for_manytomany(*args, **kwargs)
        if field.queryset.model is Permission:
            field.queryset = field.queryset.select_related("content_type")
            field.label_from_instance = may_in_words
        field.widget = CheckboxSelectMultiple(choices=field.choices)
        field.help_text = ""
        return field


admin.site.unregister(User)
admin.site.unregister(Group)


@admin.register(User)
class ColleagueAdmin(TicksPowers, UserAdmin):
    """Colleagues and their roles.

    Only a superuser makes or changes a superuser; nobody changes their own powers.
    """

    list_display = ("username", "first_name", "last_name", "email", "is_active")
    list_filter = ("is_active", "groups")
    _powers = ("is_superuser", "user_permissions")
    _own_powers = (*_powers, "is_staff", "groups")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Nobody gives themselves more than they have."""
        given = super().get_readonly_fields(request, obj)
        if obj is not None and obj.pk == request.user.pk:
            return (*given, *self._own_powers)
        return given if request.user.is_superuser else (*given, *self._powers)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may reset a superuser's password is one."""
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A superuser is not deleted by somebody who is none."""
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_delete_permission(request, obj)


@admin.register(Group)
class RoleAdmin(TicksPowers, GroupAdmin):
    """Roles and what each may do. Whoever has a role does not widen it."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let somebody else change a role, unless a superuser does."""
        is_theirs = obj is not None and obj in request.user.groups.all()
        if is_theirs and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)
