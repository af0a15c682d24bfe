"""The desk of those who look after readers and lists; importing registers it."""

from subscribers.admin import (
    chores,
    doors,
    imports,
    mailing_lists,
    notes,
    privacy_requests,
    readers,
    segments,
    staying,
    suppressions,
)

__all__ = [
    "chores",
    "doors",
    "imports",
    "mailing_lists",
    "notes",
    "privacy_requests",
    "readers",
    "segments",
    "staying",
    "suppressions",
]
