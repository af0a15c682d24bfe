"""What a mail is: a calculation on its headers and words, with the reason for it."""

import re
from dataclasses import dataclass

from newsletter.mistakes.leaving_words import wish_to_leave
from newsletter.mistakes.machines import (
    proof_of_a_machine,
    signs_of_a_machine,
    value,
)
from newsletter.mistakes.mistake_words import words_of_a_mistake
from newsletter.mistakes.models import ReaderMailKind, ReaderMailWay
from newsletter.mistakes.reading import Letter, without_answer_marks
from newsletter.mistakes.returned import kind_of_return
from newsletter.mistakes.trimming import Parted

_QUESTION = re.compile(
    r"\?(?:\s|$)|\bik vr(?:oeg|aag) me af\b|\bik (?:heb|had) een vraag\b|^vraag\b"
    r"|^(?:wanneer|hoeveel|kun(?:t|nen)|hebben) (?:ik|u|jullie|we|komt|is|mag)\b"
    r"|\b(?:hoor|verneem|weet) ik graag\b|\b(?:hoor|verneem|weet) ik .{0,20}\bof\b"
    r"|\bi (?:was wondering|wonder)\b|\bi have a question\b",
    re.IGNORECASE,
)

# In more than this, words that tell something are found by chance.
_LOOKED_AT = 10_000

# Two of these and no sign that they read us.
_SPAM = tuple(
    re.compile(words, re.IGNORECASE)
    for words in (
        r"\bseo\b|\bbacklinks?\b|\bdofollow\b|page one of google|search engine ranking",
        r"\bguest post|\bsponsored (?:post|article|guest)|\bpublish .{0,40}\blink\b",
        r"\b(?:bitcoin|crypto\w*|casino|forex)\b",
        r"gegarandeerde winst|guaranteed (?:profit|return)|per dag met|earn \W?\d+",
        r"\bdear (?:webmaster|sir|madam|website owner)\b|\byour (?:web)?site\b",
        r"\b(?:klik|click) (?:hier|here)\b",
    )
)
# Above 4 Exchange puts a mail aside itself.
_SPAM_LEVEL = 5


@dataclass(frozen=True)
class Sorted:
    """What a mail is.

    Attributes:
        because: the header or the words that decided.
        points_at_a_mistake: it does so besides, as a wish to leave may.
    """

    kind: ReaderMailKind
    because: str = ""
    points_at_a_mistake: bool = False


def sort(
    letter: Letter,
    parted: Parted,
    *,
    way: ReaderMailWay = ReaderMailWay.OTHER,
    to_leave: bool = False,
) -> Sorted:
    """Tell what a mail is.

    Args:
        way: to which of our addresses it came; those with a tag stand only in our mail.
        to_leave: it came to a reader's own address to unsubscribe.
    """
    machine = _sort_machine(letter, parted, is_tagged=way != ReaderMailWay.OTHER)
    if machine and not to_leave:
        return machine
    if to_leave:
        return Sorted(ReaderMailKind.UNSUBSCRIBE, "afmelden+")
    return _sort_person(letter, parted.said, way=way)


def _sort_machine(letter: Letter, parted: Parted, *, is_tagged: bool) -> Sorted | None:
    message, text = letter.message, letter.text
    if returned := kind_of_return(message, text):
        return Sorted(*returned)
    if proof := proof_of_a_machine(message):
        return Sorted(ReaderMailKind.AUTOMATIC, proof)
    signs = signs_of_a_machine(message, letter.from_address, parted.said)
    if len(signs) > 1:
        return Sorted(ReaderMailKind.AUTOMATIC, ", ".join(signs))
    # Whoever answers our mail is no stranger, whatever a filter says.
    if not is_tagged and (why := _looks_like_spam(letter)):
        return Sorted(ReaderMailKind.SPAM, why)
    return None


def _sort_person(letter: Letter, said: str, *, way: ReaderMailWay) -> Sorted:
    subject = without_answer_marks(letter.subject)
    is_answer = subject != letter.subject
    # Of an answer the subject is ours; of an empty mail it is all there is.
    words = said if is_answer and said else f"{subject}\n{said}"
    words = words[:_LOOKED_AT]
    mistake = words_of_a_mistake(words)
    # Whoever asks something tells in the mail itself what they want.
    own_subject = "" if is_answer or "?" in said else subject
    if wish := wish_to_leave(said) or wish_to_leave(own_subject):
        return Sorted(
            ReaderMailKind.UNSUBSCRIBE, wish, points_at_a_mistake=bool(mistake)
        )
    if mistake or way == ReaderMailWay.MISTAKE_ADDRESS:
        return Sorted(ReaderMailKind.MISTAKE, mistake)
    if question := _QUESTION.search(words):
        return Sorted(ReaderMailKind.QUESTION, question[0].strip())
    return Sorted(ReaderMailKind.OTHER)


def _looks_like_spam(letter: Letter) -> str:
    message = letter.message
    level = re.search(r"-?\d+", value(message, "X-MS-Exchange-Organization-SCL"))
    if level and int(level[0]) >= _SPAM_LEVEL:
        return f"SCL {level[0]}"
    for name in ("X-Spam-Flag", "X-Spam-Status", "X-Spam", "X-Mailgun-SFlag"):
        if value(message, name).startswith("yes"):
            return f"{name}: yes"
    if letter.thread:
        return ""
    words = f"{letter.subject}\n{letter.text[:3000]}"
    found = [one[0] for kind in _SPAM if (one := kind.search(words))]
    return ", ".join(found) if len(found) > 1 else ""
