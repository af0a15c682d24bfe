"""Notes of colleagues about a reader; the reader may ask to see them."""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from subscribers.models import Note, Subscriber


class CannotNote(Exception):
    """The note is not kept; the text says why."""


def write_note(
    subscriber: Subscriber, text: str, *, by: AbstractBaseUser, now: datetime
) -> Note:
    """Keep a note in a colleague's name.

    Raises:
        CannotNote: the reader was forgotten, so nothing may be kept of them.
    """
    with transaction.atomic():
        # Held, so that nobody is forgotten between the look and the note.
        still_there = Subscriber.objects.select_for_update().filter(
            pk=subscriber.pk, erased_at=None
        )
        if still_there.first() is None:
            raise CannotNote(_("This reader was forgotten. Nothing is kept of them."))
        return Note.objects.create(
            subscriber=subscriber,
            text=text.strip(),
            at=now,
            author_id=by.pk,
            author_name=by.get_username(),
        )


def take_note_away(note: Note, *, by: AbstractBaseUser) -> None:
    """Take one's own note away.

    Raises:
        CannotNote: it is a colleague's.
    """
    if note.author_id != by.pk:
        raise CannotNote(_("Only who wrote a note takes it away."))
    note.delete()
