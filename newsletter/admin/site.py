"""The editors' desk: one branded admin site."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _


class NewsletterAdminSite(admin.AdminSite):
    """The Django admin with the magazine's name and menu."""

    site_title = _("Rock jouw inbox")
    site_header = _("Rock jouw inbox")
    index_title = _("This Sunday")
