"""The desk of those who look after readers and lists; importing registers it."""

from subscribers.admin import mailing_lists, readers, suppressions

__all__ = ["mailing_lists", "readers", "suppressions"]
