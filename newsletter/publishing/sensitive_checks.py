"""Checks around hard subjects: where to find help, and what a lock screen shows."""

import re
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.articles.models import SensitiveSubject
from newsletter.issues.block import Block
from newsletter.issues.blocks import HelpLine, HelpLineBlock
from newsletter.issues.models import Issue
from newsletter.publishing.block_checks import found_in
from newsletter.publishing.findings import Check, Finding, Severity
from newsletter.publishing.mends import help_line_behind
from newsletter.publishing.places import words_of

HELP_LINES = Check(
    "help lines", gettext_lazy("Where a story may touch someone, help is named.")
)
LOCK_SCREEN = Check(
    "lock screen", gettext_lazy("Nothing on a lock screen that is nobody's business.")
)
CHECKS = (HELP_LINES, LOCK_SCREEN)

# Pieces about these go with a help line: the rule of every Dutch newsroom.
HELP_FOR = {
    SensitiveSubject.SUICIDE: HelpLine.SUICIDE,
    SensitiveSubject.EATING: HelpLine.EATING,
}
# "Sekse" is no sex; "kanker" is always the disease, the zodiac has a "kreeft".
_WORDS = {
    SensitiveSubject.SUICIDE: r"zelfmoord|zelfdoding|su[iï]cid",
    SensitiveSubject.EATING: r"eetstoornis|anorexia|boulimia",
    SensitiveSubject.SEX: (
        r"seks(?!e)|orgasme|masturb|porno|vagina|penis|vibrator|eroti[es]|libido"
    ),
    SensitiveSubject.MEDICAL: (
        r"\w*kanker(?!en\b|t\b)|hiv\b|soa\b|miskra(?:am|men)\b|abortus|incontinen|aambei"
    ),
}
_SPOKEN_OF = {
    subject: re.compile(rf"\b(?:{words})\w*", re.IGNORECASE)
    for subject, words in _WORDS.items()
}


def check_sensitive(issue: Issue, blocks: Sequence[Block]) -> Iterator[Finding]:
    """Look for subjects that go with a help line, and at the inbox line."""
    yield from _check_help(blocks)
    yield from _check_lock_screen(issue)


def _check_help(blocks: Sequence[Block]) -> Iterator[Finding]:
    named = {block.help_line for block in blocks if isinstance(block, HelpLineBlock)}
    for subject, help_line in HELP_FOR.items():
        if help_line in named:
            continue
        for place, block in enumerate(blocks, 1):
            if trouble := _need_of_help(block, subject, bool(named)):
                severity, message = trouble
                yield found_in(
                    HELP_LINES,
                    severity,
                    place,
                    block,
                    blocks,
                    message,
                    text=subject.value,
                    mend=help_line_behind(block, blocks, help_line),
                )
                break


def _need_of_help(
    block: Block, subject: SensitiveSubject, some_help_is_named: bool
) -> tuple[Severity, str] | None:
    """Tell how much a block asks for its help line.

    An article that says what it is about asks for that very line. Words alone may
    mean something else; any help line will do.
    """
    article = getattr(block, "article", None)
    if article is not None and article.sensitive_subject == subject:
        message = _(
            "the article is marked “%(subject)s”, and no help line for that is in the "
            "issue. Some readers need it today."
        ) % {"subject": subject.label}
        return Severity.STOP, message
    if some_help_is_named or isinstance(block, HelpLineBlock):
        return None
    if found := _SPOKEN_OF[subject].search(words_of(block)):
        message = _(
            "this is about “%(words)s”. Add a block with a help line, "
            "for readers whom it touches."
        ) % {"words": found[0]}
        return Severity.WARN, message
    return None


def _check_lock_screen(issue: Issue) -> Iterator[Finding]:
    lines = ((issue.subject, "id_subject"), (issue.preheader, "id_preheader"))
    for line, field in lines:
        if message := trouble_on_lock_screen(line):
            yield LOCK_SCREEN.finds(Severity.WARN, message, issue, field)


def trouble_on_lock_screen(line: str) -> str:
    """Say which word of a line is nobody's business; "" when there is none."""
    for pattern in _SPOKEN_OF.values():
        if found := pattern.search(line):
            return _(
                "“%(words)s” shows on the lock screen, where anyone may read "
                "along. Say it inside the mail instead."
            ) % {"words": found[0]}
    return ""
