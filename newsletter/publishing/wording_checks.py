"""Checks of words: the line under the subject, what was to be filled in, dates."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.issues.block import Block
from newsletter.issues.models import Issue
from newsletter.publishing.block_checks import found_in_text
from newsletter.publishing.dates_in_text import DATES, trouble_with_dates
from newsletter.publishing.findings import Check, Finding, Severity
from newsletter.publishing.placeholders import FILLED_IN, PLACEHOLDER
from newsletter.publishing.places import texts_of
from newsletter.publishing.subject_checks import letters

LONGEST_PREHEADER = 110

PREHEADER = Check("preheader", gettext_lazy("There is a line under the subject."))
PREHEADER_ADDS = Check(
    "preheader adds", gettext_lazy("The line under the subject adds to it.")
)
PREHEADER_LENGTH = Check(
    "preheader length", gettext_lazy("The line under the subject fits in an inbox.")
)
CHECKS = (PREHEADER, PREHEADER_ADDS, PREHEADER_LENGTH, FILLED_IN, DATES)


def check_wording(issue: Issue, blocks: Sequence[Block]) -> Iterator[Finding]:
    """Look at the line under the subject and at the words of every block."""
    yield from _check_preheader(issue)
    for place, block in enumerate(blocks, 1):
        for text in texts_of(block):
            for check, severity, message in _troubles(text.words, issue):
                yield found_in_text(
                    check, severity, place, block, blocks, text, message
                )


# --- The line under it ---


def _check_preheader(issue: Issue) -> Iterator[Finding]:
    preheader = issue.preheader.strip()
    if not preheader:
        message = _(
            "The line under the subject is empty. "
            "The inbox then shows the first words it finds."
        )
        yield PREHEADER.finds(Severity.WARN, message, issue, "id_preheader")
        return
    if letters(preheader) == letters(issue.subject):
        message = _(
            "The line under the subject repeats the subject. "
            "Let it add something instead."
        )
        yield PREHEADER_ADDS.finds(Severity.WARN, message, issue, "id_preheader")
    if found := PLACEHOLDER.search(preheader):
        message = _("The line under the subject still contains “%(words)s”.") % {
            "words": found[0]
        }
        yield FILLED_IN.finds(
            Severity.STOP, message, issue, "id_preheader", text=f"line: {preheader}"
        )
    for trouble in _dates(preheader, issue):
        message = _("The line under the subject: %(trouble)s") % {"trouble": trouble}
        yield DATES.finds(Severity.WARN, message, issue, "id_preheader")
    if len(preheader) > LONGEST_PREHEADER:
        message = _(
            "The line under the subject has %(length)d characters; no inbox shows "
            "more than %(most)d. Put what matters first."
        ) % {"length": len(preheader), "most": LONGEST_PREHEADER}
        yield PREHEADER_LENGTH.finds(Severity.HINT, message, issue, "id_preheader")


# --- The blocks ---


def _troubles(words: str, issue: Issue) -> Iterator[tuple[Check, Severity, str]]:
    if found := PLACEHOLDER.search(words):
        yield (
            FILLED_IN,
            Severity.STOP,
            _("here still stands “%(words)s”.") % {"words": found[0]},
        )
    for message in _dates(words, issue):
        yield DATES, Severity.WARN, message


def _dates(words: str, issue: Issue) -> Iterator[str]:
    day = issue.publication_date
    return trouble_with_dates(words, day) if day else iter(())
