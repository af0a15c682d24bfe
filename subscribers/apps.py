"""The subscribers app: people, lists, consent. It knows nothing of issues."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SubscribersConfig(AppConfig):
    """People and what they agreed to."""

    name = "subscribers"
    verbose_name = _("Subscribers")
