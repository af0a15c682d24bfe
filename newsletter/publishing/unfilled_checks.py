"""Blocks that came with a composition and still wait for their words."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from newsletter.issues.blocks import Block
from newsletter.publishing.findings import Finding, Severity
from newsletter.publishing.places import field_of, name_of


def check_unfilled(blocks: Sequence[Block]) -> Iterator[Finding]:
    """Name each block that lacks what its kind cannot do without."""
    for place, block in enumerate(blocks, 1):
        if missing := block.missing_fields:
            message = _(
                "%(block)s waits for its words: “%(field)s” is empty. "
                "Fill it in, or take the block out."
            ) % {
                "block": name_of(place, block),
                "field": missing[0].verbose_name,
            }
            place_on_page = f"id_{field_of(block, blocks)}-{missing[0].name}"
            yield Finding(Severity.STOP, message, block.parent, place_on_page)
