"""What a proposal changes, as a publisher reads it: block by block, words marked."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from newsletter.issues.comparing import (
    Comparison,
    FieldChange,
    Piece,
    What,
    shortened,
    words_that_differ,
)
from newsletter.issues.texts import label_of, name_of, readable


@dataclass(frozen=True)
class Told:
    """A block that differs, or the lines above the blocks, with its fields."""

    heading: str
    what: str
    fields: tuple[tuple[str, tuple[Piece, ...]], ...]


def told(changes: Comparison) -> list[Told]:
    """Return all that differs, what stands above the blocks first."""
    became = {What.ADDED: _("new block"), What.REMOVED: _("block taken out")}
    lines = []
    if changes.fields:
        lines.append(Told(_("Subject and date"), "", _fields(changes.fields)))
    if changes.is_reordered:
        lines.append(Told(_("Order of the blocks"), _("changed"), ()))
    return lines + [
        Told(name_of(one.block), became.get(one.what, ""), _fields(one.fields))
        for one in changes.blocks
    ]


def _fields(
    fields: tuple[FieldChange, ...],
) -> tuple[tuple[str, tuple[Piece, ...]], ...]:
    return tuple((label_of(one.kind, one.name), _pieces(one)) for one in fields)


def _pieces(change: FieldChange) -> tuple[Piece, ...]:
    """Return the marked words; none where only the looks of them changed."""
    old = readable(change.kind, change.name, change.old)
    new = readable(change.kind, change.name, change.new)
    return () if old == new else shortened(words_that_differ(old, new))
