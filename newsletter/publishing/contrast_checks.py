"""Checks of colours: can every word be read on its ground, by day and by night."""

import re
from collections.abc import Iterator

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.colours import PAPER, READABLE, contrast, palette_for
from newsletter.issues.models import Issue
from newsletter.publishing.findings import Check, Finding, Severity
from newsletter.publishing.mends import setting
from subscribers.models import MailingList

CONTRAST = Check(
    "contrast",
    gettext_lazy("The newsletter's colour can be read on its ground."),
    is_quick=False,
)
CONTRAST_DARK = Check(
    "contrast dark",
    gettext_lazy("Every word can be read in the dark as well."),
    is_quick=False,
)
CHECKS = (CONTRAST, CONTRAST_DARK)

_DARK = re.compile(r"@media\s*\(prefers-color-scheme:\s*dark\)\s*\{", re.IGNORECASE)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_GROUND = re.compile(r"background-color:\s*(#[0-9a-f]{6})", re.IGNORECASE)
_INK = re.compile(r"(?<!-)color:\s*(#[0-9a-f]{6})", re.IGNORECASE)


def check_contrast(issue: Issue, html: str) -> Iterator[Finding]:
    """Look at the list's colour by day, and at the mail's own by night."""
    mailing_list = issue.mailing_list
    palette = palette_for(mailing_list.accent_colour, mailing_list.second_colour)
    for name, shade in (
        ("accent_colour", palette.accent),
        ("second_colour", palette.second),
    ):
        colour = str(getattr(mailing_list, name)).upper()
        if colour and colour != shade:
            yield _not_as_chosen(mailing_list, name, colour, shade)
    for ink, ground in dict.fromkeys(_hard_to_read(html)):
        message = _(
            "In the dark %(ink)s on %(ground)s cannot be read. "
            "Tell whoever looks after the templates."
        ) % {"ink": ink, "ground": ground}
        yield CONTRAST_DARK.finds(Severity.WARN, message, issue)


def _not_as_chosen(
    mailing_list: MailingList, name: str, colour: str, shade: str
) -> Finding:
    message = _(
        "The colour %(colour)s stands out only %(ratio)s to 1 from its ground; 4.5 is "
        "needed. The mail takes %(other)s instead."
    ) % {
        "colour": colour,
        "ratio": number_format(contrast(colour, PAPER), 1),
        "other": shade,
    }
    mend = setting(
        mailing_list, _("Keep %(colour)s") % {"colour": shade}, **{name: shade}
    )
    return CONTRAST.finds(Severity.HINT, message, mailing_list, f"id_{name}", mend=mend)


def _hard_to_read(html: str) -> Iterator[tuple[str, str]]:
    """Return the colours of words at night that stand out too little.

    A rule without a ground of its own stands on that of its part (``.sage``), else on
    that of the whole mail.
    """
    rules = list(_dark_rules(html))
    grounds = {
        selector: found[1]
        for selector, style in rules
        if (found := _GROUND.search(style))
    }
    paper = grounds.get(".paper") or grounds.get("body")
    if paper is None:
        return
    for selector, style in rules:
        ink, own = _INK.search(style), _GROUND.search(style)
        ground = own[1] if own else grounds.get(selector.split()[0], paper)
        if ink and contrast(ink[1], ground) < READABLE:
            yield ink[1], ground


def _dark_rules(html: str) -> Iterator[tuple[str, str]]:
    for begins in _DARK.finditer(html):
        for rule in _RULE.finditer(html, begins.end()):
            for selector in rule[1].split(","):
                if selector.strip():
                    yield selector.strip(), rule[2]
            if html[rule.end() :].lstrip().startswith("}"):
                break
