"""Checks of the subject: the issue's own, and each that it is tried against."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.issues.models import Issue
from newsletter.issues.subject_tests import SubjectVariant
from newsletter.publishing.dates_in_text import DATES, trouble_with_dates
from newsletter.publishing.findings import Check, Finding, Mend, Severity
from newsletter.publishing.mends import setting
from newsletter.publishing.placeholders import FILLED_IN, PLACEHOLDER
from newsletter.publishing.sensitive_checks import LOCK_SCREEN, trouble_on_lock_screen

# Longer subjects are cut off in nearly every inbox, shorter ones say little.
LONGEST_SUBJECT, SHORTEST_SUBJECT = 78, 10
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
TRIED = Check(
    "tried subjects",
    gettext_lazy("Every other subject that is tried is as good."),
    is_quick=False,
)
CHECKS = (
    SUBJECT,
    SUBJECT_LENGTH,
    SUBJECT_HONEST,
    SUBJECT_CALM,
    SUBJECT_EMOJI,
    TRIED,
)

_ANSWER = re.compile(r"^\s*(?:(?:re|fwd?|antw|doorst)\s*:\s*)+", re.IGNORECASE)
_ROWS_OF_SIGNS = re.compile(r"!{2,}|\?{2,}|[!?]{3,}|€{2,}|\${2,}|\*{3,}")
_SIGN = "[\U0001f300-\U0001faff\u2600-\u27bf\u2b50\u2b55\u231a\u231b]"
_TONED = f"{_SIGN}\ufe0f?[\U0001f3fb-\U0001f3ff]?"
_EMOJI = re.compile(f"[\U0001f1e6-\U0001f1ff]{{2}}|{_TONED}(?:\u200d{_TONED})*")

# The page with the other subjects, and their fields in order.
TRIED_PAGE = "subjects"
TRIED_FIELDS = ("second", "third", "fourth")
_NAMES = {
    "second": gettext_lazy("the second subject"),
    "third": gettext_lazy("the third subject"),
    "fourth": gettext_lazy("the fourth subject"),
}


@dataclass(frozen=True)
class Trouble:
    """What is wrong with one subject.

    Attributes:
        label, better: the words on the button that puts it right, and the subject then.
    """

    check: Check
    severity: Severity
    message: str
    label: str = ""
    better: str = ""


# --- The issue's own ---


def check_subject(issue: Issue) -> Iterator[Finding]:
    """Look at the issue's own subject."""
    subject = issue.subject.strip()
    if not subject:
        message = _("The subject is empty. It is the first thing a reader sees.")
        yield SUBJECT.finds(Severity.STOP, message, issue, "id_subject")
        return
    for trouble in _troubles(subject, _("the subject"), issue.publication_date):
        yield trouble.check.finds(
            trouble.severity,
            trouble.message,
            issue,
            "id_subject",
            text=f"subject: {subject}",
            mend=setting(issue, trouble.label, subject=trouble.better)
            if trouble.better
            else None,
        )


# --- The others ---


def check_tried(issue: Issue) -> Iterator[Finding]:
    """Look at each other subject as strictly as at the issue's own."""
    variants = list(SubjectVariant.objects.filter(test__issue=issue))
    before = [issue.subject]
    for field, variant in zip(TRIED_FIELDS, variants, strict=False):
        for trouble in _troubles_tried(issue, field, variant.subject, before):
            yield TRIED.finds(
                trouble.severity,
                trouble.message,
                issue,
                f"id_{field}",
                page=TRIED_PAGE,
                text=f"{trouble.check.code}: {variant.subject}",
                mend=_mend(issue, variant, trouble),
            )
        before.append(variant.subject)


def _troubles_tried(
    issue: Issue, field: str, subject: str, before: Sequence[str]
) -> Iterator[Trouble]:
    name = str(_NAMES[field])
    yield from _troubles(subject, name, issue.publication_date)
    if message := trouble_on_lock_screen(subject):
        message = f"{capfirst(name)}: {message}"
        yield Trouble(LOCK_SCREEN, Severity.WARN, message)
    if letters(subject) in map(letters, before):
        message = _("%(subject)s is the same as another. Then nothing is tried.")
        yield Trouble(TRIED, Severity.WARN, message % {"subject": capfirst(name)})


def _mend(issue: Issue, variant: SubjectVariant, trouble: Trouble) -> Mend | None:
    if not trouble.better:
        return None
    do = setting(variant, trouble.label, subject=trouble.better).do
    # What is tried is part of the issue: its version grows.
    return Mend(trouble.label, do, issue)


def letters(text: str) -> str:
    """Return only letters and figures: what two lines have to differ in."""
    return "".join(sign for sign in text.casefold() if sign.isalnum())


# --- Any of them ---


def _troubles(subject: str, name: str, day: date | None) -> Iterator[Trouble]:
    words = {"subject": capfirst(name), "the_subject": name}
    if found := PLACEHOLDER.search(subject):
        message = _("%(subject)s still contains “%(words)s”. Fill it in.")
        message %= {**words, "words": found[0]}
        yield Trouble(FILLED_IN, Severity.STOP, message)
    yield from _length(subject, words)
    yield from _tone(subject, words)
    if (count := len(_EMOJI.findall(subject))) > MOST_EMOJI:
        message = _(
            "%(subject)s has %(count)d emoji. One at most: more looks like "
            "advertising, and is read aloud one by one."
        ) % {**words, "count": count}
        yield Trouble(SUBJECT_EMOJI, Severity.WARN, message)
    for trouble in trouble_with_dates(subject, day) if day else ():
        yield Trouble(DATES, Severity.WARN, f"{capfirst(name)}: {trouble}")


def _length(subject: str, words: dict[str, str]) -> Iterator[Trouble]:
    if len(subject) > LONGEST_SUBJECT:
        message = _(
            "%(subject)s has %(length)d characters and will be cut off. "
            "Keep it under %(most)d."
        ) % {**words, "length": len(subject), "most": LONGEST_SUBJECT}
        yield Trouble(SUBJECT_LENGTH, Severity.STOP, message)
    elif len(subject) < SHORTEST_SUBJECT:
        message = _(
            "%(subject)s is very short. A reader decides by it whether to open."
        )
        yield Trouble(SUBJECT_LENGTH, Severity.HINT, message % words)


def _tone(subject: str, words: dict[str, str]) -> Iterator[Trouble]:
    if found := _ANSWER.match(subject):
        message = _(
            "%(subject)s looks like an answer or a forwarded mail. "
            "That misleads readers and ends up as spam."
        )
        without = subject[found.end() :].strip()
        yield Trouble(
            SUBJECT_HONEST,
            Severity.STOP,
            message % words,
            label=_("Take “%(words)s” off") % {"words": found[0].strip()},
            better=capfirst(without),
        )
    if found := _ROWS_OF_SIGNS.search(subject):
        message = _(
            "“%(signs)s” in %(the_subject)s looks like spam. One sign will do."
        ) % {**words, "signs": found[0]}
        yield Trouble(
            SUBJECT_CALM,
            Severity.WARN,
            message,
            label=_("Keep one of them"),
            better=_ROWS_OF_SIGNS.sub(lambda row: row[0][0], subject),
        )
    elif _is_loud(subject):
        message = _(
            "%(subject)s is in capitals. That reads as shouting, and ends up as spam."
        )
        yield Trouble(SUBJECT_CALM, Severity.WARN, message % words)


def _is_loud(subject: str) -> bool:
    signs = [sign for sign in subject if sign.isalpha()]
    loud = sum(sign.isupper() for sign in signs)
    return len(signs) >= FEWEST_LOUD and loud >= LOUD * len(signs)
