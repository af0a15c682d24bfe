"""The links that are a reader's own: to leave, and to the page with preferences.

Both are made from columns alone, without a query, so that an issue for many
thousands of readers can carry them.
"""

from functools import lru_cache

from django.conf import settings

from newsletter.links import absolute_url
from newsletter.signing import make_tag
from subscribers.models import Subscription


def unsubscribe_url(subscription: Subscription) -> str:
    """Return the address to leave one list: a page by GET, one-click by POST."""
    return unsubscribe_url_for(subscription.token)


def preferences_url(subscription: Subscription) -> str:
    """Return the address of a subscription's preferences; it does not expire."""
    return preferences_url_for(subscription.pk)


def unsubscribe_url_for(token: str) -> str:
    """Return ``unsubscribe_url`` where only the column ``token`` is at hand."""
    return f"{_folder('unsubscribe', settings.SITE_URL)}{token}/"


def preferences_url_for(subscription_id: int) -> str:
    """Return ``preferences_url`` where only the primary key is at hand."""
    tag = make_tag("preferences", subscription_id)
    return f"{_folder('preferences', settings.SITE_URL)}{tag}/"


@lru_cache
def _folder(name: str, site_url: str) -> str:
    return absolute_url(name, "0").removesuffix("0/")
