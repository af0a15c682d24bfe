"""``manage.py after_restore``: what to do when a backup was put back."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from newsletter.delivery.control import pause_by_machine
from newsletter.delivery.models import Dispatch, DispatchState
from newsletter.delivery.rewinding import catch_up_with_the_witness
from newsletter.delivery.witness import WitnessSilent, attempts_seen

EXPLANATION = """
What a restored backup means for issues that were leaving
  The database now tells an older story than what happened. The second witness (a small
  database of its own, WITNESS_DATABASE_URL) still knows which groups were handed over,
  so nothing leaves twice by itself. Uncertain readers are looked up at the provider;
  who cannot be looked up stays uncertain and is shown by name in the admin.
What you do
  1. Look at each issue below in the admin. When nothing is being looked up any more,
     a publisher presses "Resume".
  2. Whoever unsubscribed or was blocked after the backup is known as subscribed again.
     Take those over from the provider's list of unsubscribes and bounces first.
  3. Run: manage.py check_ledger
"""


class Command(BaseCommand):
    """Holds every issue that is not finished, and says what to do."""

    help = "After putting a backup back: hold all that is leaving and explain."

    def handle(self, *args: Any, **options: Any) -> None:
        """Hold, compare with the witness, explain."""
        now = timezone.now()
        standing = Dispatch.objects.standing().select_related("issue")
        for dispatch in standing.exclude(state=DispatchState.SENT):
            pause_by_machine(dispatch.pk, "A backup was put back.", now=now)
            try:
                rewound = catch_up_with_the_witness(dispatch, now=now)
                seen = attempts_seen(dispatch.issue.uuid)
            except WitnessSilent as silence:
                raise CommandError(
                    f"The witness does not answer ({silence}). Check "
                    "WITNESS_DATABASE_URL or the disk of DATA_DIR, then try again."
                ) from silence
            dispatch.refresh_from_db()
            self.stdout.write(_line(dispatch, seen=seen, rewound=rewound))
        self.stdout.write(EXPLANATION)


def _line(dispatch: Dispatch, *, seen: int, rewound: bool) -> str:
    open_batches = dispatch.batches.open().count()
    words = [f"Issue {dispatch.issue.number}: {dispatch.get_state_display()}"]
    words.append(f"{seen} handed over according to the witness")
    words.append(f"{open_batches} groups not settled")
    if rewound:
        words.append("the database had forgotten some: they are looked up now")
    return ", ".join(words) + "."
