"""The editors' door as Django's default admin site."""

from django.contrib.admin.apps import AdminConfig


class NewsletterAdminConfig(AdminConfig):
    """Puts our own admin site in the place of the stock one."""

    default_site = "newsletter.admin.site.NewsletterAdminSite"
