"""Checks of words: subject, preheader, what was meant to be filled in, dates."""

import re
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.issues.blocks import Block
from newsletter.issues.models import Issue
from newsletter.publishing.dates_in_text import trouble_with_dates
from newsletter.publishing.findings import Check, Finding, Severity
from newsletter.publishing.mends import setting
from newsletter.publishing.places import field_of, name_of, whole_of, words_of

# Longer subjects are cut off in nearly every inbox, shorter ones say little.
LONGEST_SUBJECT, SHORTEST_SUBJECT = 78, 10
LONGEST_PREHEADER = 110
MOST_EMOJI = 1
# From so many letters on, so large a part in capitals is shouting: "NIX18" is not.
FEWEST_LOUD, LOUD = 10, 0.7

SUBJECT = Check("subject", gettext_lazy("There is a subject."), is_final=True)
SUBJECT_LENGTH = Check(
    "subject length", gettext_lazy("The subject fits in an inbox and says enough.")
)
SUBJECT_HONEST = Check(
    "subject honest", gettext_lazy("The subject does not look like an answer.")
)
SUBJECT_CALM = Check(
    "subject calm",
    gettext_lazy("The subject does not shout: no capitals, no rows of signs."),
)
SUBJECT_EMOJI = Check(
    "subject emoji", gettext_lazy("The subject has one emoji at most.")
)
PREHEADER = Check("preheader", gettext_lazy("There is a line under the subject."))
PREHEADER_ADDS = Check(
    "preheader adds", gettext_lazy("The line under the subject adds to it.")
)
PREHEADER_LENGTH = Check(
    "preheader length", gettext_lazy("The line under the subject fits in an inbox.")
)
FILLED_IN = Check(
    "filled in", gettext_lazy("Nothing is left that was still to be filled in.")
)
DATES = Check(
    "dates", gettext_lazy("Days and dates in the text exist and are to come.")
)
CHECKS = (
    SUBJECT,
    SUBJECT_LENGTH,
    SUBJECT_HONEST,
    SUBJECT_CALM,
    SUBJECT_EMOJI,
    PREHEADER,
    PREHEADER_ADDS,
    PREHEADER_LENGTH,
    FILLED_IN,
    DATES,
)

# TK is what journalists write for "to come"; a capitalised TK-debat is parliament's.
# Small crosses at the end of a line are kisses.
_PLACEHOLDER = re.compile(
    r"\blorem ipsum\b"
    r"|(?-i:\b(?:TK)+K*\b(?!-))"
    r"|(?-i:\bX{3,}\b|\bx{3,}\b(?!\s*$))"
    r"|(?-i:\bTODO\b)|\btodo:"
    r"|\[[^\]]*(?:invullen|volgt|hier komt)[^\]]*\]"
    r"|\bhier komt nog (?:een |de |het )?(?:tekst|titel|kop|link|foto)\b"
    r"|\{\{[^}]*\}\}|\*\|[A-Z_:]+\|\*|%recipient\.\w+%",
    re.IGNORECASE | re.MULTILINE,
)
_ANSWER = re.compile(r"^\s*(?:(?:re|fwd?|antw|doorst)\s*:\s*)+", re.IGNORECASE)
_ROWS_OF_SIGNS = re.compile(r"!{2,}|\?{2,}|[!?]{3,}|€{2,}|\${2,}|\*{3,}")
_SIGN = "[\U0001f300-\U0001faff\u2600-\u27bf\u2b50\u2b55\u231a\u231b]"
_TONED = f"{_SIGN}\ufe0f?[\U0001f3fb-\U0001f3ff]?"
_EMOJI = re.compile(f"[\U0001f1e6-\U0001f1ff]{{2}}|{_TONED}(?:\u200d{_TONED})*")


def check_wording(issue: Issue, blocks: Sequence[Block]) -> Iterator[Finding]:
    """Look at the inbox line and at the words of every block."""
    yield from _check_subject(issue)
    yield from _check_preheader(issue)
    for place, block in enumerate(blocks, 1):
        for check, severity, message in _troubles(words_of(block), issue):
            yield check.finds(
                severity,
                f"{name_of(place, block)}: {message}",
                issue,
                field_of(block, blocks),
                text=f"{message}\n{whole_of(block)}",
            )


# --- The subject ---


