"""Checks of words: subject, preheader, what was meant to be filled in, dates."""

import re
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from newsletter.issues.blocks import Block
from newsletter.issues.models import Issue
from newsletter.publishing.dates_in_text import trouble_with_dates
from newsletter.publishing.findings import Finding, Severity
from newsletter.publishing.places import field_of, name_of, words_of

# Longer subjects are cut off in nearly every inbox, shorter ones say little.
LONGEST_SUBJECT, SHORTEST_SUBJECT = 78, 10
_PLACEHOLDER = re.compile(
    r"\blorem ipsum\b|\bx{3,}\b|\btodo\b|(?-i:\bTK+\b)|\[[^\]]*(?:invullen|volgt)\]",
    re.IGNORECASE,
)
_ANSWER = re.compile(r"^\s*(?:re|fwd?|antw|doorst)\s*:", re.IGNORECASE)


def check_wording(issue: Issue, blocks: Sequence[Block]) -> Iterator[Finding]:
    """Look at the inbox line and at the words of every block."""
    yield from _check_subject(issue)
    yield from _check_preheader(issue)
    for place, block in enumerate(blocks, 1):
        for message in _troubles(words_of(block), issue):
            yield Finding(
                Severity.WARN,
                f"{name_of(place, block)}: {message}",
                issue,
                field_of(block, blocks),
            )


def _check_subject(issue: Issue) -> Iterator[Finding]:
    subject = issue.subject.strip()
    for severity, message in _subject_troubles(subject):
        yield Finding(severity, message, issue, "id_subject")
    if subject and _previous_subject(issue) == subject.casefold():
        message = _(
            "The subject is the same as last time. "
            "Readers may take it for a mail they already had."
        )
        yield Finding(Severity.WARN, message, issue, "id_subject")


def _subject_troubles(subject: str) -> Iterator[tuple[Severity, str]]:
    if not subject:
        yield (
            Severity.STOP,
            _("The subject is empty. It is the first thing a reader sees."),
        )
        return
    if found := _PLACEHOLDER.search(subject):
        yield (
            Severity.STOP,
            _("The subject still contains “%(words)s”. Fill it in.")
            % {"words": found[0]},
        )
    if _ANSWER.match(subject):
        yield (
            Severity.STOP,
            _(
                "The subject looks like an answer or a forwarded mail. "
                "That misleads readers and ends up as spam."
            ),
        )
    if len(subject) > LONGEST_SUBJECT:
        yield (
            Severity.WARN,
            _(
                "The subject has %(length)d characters and will be cut off. "
                "Keep it under %(most)d."
            )
            % {"length": len(subject), "most": LONGEST_SUBJECT},
        )
    elif len(subject) < SHORTEST_SUBJECT:
        yield (
            Severity.HINT,
            _("The subject is very short. A reader decides by it whether to open."),
        )


def _previous_subject(issue: Issue) -> str:
    previous = Issue.objects.of(issue.mailing_list).filter(number__lt=issue.number)
    subject = previous.values_list("subject", flat=True).first()
    return (subject or "").strip().casefold()


def _check_preheader(issue: Issue) -> Iterator[Finding]:
    preheader = issue.preheader.strip()
    if not preheader:
        message = _(
            "The line under the subject is empty. "
            "The inbox then shows the first words it finds."
        )
    elif _letters(preheader) == _letters(issue.subject):
        message = _(
            "The line under the subject repeats the subject. "
            "Let it add something instead."
        )
    elif found := _PLACEHOLDER.search(preheader):
        message = _("The line under the subject still contains “%(words)s”.") % {
            "words": found[0]
        }
    else:
        return
    yield Finding(Severity.WARN, message, issue, "id_preheader")


def _letters(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def _troubles(words: str, issue: Issue) -> Iterator[str]:
    if found := _PLACEHOLDER.search(words):
        yield _("here still stands “%(words)s”.") % {"words": found[0]}
    if issue.publication_date:
        yield from trouble_with_dates(words, issue.publication_date)
