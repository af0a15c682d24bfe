"""Telling a block that is one quotation from text that contains quotations."""

import re

from newsletter.articles.page_text.lines import Lines, join_lines
from newsletter.articles.page_text.parsed import Quote
from newsletter.articles.page_text.wording import DASH_SET, ends_a_sentence

_CLOSED_BY = {
    "“": "”“\"", "„": "”“\"", "”": "”", "‟": "”", "\"": "\"”",
    "‘": "’'", "‚": "‘’'", "‛": "’", "'": "'’", "’": "’",
    "«": "»", "»": "«", "‹": "›", "›": "‹",
}  # fmt: skip
_SINGLE = "‘’‚‛'"
_ATTRIBUTION = re.compile(
    rf"^\s*(?P<dash>[{DASH_SET}]+)\s*(?P<name>[^\s{DASH_SET}].*)$"
)
# "'s Avonds" opens no quotation, with whichever mark it was typed.
_APOSTROPHE = re.compile(r"^['‘’][snktm]\b")
_LONGEST_ATTRIBUTION = 120
_LOW_AND_HIGH = re.compile(r"^(?:,,(?P<low>.+?)(?:''|\"|”|“)|``(?P<high>.+?)'')")


def read_quote(lines: Lines) -> Quote | None:
    """Return the quote that these lines are, if they are one and nothing else."""
    text = _with_plain_marks(join_lines(lines))
    if text[:1] not in _CLOSED_BY or len(text) < 3 or _APOSTROPHE.match(text):
        return None
    for end in _ends(text):
        rest = text[end + 1 :].strip()
        inner = text[1:end].strip()
        if not inner:
            continue
        if not rest or rest in (".", ",", "!", "?", "…"):
            return Quote(inner + _left_over(inner, rest))
        attribution = _attribution(rest, lines)
        if attribution:
            return Quote(inner, attribution)
    return None


def rejoin_attributions(blocks: list[Lines]) -> list[Lines]:
    """Put a lone "— name" below a blank line back with the quote above it."""
    joined: list[Lines] = []
    for place, block in enumerate(blocks):
        following = blocks[place + 1] if place + 1 < len(blocks) else [""]
        lone = len(block) == 1 and _ATTRIBUTION.match(block[0])
        if lone and joined and not _ATTRIBUTION.match(following[0]):
            quote = read_quote(joined[-1])
            if quote and not quote.attribution and not ends_a_sentence(block[0]):
                joined[-1] = [*joined[-1], *block]
                continue
        joined.append(block)
    return joined


def _with_plain_marks(text: str) -> str:
    """Replace typewriter marks of two characters: ,,so'' and ``so''."""
    found = _LOW_AND_HIGH.match(text)
    if not found:
        return text
    inner = found["low"] or found["high"]
    return f"“{inner}”{text[found.end() :]}"


def _left_over(inner: str, rest: str) -> str:
    return "" if not rest or ends_a_sentence(inner) else rest


def _ends(text: str) -> list[int]:
    """Return where the quotation that opens the text may close.

    Once it has closed no other may open before the end: then it is a sentence
    with quotations in it. A genitive (Hans’ idee) looks like a closing mark, so a
    later mark may be the real one.
    """
    opener = text[0]
    closers = _CLOSED_BY[opener]
    ends: list[int] = []
    depth = 1
    for place in range(1, len(text)):
        letter = text[place]
        if letter not in closers and letter != opener:
            continue
        if _opens(text, place, opener, closers):
            if depth == 0:
                break
            depth += 1
        elif _closes(text, place, closers):
            depth = max(depth - 1, 0)
            if depth == 0:
                ends.append(place)
    if opener not in _SINGLE:
        return ends[:1]
    return ends


def _opens(text: str, place: int, opener: str, closers: str) -> bool:
    letter = text[place]
    if letter != opener:
        # German „so“ closes with the mark that opens in “so”.
        return letter == "“" and opener == "„" and _starts_word(text, place)
    if opener not in closers:
        return not text[place - 1].isalnum()
    return _starts_word(text, place)


def _starts_word(text: str, place: int) -> bool:
    before, after = text[place - 1], text[place + 1 : place + 2]
    return (before.isspace() or before in "([") and bool(after) and not after.isspace()


def _before_word(text: str, place: int) -> bool:
    return text[place + 1 : place + 2].isalnum()


def _closes(text: str, place: int, closers: str) -> bool:
    letter = text[place]
    if letter not in closers:
        return False
    return not (letter in _SINGLE and _before_word(text, place))


def _attribution(rest: str, lines: Lines) -> str | None:
    found = _ATTRIBUTION.match(rest)
    if not found or len(found["name"]) > _LONGEST_ATTRIBUTION:
        return None
    own_lines = [line for line in lines[1:] if _ATTRIBUTION.match(line)]
    if len(own_lines) > 1:
        return None
    name = found["name"].strip()
    # On the same line, a text that ends like a sentence is one.
    if ends_a_sentence(name) and not (own_lines and name.endswith(".")):
        return None
    return name
