"""Absolute addresses of our own pages, for mails and feeds."""

from django.conf import settings
from django.urls import reverse


def absolute_url(name: str, *args: object) -> str:
    """Return the address of a page as the world sees it; only SITE_URL says where."""
    return f"{settings.SITE_URL}{reverse(name, args=args)}"
