"""The local mailbox: an email backend that keeps every mail as a file."""

from django.core.mail.backends.base import BaseEmailBackend


class LocalMailboxBackend(BaseEmailBackend):
    """Writes each message as one ``.eml`` file below ``MAILBOX_DIR``."""
