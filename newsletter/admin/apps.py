"""The editors' door as Django's default admin site."""

from importlib import import_module

from django.contrib.admin.apps import AdminConfig

# Importing them registers their pages.
MODULES = (
    "alerts",
    "articles",
    "clients",
    "dispatches",
    "feeds",
    "issues",
    "listeners",
    "mistake_reports",
    "outgoing_mail",
    "paces",
    "people",
    "pictures",
    "provider_calls",
    "reader_mail",
    "trial_group",
)


class NewsletterAdminConfig(AdminConfig):
    """Puts our own admin site in the place of the stock one."""

    default_site = "newsletter.admin.site.NewsletterAdminSite"

    def ready(self) -> None:
        """Register our pages once all models are there."""
        super().ready()
        for module in MODULES:
            import_module(f"newsletter.admin.{module}")
