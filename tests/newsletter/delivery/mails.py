"""What arrived in the mailbox of a test."""

from pathlib import Path

from django.conf import settings


def how_many_mails() -> int:
    """How many there are; taking them apart takes longer than sending them."""
    return len(list(Path(settings.MAILBOX_DIR).glob("[!.]*.eml")))
