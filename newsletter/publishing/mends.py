"""The one safe thing that puts a finding right, ready to be pressed."""

from collections.abc import Sequence

from django.db import models
from django.utils.translation import gettext as _

from newsletter.issues.block import Block
from newsletter.issues.blocks import HelpLine, HelpLineBlock
from newsletter.issues.models import Issue
from newsletter.publishing.findings import Mend

STEP = 10


def setting(row: models.Model, label: str, **values: object) -> Mend:
    """Return the change of some fields of one row."""

    def do() -> None:
        type(row)._default_manager.filter(pk=row.pk).update(**values)

    return Mend(label, do, row, values=values)


def help_line_behind(
    block: Block, blocks: Sequence[Block], help_line: HelpLine
) -> Mend:
    """Return putting in the block with that help line, right behind another block."""

    new = HelpLineBlock(parent=block.parent, region=block.region, help_line=help_line)

    def do() -> None:
        place = next(i for i, other in enumerate(blocks) if other is block)
        _in_order([*blocks[: place + 1], new, *blocks[place + 1 :]])

    label = _("Put the help line in")
    return Mend(label, do, block.parent, block=new, behind=block)


def moved_behind(
    block: Block, blocks: Sequence[Block], other: Block, label: str
) -> Mend:
    """Return moving one block to right behind another."""

    def do() -> None:
        rest = [one for one in blocks if one is not block]
        place = next(i for i, one in enumerate(rest) if one is other)
        _in_order([*rest[: place + 1], block, *rest[place + 1 :]])

    return Mend(label, do, block.parent, block=block, behind=other)


def _in_order(blocks: Sequence[Block]) -> None:
    """Number the blocks anew in this order, saving one that is new."""
    for number, block in enumerate(blocks, 1):
        block.ordering = number * STEP
        if block.pk is None:
            block.save()
        else:
            type(block)._default_manager.filter(pk=block.pk).update(
                ordering=block.ordering
            )


def is_of_issue(mend: Mend) -> bool:
    """Tell whether it changes the issue or its blocks, so that its version grows."""
    return isinstance(mend.about, Issue | Block)
