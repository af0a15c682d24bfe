"""Doing for everybody what is meant for some, so that nobody can tell whom."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction


class LeaveNoTrace(Exception):
    """Everything was done as for anybody, and nothing of it is to stay."""


@contextmanager
def discreetly() -> Iterator[None]:
    """Run a transaction that ``LeaveNoTrace`` takes back without a word.

    Answer and time are the same either way; only the mailbox knows.
    """
    try:
        with transaction.atomic():
            yield
    except LeaveNoTrace:
        return