def _check_subject(issue: Issue) -> Iterator[Finding]:
    subject = issue.subject.strip()
    if not subject:
        message = _("The subject is empty. It is the first thing a reader sees.")
        yield SUBJECT.finds(Severity.STOP, message, issue, "id_subject")
        return
    if found := _PLACEHOLDER.search(subject):
        message = _("The subject still contains “%(words)s”. Fill it in.") % {
            "words": found[0]
        }
        yield FILLED_IN.finds(
            Severity.STOP, message, issue, "id_subject", text=f"subject: {subject}"
        )
    yield from _check_length(issue, subject)
    yield from _check_tone(issue, subject)
    if (count := len(_EMOJI.findall(subject))) > MOST_EMOJI:
        message = _(
            "The subject has %(count)d emoji. One at most: more looks like "
            "advertising, and is read aloud one by one."
        ) % {"count": count}
        yield SUBJECT_EMOJI.finds(Severity.WARN, message, issue, "id_subject")


def _check_length(issue: Issue, subject: str) -> Iterator[Finding]:
    if len(subject) > LONGEST_SUBJECT:
        message = _(
            "The subject has %(length)d characters and will be cut off. "
            "Keep it under %(most)d."
        ) % {"length": len(subject), "most": LONGEST_SUBJECT}
        severity = Severity.STOP
    elif len(subject) < SHORTEST_SUBJECT:
        message = _(
            "The subject is very short. A reader decides by it whether to open."
        )
        severity = Severity.HINT
    else:
        return
    yield SUBJECT_LENGTH.finds(severity, message, issue, "id_subject", text=subject)


def _check_tone(issue: Issue, subject: str) -> Iterator[Finding]:
    if found := _ANSWER.match(subject):
        message = _(
            "The subject looks like an answer or a forwarded mail. "
            "That misleads readers and ends up as spam."
        )
        without = subject[found.end() :].strip()
        mend = setting(
            issue,
            _("Take “%(words)s” off") % {"words": found[0].strip()},
            subject=without[:1].upper() + without[1:],
        )
        yield SUBJECT_HONEST.finds(
            Severity.STOP,
            message,
            issue,
            "id_subject",
            text=subject,
            mend=mend if without else None,
        )
    if found := _ROWS_OF_SIGNS.search(subject):
        message = _("“%(signs)s” in the subject looks like spam. One sign will do.") % {
            "signs": found[0]
        }
        calm = _ROWS_OF_SIGNS.sub(lambda row: row[0][0], subject)
        mend = setting(issue, _("Keep one of them"), subject=calm)
        yield SUBJECT_CALM.finds(Severity.WARN, message, issue, "id_subject", mend=mend)
    elif _is_loud(subject):
        message = _(
            "The subject is in capitals. That reads as shouting, and ends up as spam."
        )
        yield SUBJECT_CALM.finds(Severity.WARN, message, issue, "id_subject")


def _is_loud(subject: str) -> bool:
    letters = [sign for sign in subject if sign.isalpha()]
    loud = sum(sign.isupper() for sign in letters)
    return len(letters) >= FEWEST_LOUD and loud >= LOUD * len(letters)


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
    if found := _PLACEHOLDER.search(preheader):
        message = _("The line under the subject still contains “%(words)s”.") % {
            "words": found[0]
        }
        yield FILLED_IN.finds(
            Severity.STOP, message, issue, "id_preheader", text=f"line: {preheader}"
        )
    if len(preheader) > LONGEST_PREHEADER:
        message = _(
            "The line under the subject has %(length)d characters; no inbox shows "
            "more than %(most)d. Put what matters first."
        ) % {"length": len(preheader), "most": LONGEST_PREHEADER}
        yield PREHEADER_LENGTH.finds(Severity.HINT, message, issue, "id_preheader")


def letters(text: str) -> str:
    """Return only letters and figures: what two lines have to differ in."""
    return "".join(sign for sign in text.casefold() if sign.isalnum())


# --- The blocks ---


def _troubles(words: str, issue: Issue) -> Iterator[tuple[Check, Severity, str]]:
    if found := _PLACEHOLDER.search(words):
        yield (
            FILLED_IN,
            Severity.STOP,
            _("here still stands “%(words)s”.") % {"words": found[0]},
        )
    if issue.publication_date:
        for message in trouble_with_dates(words, issue.publication_date):
            yield DATES, Severity.WARN, message
