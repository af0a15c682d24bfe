"""``manage.py receive_mail < message``: one mail from a pipe of the mail server."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from newsletter.mistakes.inbound import receive


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
            raise CommandError("Nothing came in: give the message on standard input.")
        mail = receive(raw, recipient=options["recipient"], now=timezone.now())
        self.stdout.write(f"Kept as reader mail {mail.pk}.")
