"""``manage.py receive_mail < message``: one mail from a pipe of the mail server.

Mail servers go by sysexits.h: whatever else a pipe ends with, they take for a refusal
and send the mail back to whoever wrote it.
"""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from newsletter.mistakes.inbound import receive

# EX_DATAERR and EX_TEMPFAIL; ``os`` has them on some systems only.
_NO_MAIL, _TRY_AGAIN = 65, 75


class Command(BaseCommand):
    """Takes in one mail; the exit code tells the mail server whether it was kept."""

    help = "Take in one mail from standard input, as a mail server's pipe gives it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Let the pipe name the envelope's recipient."""
        parser.add_argument(
            "--recipient", default="", help="the address it was delivered to"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read it whole; the same mail twice is one reader's mail."""
        raw = sys.stdin.buffer.read()
        if not raw.strip():
            raise CommandError(
                "Nothing came in: give the message on standard input.",
                returncode=_NO_MAIL,
            )
        try:
            mail = receive(raw, recipient=options["recipient"], now=timezone.now())
        except Exception as trouble:  # whatever it is: the mail must not be lost by it
            raise CommandError(
                f"Not kept ({type(trouble).__name__}); hand it in once more later.",
                returncode=_TRY_AGAIN,
            ) from trouble
        self.stdout.write(f"Kept as reader mail {mail.pk}.")
