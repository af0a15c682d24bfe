"""What differs between two texts of an issue, as an editor reads it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from newsletter.issues.comparing import (
    Comparison,
    FieldChange,
    Mark,
    Piece,
    What,
    shortened,
    words_that_differ,
)
from newsletter.issues.texts import label_of, name_of, readable

_LONGEST_NEWS = 400


@dataclass(frozen=True)
class ToldField:
    """A field that differs.

    Attributes:
        pieces: its words with their marks; none if only its looks changed.
    """

    label: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class ToldChange:
    """A block that differs, or the issue itself.

    Attributes:
        what: a word for what became of the whole: new, taken out, moved.
        key: of the block; "" for the issue.
    """

    heading: str
    what: str
    fields: tuple[ToldField, ...]
    key: str = ""


def told(changes: Comparison) -> list[ToldChange]:
    """Return all that differs, in reading order."""
    lines = []
    if changes.fields:
        heading = _("Subject and date")
        lines.append(ToldChange(heading, "", _told_fields(changes.fields)))
    if changes.is_reordered:
        lines.append(ToldChange(_("Order of the blocks"), _("another one now"), ()))
    words = {
        What.ADDED: _("new block"),
        What.REMOVED: _("block taken out"),
        What.CHANGED: "",
    }
    return lines + [
        ToldChange(
            name_of(one.block), words[one.what], _told_fields(one.fields), one.block.key
        )
        for one in changes.blocks
    ]


def _told_fields(fields: Iterable[FieldChange]) -> tuple[ToldField, ...]:
    return tuple(
        ToldField(label_of(one.kind, one.name), told_pieces(one)) for one in fields
    )


def told_pieces(change: FieldChange) -> tuple[Piece, ...]:
    """Return the words of a field with their marks, the long middle left out."""
    old, new = (
        readable(change.kind, change.name, text) for text in (change.old, change.new)
    )
    if old == new:
        return ()
    pieces = shortened(words_that_differ(old, new))
    if len(pieces) == 1 and pieces[0].mark != Mark.SAME:
        text = Truncator(pieces[0].text).chars(_LONGEST_NEWS)
        return (Piece(pieces[0].mark, text),)
    return pieces


def in_short(changes: Sequence[ToldChange]) -> str:
    """Return the names of what differs, in one line."""
    return ", ".join(
        f"{one.heading} ({one.what})" if one.what else one.heading for one in changes
    )
