"""``manage.py check_ledger``: does every account of every issue add up?

What was counted for the pages of figures is compared with the rows it was counted from.
Without a number it also compares where readers stand with their record of consent.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from newsletter.delivery.ledger import broken_invariants
from newsletter.delivery.models import Dispatch
from newsletter.reports.checking import counts_unlike_their_rows
from subscribers.story import places_unlike_their_record


class Command(BaseCommand):
    """Prints each broken invariant; exit code 1 when there is one."""

    help = "Check that the ledger of every issue (or one) keeps its invariants."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the number of one issue."""
        parser.add_argument("--issue", type=int, metavar="N")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check and tell."""
        dispatches = Dispatch.objects.all()
        if options["issue"] is not None:
            dispatches = dispatches.filter(issue__number=options["issue"])
            if not dispatches.exists():
                raise CommandError(f"There is no dispatch of issue {options['issue']}.")
        broken = broken_invariants(now=timezone.now(), dispatches=dispatches)
        broken += counts_unlike_their_rows(dispatches)
        if options["issue"] is None:
            broken += [
                f"subscription {place.pk} is {place.state}, its record says otherwise"
                for place in places_unlike_their_record()
            ]
        for sentence in broken:
            self.stdout.write(sentence)
        if broken:
            raise CommandError(f"{len(broken)} broken invariant(s), see above.")
        self.stdout.write(f"{dispatches.count()} dispatch(es): everything adds up.")
