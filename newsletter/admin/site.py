"""The editors' desk: one branded admin site with the menu of a magazine."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.admin.composer_words import prose_words
from newsletter.admin.dashboard import this_sunday
from newsletter.admin.deputies import deputy_urls
from newsletter.admin.growth import growth_urls
from newsletter.admin.list_health import list_health_urls
from newsletter.admin.reserve import reserve_urls
from newsletter.admin.sundays import sunday_urls
from newsletter.admin.weekly_summary import weekly_summary_urls
from subscribers.evidence import evidence_of
from subscribers.limits import may_try_to_log_in

# What editors see, in this order; everything else stands below it.
DESK_MENU = ("Article", "Issue", "ReaderMail", "Dispatch")

# Pages that stand below the figures in the menu.
PAGES_OF_FIGURES = ("growth", "list_health", "weekly_summary")


class LogInForm(AdminAuthenticationForm):
    """A name and a password, tried as often as a person would."""

    def clean(self) -> dict[str, Any]:
        """Look at the password only while there are tries left.

        Raises:
            ValidationError: tried too often, whether the password is right or not.
        """
        name = str(self.cleaned_data.get("username", ""))
        if self.request and not may_try_to_log_in(
            name, evidence_of(self.request), now=timezone.now()
        ):
            raise ValidationError(
                _(
                    "There were too many tries to log in. Wait a quarter of an hour, "
                    "or ask for a new password."
                ),
                code="too_many",
            )
        cleaned: dict[str, Any] = super().clean()
        return cleaned


class NewsletterAdminSite(admin.AdminSite):
    """The Django admin with the magazine's name and menu."""

    login_form = LogInForm

    site_title = gettext_lazy("Rock jouw inbox")
    site_header = gettext_lazy("Rock jouw inbox")
    index_title = gettext_lazy("This Sunday")
    index_template = "admin/this_sunday.html"
    # The menu stands in the header: on a phone the sidebar is not shown at all.
    enable_nav_sidebar = False

    def get_app_list(
        self, request: HttpRequest, app_label: str | None = None
    ) -> list[dict[str, Any]]:
        """Return the menu: the desk first, the rest as administration."""
        apps = super().get_app_list(request, app_label)
        if app_label is not None:
            return apps
        models = {
            model["object_name"]: model for app in apps for model in app["models"]
        }
        desk = [self._this_sunday()] + [
            self._renamed(models.pop(name)) for name in DESK_MENU if name in models
        ]
        rest = sorted(models.values(), key=lambda model: str(model["name"]).lower())
        menu = [self._group("desk", _("Desk"), desk)]
        if rest:
            menu.append(self._group("rest", _("Administration"), rest))
        for model in (*desk, *rest):
            model["is_current"] = _is_here(request.path, model["admin_url"])
        return menu

    def _this_sunday(self) -> dict[str, Any]:
        return {
            "name": _("This Sunday"),
            "object_name": "ThisSunday",
            "admin_url": reverse("admin:index"),
            "add_url": None,
            "view_only": True,
            "perms": {},
        }

    def _renamed(self, model: dict[str, Any]) -> dict[str, Any]:
        names = {"Dispatch": _("Figures"), "ReaderMail": _("Readers' mail")}
        name = names.get(model["object_name"], model["name"])
        return {**model, "name": name, "add_url": None}

    def _group(
        self, label: str, name: str, models: list[dict[str, Any]]
    ) -> dict[str, Any]:
        return {
            "name": name,
            "app_label": label,
            "app_url": reverse("admin:index"),
            "has_module_perms": True,
            "models": models,
        }

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Add what the scripts of every page say."""
        return {**super().each_context(request), "prose_words": prose_words()}

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Add the presses on the front page."""
        own = [
            *sunday_urls(self),
            *reserve_urls(self),
            *deputy_urls(self),
            *growth_urls(self),
            *list_health_urls(self),
            *weekly_summary_urls(self),
        ]
        return [*own, *super().get_urls()]

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """Show this Sunday: what comes, what is missing, what came in."""
        context = this_sunday(request, now=timezone.now())
        return super().index(request, {**context, **(extra_context or {})})


def _is_here(path: str, address: str | None) -> bool:
    """Tell whether a page belongs to a part of the menu; the front page is itself."""
    if address in (None, reverse("admin:index")):
        return path == address
    if path.startswith(f"{reverse('admin:newsletter_dispatch_changelist')}editie/"):
        # From these an issue leaves: they are pages of the issue.
        return address == reverse("admin:newsletter_issue_changelist")
    if path in [reverse(f"admin:{name}") for name in PAGES_OF_FIGURES]:
        return address == reverse("admin:newsletter_dispatch_changelist")
    return path.startswith(str(address))
