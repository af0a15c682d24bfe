"""Words as search compares them, and the piece of a text around them."""

import re
import unicodedata
from dataclasses import dataclass

LONGEST_QUESTION = 100
MOST_WORDS = 8
_WORD = re.compile(r"[^\W_]+")
# What Dutch words end in most: "wandelen", "wandelend", "wandelingen", "wandel".
_ENDINGS = ("ingen", "ende", "ing", "end", "en", "te", "de", "e", "s", "t", "d")
_SHORTEST_STEM = 4
_AROUND = 90


def folded(text: str) -> str:
    """Return the text in small letters and without accents, letter for letter."""
    return "".join(_folded_letter(letter) for letter in text)


def _folded_letter(letter: str) -> str:
    """Keep one letter one letter, so that a place in one text is one in the other."""
    bare = unicodedata.normalize("NFKD", letter)[:1].lower()
    return bare if len(bare) == 1 else letter


def words_of(question: str) -> list[str]:
    """Return the words somebody looks for, folded, without those said twice."""
    found = _WORD.findall(folded(question[:LONGEST_QUESTION]))
    return list(dict.fromkeys(found))[:MOST_WORDS]


def stem(word: str) -> str:
    """Return the beginning that a folded Dutch word shares with its other forms.

    Cruder than PostgreSQL's Dutch dictionary, for SQLite, which has none: it may find
    a word too many, seldom one too few.
    """
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return _undoubled(word.removesuffix(ending))
    return word


def _undoubled(word: str) -> str:
    """Take one of two equal consonants away: "rennen" and "ren" begin alike."""
    if word[-1] == word[-2] and word[-1] not in "aeiou" and len(word) > 3:
        return word[:-1]
    return word


@dataclass(frozen=True)
class Piece:
    """Some words of a text, said apart so that a page can mark what was looked for."""

    text: str
    is_found: bool


def excerpt(text: str, words: list[str]) -> list[Piece]:
    """Return the part of a text around the first word that was looked for."""
    if not words:
        return []
    beginnings = "|".join(re.escape(stem(word)) for word in words)
    wanted = re.compile(rf"\b(?:{beginnings})\w*")
    flat = folded(text)
    first = wanted.search(flat)
    start, end = _bounds(text, first.start() if first else 0)
    pieces, at = [], start
    for found in wanted.finditer(flat, start, end):
        pieces += [
            Piece(text[at : found.start()], False),
            Piece(text[found.start() : found.end()], True),
        ]
        at = found.end()
    pieces.append(Piece(text[at:end] + (" …" if end < len(text) else ""), False))
    if start:
        pieces.insert(0, Piece("… ", False))
    return [piece for piece in pieces if piece.text]


def _bounds(text: str, place: int) -> tuple[int, int]:
    """Return where to begin and end, at blanks."""
    start = max(0, place - _AROUND)
    if start:
        start = text.find(" ", start, place) + 1 or start
    end = min(len(text), max(place, start) + 2 * _AROUND)
    if end < len(text):
        end = text.rfind(" ", place, end) if " " in text[place:end] else end
    return start, end
