"""Load the demo into an empty installation; ``up`` does so by itself."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from newsletter.management import demo
from newsletter.management.first_login import make_first_login


class Command(BaseCommand):
    """What ``make run`` shows, for an installation that was started otherwise."""

    help = "Load a magazine's first Sunday: articles, readers, an issue that leaves."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load it, made by the first superuser."""
        login = make_first_login(settings.DATA_DIR)
        by = User.objects.filter(is_superuser=True).order_by("pk").first()
        if by is None:
            raise CommandError("Make a colleague first: manage.py createsuperuser")
        try:
            loaded = demo.load(by=by, now=timezone.now())
        except demo.CannotLoadDemo as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(
            _("Issue %(number)s leaves as soon as the worker and beat run.")
            % {"number": loaded.dispatch.issue.number}
        )
        if login:
            self.stdout.write(
                _("A login was made; see %(file)s") % {"file": login.kept_in}
            )
