"""Which sentence a reader means: their words held against the article's."""

import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice

from newsletter.articles.prose_text import Span, find

# “…”, „…”, "…", ‘…’, '…', «…»: two to two hundred letters between quotes.
_QUOTED = re.compile(r"[“”„\"«](.{2,200}?)[“”\"»]|(?<!\w)[‘'‚](.{2,200}?)[’'](?!\w)")
_SENTENCE = re.compile(r"[^.!?\n]+[.!?…]*[”\"’)]*")
_WORD = re.compile(r"\w{4,}|\d+")
_SHORTEST_QUOTE = 3
# A letter that goes on longer has said by then which place it means.
_LONGEST_LETTER, _MOST_QUOTES = 10_000, 50
# One word that no other sentence has, or more that few have.
_ENOUGH = 1.0
_LONG_WORD = 6


@dataclass(frozen=True)
class Meant:
    """What a reader seems to mean.

    Attributes:
        span: where it stands in the article's text.
        instead: what they say it should be; "" when they do not quote that.
        is_quoted: they quote these very words; otherwise it is a sentence like theirs.
    """

    span: Span
    instead: str = ""
    is_quoted: bool = False


def meant_by(letter: str, text: str) -> Meant | None:
    """Return the place in an article's text that a letter is about, if any is."""
    letter = letter[:_LONGEST_LETTER]
    return _quoted_in(letter, text) or _most_alike(letter, text)


def _quoted_in(letter: str, text: str) -> Meant | None:
    quoted = islice(_QUOTED.finditer(letter), _MOST_QUOTES)
    quotes = [next(filter(None, found.groups())) for found in quoted]
    for number, quote in enumerate(quotes):
        if len(quote.strip()) < _SHORTEST_QUOTE:
            continue
        if places := find(quote.strip(" .,"), text, any_case=True):
            others = (other.strip() for other in quotes[number + 1 :])
            new = (one for one in others if not _stands_outside(places[0], one, text))
            return Meant(places[0], next(new, ""), is_quoted=True)
    return None


def _stands_outside(place: Span, words: str, text: str) -> bool:
    """Tell whether words stand in the article, apart from within this place."""
    start, end = place
    found = find(words, text, any_case=True)
    return any(begin < start or finish > end for begin, finish in found)


def _most_alike(letter: str, text: str) -> Meant | None:
    sentences = [found.span() for found in _SENTENCE.finditer(text)]
    words = [set(_words(text[slice(*span)])) for span in sentences]
    how_often = Counter(word for them in words for word in them)
    asked = set(_words(letter))
    best, best_score = None, 0.0
    for span, them in zip(sentences, words, strict=True):
        score = sum(_weight(word) / how_often[word] for word in them & asked)
        if score > best_score:
            best, best_score = span, score
    if best is None or best_score < _ENOUGH:
        return None
    return Meant(_trimmed(best, text))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _weight(word: str) -> float:
    """Let a long word or a number say more than a short one."""
    return 1.0 if len(word) >= _LONG_WORD or word.isdecimal() else 0.6


def _trimmed(span: Span, text: str) -> Span:
    sentence = text[slice(*span)]
    return span[0] + len(sentence) - len(sentence.lstrip()), span[1]
