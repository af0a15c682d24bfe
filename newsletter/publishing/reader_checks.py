"""Checks beside the readers there are: what stays empty for them."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from newsletter.delivery.months_best import readers_of
from newsletter.issues.block import Block
from newsletter.issues.blocks import OpeningBlock
from newsletter.issues.models import Issue
from newsletter.publishing.findings import Check, Finding, Severity
from newsletter.publishing.places import field_of

NAMES = Check(
    "names",
    gettext_lazy("The greeting also reads well for who gave no first name."),
    is_quick=False,
)
CHECKS = (NAMES,)

# So many readers that the greeting without a name is worth reading once more.
MANY = 0.25
_NEEDS_A_NAME = re.compile(
    r"\b(?:beste|lieve|liefste|geachte|waarde|dear)\s*$", re.IGNORECASE
)


def check_names(
    issue: Issue, blocks: Sequence[Block], *, on: date
) -> Iterator[Finding]:
    """Look at the greeting as readers without a first name get it.

    Args:
        on: the day the issue leaves, in the zone of its list.
    """
    openings = [block for block in blocks if isinstance(block, OpeningBlock)]
    share = _share_without_name(issue, on) if openings else 0.0
    if not share:
        return
    for opening in openings:
        greeting = opening.greeting or _default_greeting(issue)
        needs_name = bool(_NEEDS_A_NAME.search(greeting))
        if not needs_name and share < MANY:
            continue
        message = _(
            "%(share)s of the readers have no first name. "
            "Their greeting then reads “%(greeting)s,”."
        ) % {"share": _in_percent(share), "greeting": greeting}
        yield NAMES.finds(
            Severity.WARN if needs_name else Severity.HINT,
            message,
            issue,
            field_of(opening, blocks, "greeting"),
        )


def _default_greeting(issue: Issue) -> str:
    with override(issue.mailing_list.language):
        return _("Good morning")


def _share_without_name(issue: Issue, on: date) -> float:
    counted = readers_of(issue, on).aggregate(
        everyone=Count("pk"), nameless=Count("pk", filter=Q(subscriber__first_name=""))
    )
    return counted["nameless"] / counted["everyone"] if counted["everyone"] else 0.0


def _in_percent(share: float) -> str:
    return f"{max(1, round(100 * share))} %"
