"""Dropping what every page carries and no article says: notes, promo, adverts."""

import re
from dataclasses import dataclass, field
from enum import Enum

from newsletter.articles.page_text import wording
from newsletter.articles.page_text.lines import Lines, Wrapping, join_lines


class Closing(Enum):
    """The lines with which a page ends; a bio stops there."""

    MISTAKE = "mistake"
    PROMO = "promo"


Part = Lines | Closing

_LONGEST_PREAMBLE = 60


@dataclass
class Sieved:
    """What is left of a page, with the places where its closing lines stood."""

    parts: list[Part] = field(default_factory=list)
    image_credit: str | None = None

    @property
    def blocks(self) -> list[Lines]:
        """Return only the blocks of text."""
        return [part for part in self.parts if not isinstance(part, Closing)]


def is_mistake_note(text: str) -> bool:
    """Tell whether the text asks readers to report mistakes, in whatever words."""
    if wording.MISTAKE_ALONE.match(text):
        return True
    if not wording.MISTAKE.search(text) or wording.OWN_STORY.search(text):
        return False
    if wording.MADE.search(text) and not wording.MADE_BY_US.search(text):
        return False
    return bool(wording.TELL_US.search(text)) and _begins_like_a_note(text)


def _begins_like_a_note(text: str) -> bool:
    """Allow one short sentence before it, such as "Niemand is volmaakt."."""
    first, *others = re.split(r"(?<=[.?!…])\s+", text)
    if not _speaks_of_mistakes(first):
        short = len(first) <= _LONGEST_PREAMBLE
        return short and bool(others) and _speaks_of_mistakes(others[0])
    return True


def _speaks_of_mistakes(text: str) -> bool:
    return bool(wording.MISTAKE.search(text) or wording.TELL_US.search(text))


def _note_is_below(block: Lines) -> bool:
    """Tell whether the note begins on a later line, below other text."""
    for place in range(1, len(block)):
        above = join_lines(block[:place])
        if _speaks_of_mistakes(above):
            return False
        if wording.ends_a_sentence(above) and is_mistake_note(
            join_lines(block[place:])
        ):
            return True
    return False


def is_advert(line: str) -> bool:
    """Tell whether the line announces an advert."""
    line = line.strip()
    if len(line) > wording.LONGEST_ADVERT:
        return False
    if wording.ADVERT.match(line):
        return True
    return bool(wording.ADVERT_WITH_TEXT.match(line)) and not line.isupper()


class _Sieve:
    """Walks through the blocks, remembering what was dropped last."""

    def __init__(self, wrapping: Wrapping) -> None:
        self.wrapping = wrapping
        self.result = Sieved()
        self.last: Closing | None = None
        self.tagline_due = False

    def take(self, block: Lines) -> None:
        kept: Lines = []
        rest = list(block)
        while rest:
            closing, count = self._closing_at(kept, rest)
            if closing:
                kept = self._keep(kept)
                self._close(closing, join_lines(rest[:count]))
            elif count := self._aside(rest):
                # In the middle of a sentence the sentence goes on after the aside.
                if kept and wording.ends_a_sentence(kept[-1]):
                    kept = self._keep(kept)
            else:
                count = 1
                kept.append(rest[0])
                self.last, self.tagline_due = None, False
            del rest[:count]
        self._keep(kept)

    def _close(self, closing: Closing, text: str) -> None:
        promo = wording.PROMO.match(text)
        self.tagline_due = bool(promo and promo["line"] is None)
        self.last = closing
        self.result.parts.append(closing)

    def _keep(self, kept: Lines) -> Lines:
        if kept:
            self.result.parts.append(kept)
        return []

    def _closing_at(self, kept: Lines, rest: Lines) -> tuple[Closing | None, int]:
        """Return the closing line that starts here, and over how many lines."""
        full = kept and self.wrapping.goes_on(kept[-1], rest[0])
        if full and not wording.ends_a_sentence(kept[-1]):
            return None, 0
        for count in range(1, min(len(rest), wording.MOST_LINES_OF_NOTE) + 1):
            closing = self._closing(join_lines(rest[:count]))
            if closing and not _note_is_below(rest[:count]):
                return self._with_its_end(closing, rest, count)
        return None, 0

    def _closing(self, text: str) -> Closing | None:
        if len(text) > wording.LONGEST_NOTE:
            return None
        if is_mistake_note(text):
            return Closing.MISTAKE
        if self.last is Closing.MISTAKE and wording.AFTER_MISTAKE.match(text):
            return Closing.MISTAKE
        tagline = wording.PROMO_TAGLINE_ALONE.match(text) or (
            self.tagline_due and wording.PROMO_TAGLINE.match(text)
        )
        return Closing.PROMO if tagline or wording.PROMO.match(text) else None

    def _with_its_end(
        self, closing: Closing, rest: Lines, count: int
    ) -> tuple[Closing | None, int]:
        """Take the lines along over which the closing line was wrapped.

        A text that turns out to be long is no closing line but a paragraph.
        """
        while count < len(rest) and self._is_cut(rest[count - 1], rest[count]):
            count += 1
        long = len(join_lines(rest[:count])) > wording.LONGEST_NOTE
        return (None, 0) if long else (closing, count)

    def _is_cut(self, line: str, following: str) -> bool:
        # A full stop or an emoji ends it.
        if not line[-1].isalnum() and line[-1] not in ",–-":
            return False
        return following[:1].islower() or self.wrapping.goes_on(line, following)

    def _aside(self, rest: Lines) -> int:
        """Return how many of the next lines are a caption or an advert."""
        if wording.CAPTION.match(rest[0]):
            return self._drop_caption(rest)
        return self._with_continuation(rest) if is_advert(rest[0]) else 0

    def _drop_caption(self, rest: Lines) -> int:
        count = self._with_continuation(rest)
        found = wording.CAPTION.match(join_lines(rest[:count]))
        credit = found["credit"].strip() if found else ""
        if rest[0].lstrip()[:1] in "([" and credit[-1:] in ")]":
            credit = credit[:-1].strip()
        self.result.image_credit = self.result.image_credit or credit or None
        return count

    def _with_continuation(self, rest: Lines) -> int:
        count = 1
        while count < len(rest) and self._is_continuation(rest[count - 1], rest[count]):
            count += 1
        return count

    def _is_continuation(self, line: str, following: str) -> bool:
        marked = wording.CAPTION.match(following) or wording.MUST_READ.match(following)
        return not marked and self.wrapping.goes_on(line, following)


def sieve(blocks: list[Lines], wrapping: Wrapping) -> Sieved:
    """Drop the noise; the first caption gives the credit of the picture."""
    walker = _Sieve(wrapping)
    for block in blocks:
        walker.take(block)
    return walker.result
