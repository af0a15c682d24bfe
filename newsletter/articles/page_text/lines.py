"""Lines, blocks of lines, and putting hard-wrapped lines together again."""

import re
from dataclasses import dataclass

from newsletter.articles.page_text.wording import FIXED_LINES, WEB_ADDRESS

Lines = list[str]

# "zon- en feestdagen" keeps its space; "Klaas-" and "Jan" belong together.
_AFTER_HANGING_HYPHEN = {
    "en",
    "of",
    "tot",
    "dan",
    "noch",
    "als",
    "maar",
    "naar",
    "én",
    "óf",
}
_WORD_AT_START = re.compile(r"[^\W\d_]+")
_WIDEST_WRAP = 110
_NARROWEST_WRAP = 40


def split_blocks(text: str) -> list[Lines]:
    """Return the blocks between blank lines, each as its lines."""
    blocks: list[Lines] = [[]]
    for line in text.split("\n"):
        if line.strip():
            blocks[-1].append(line.rstrip())
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]


def join_lines(lines: Lines) -> str:
    """Return hard-wrapped lines as one line with single spaces."""
    text = ""
    for line in lines:
        line = " ".join(line.split())
        text += line if not text or _word_goes_on(text, line) else f" {line}"
    return text.strip()


def _word_goes_on(text: str, line: str) -> bool:
    if text[-1] != "-" or not text[-2:-1].isalpha():
        return False
    word = _WORD_AT_START.match(line)
    return word is not None and word[0].lower() not in _AFTER_HANGING_HYPHEN


@dataclass(frozen=True)
class Wrapping:
    """At which width a page breaks its lines; 0 when it does not."""

    width: int = 0

    def goes_on(self, line: str, following: str) -> bool:
        """Tell whether the following line is there only because this one was full."""
        words = following.split()
        if not self.width or not words:
            return False
        return len(line) + 1 + len(words[0]) > self.width


def wrapping_of(blocks: list[Lines]) -> Wrapping:
    """Find the width at which these blocks were wrapped."""
    width = 0
    for block in blocks:
        for place, line in enumerate(block):
            if WEB_ADDRESS.search(line):
                continue
            if len(line) > _WIDEST_WRAP:
                return Wrapping()
            # These end where they end: their length says nothing.
            if any(fixed.match(line) for fixed in FIXED_LINES):
                continue
            if place < len(block) - 1:
                width = max(width, len(line))
    return Wrapping(width if width >= _NARROWEST_WRAP else 0)
