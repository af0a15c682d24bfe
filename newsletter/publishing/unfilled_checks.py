"""Blocks that came with a composition and still wait for their words."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.issues.block import Block
from newsletter.publishing.block_checks import found_in
from newsletter.publishing.findings import Check, Finding, Severity

FILLED_IN = Check("blocks filled in", gettext_lazy("Every block has its words."))
CHECKS = (FILLED_IN,)


def check_unfilled(blocks: Sequence[Block]) -> Iterator[Finding]:
    """Name each block that lacks what its kind cannot do without."""
    for place, block in enumerate(blocks, 1):
        if not (missing := block.missing_fields):
            continue
        message = _(
            "it waits for its words: “%(field)s” is empty. "
            "Fill it in, or take the block out."
        ) % {"field": missing[0].verbose_name}
        yield found_in(
            FILLED_IN, Severity.STOP, place, block, blocks, message, missing[0].name
        )
