"""What differs between two texts of an issue, as it is read: words marked."""

from collections.abc import Sequence
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
    """A block that differs, or the lines above the blocks, with its fields.

    Attributes:
        key: of the block; "" for what is no block.
    """

    heading: str
    what: str
    fields: tuple[tuple[str, tuple[Piece, ...]], ...]
    key: str = ""


def told(changes: Comparison) -> list[Told]:
    """Return all that differs, what stands above the blocks first."""
    became = {What.ADDED: _("new block"), What.REMOVED: _("block taken out")}
    lines = []
    if changes.fields:
        lines.append(Told(_("Subject and date"), "", _fields(changes.fields)))
    if changes.is_reordered:
        lines.append(Told(_("Order of the blocks"), _("another one now"), ()))
    return lines + [
        Told(
            name_of(one.block),
            became.get(one.what, ""),
            _fields(one.fields),
            one.block.key,
        )
        for one in changes.blocks
    ]


def _fields(
    fields: tuple[FieldChange, ...],
) -> tuple[tuple[str, tuple[Piece, ...]], ...]:
    return tuple((label_of(one.kind, one.name), pieces_of(one)) for one in fields)


def pieces_of(change: FieldChange) -> tuple[Piece, ...]:
    """Return the marked words; none where only the looks of them changed."""
    old = readable(change.kind, change.name, change.old)
    new = readable(change.kind, change.name, change.new)
    return () if old == new else shortened(words_that_differ(old, new))


def in_short(changes: Sequence[Told]) -> str:
    """Return the names of what differs, in one line."""
    return ", ".join(
        f"{one.heading} ({one.what})" if one.what else one.heading for one in changes
    )
