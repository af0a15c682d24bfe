"""``manage.py keep_no_longer_than_needed``: let go of what was kept long enough."""

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from subscribers.keeping import let_go_of_everything, rules


class Command(BaseCommand):
    """Shows first; does it only when asked to."""

    help = (
        "Show what is kept longer than this installation keeps it (KEEP_…_DAYS), "
        "and with --really let go of it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the word that makes it happen."""
        parser.add_argument(
            "--really", action="store_true", help="let go of it, for good"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a table, and act where asked."""
        now = timezone.now()
        if options["really"]:
            self._print(let_go_of_everything(now), now)
            self.stdout.write("All of that is gone.")
            return
        self._print({rule.setting: rule.overdue(now).count() for rule in rules()}, now)
        self.stdout.write("Nothing was changed. With --really it is let go of.")

    def _print(self, counted: dict[str, int], now: datetime) -> None:
        self.stdout.write(f"{'days':>6} {'too long':>9}  what")
        for rule in rules():
            count = counted[rule.setting]
            self.stdout.write(f"{rule.days:>6} {count:>9}  {rule.what}")
