"""Prose as people read it, letter by letter, and where each letter stands in its HTML.

So that words are found across a bold one, and exactly these are changed or marked.
"""

import re
from dataclasses import dataclass
from html import escape, unescape

Span = tuple[int, int]

_PIECE = re.compile(
    r"""(?P<tag><(?:[^<>"']|"[^"]*"|'[^']*')*>)"""
    r"""|(?P<letter>&[#\w]{1,30};|.)""",
    re.DOTALL,
)
_ENDS_A_LINE = re.compile(r"</?(?:p|li|ul|ol|h\d|blockquote|div)\b|<br\b", re.I)
_LEFT_EMPTY = re.compile(r"<(strong|em|b|i|u|a)\b[^>]*></\1>")
_JOINS = re.compile(r"\w\w")
# A reader types a straight quote where the article has a curly one.
_ALIKE = {
    sign: f"[{re.escape(family)}]"
    for family in ("'’‘`´", '"“”„«»', "-–—‑")
    for sign in family
}


@dataclass(frozen=True)
class Prose:
    """The text of some HTML.

    Attributes:
        text: what is read; a line ends where a paragraph, item or heading does.
        places: for each letter of ``text`` where it begins and ends in ``html``; for
            the end of a line both are the same.
    """

    html: str
    text: str
    places: tuple[Span, ...]

    def is_one_line(self, span: Span) -> bool:
        """Tell whether these letters stand in one paragraph, item or heading."""
        return "\n" not in self.text[slice(*span)]

    def with_words(self, span: Span, words: str) -> str:
        """Return the HTML with other words in this place; no more of it changes."""
        start, end = _without_equal_ends(self.text, span, words)
        kept = start - span[0], len(words) - (span[1] - end)
        # Words put in between stand where the words before them do.
        is_between = start == end and start > span[0]
        begin = self.places[start - 1][1] if is_between else self._begin(start)
        finish = self.places[end - 1][1] if end > start else begin
        # Tags between the words stay, so that what was opened is closed.
        between = "".join(
            piece[0]
            for piece in _PIECE.finditer(self.html, begin, finish)
            if piece["tag"]
        )
        new = escape(words[slice(*kept)], quote=False)
        changed = self.html[:begin] + new + between + self.html[finish:]
        return _LEFT_EMPTY.sub("", changed) if between else changed

    def marked(self, span: Span, *, name: str) -> str:
        """Return the HTML with a ``<mark>`` around these letters, the first named."""
        pieces, at, is_first = [], 0, True
        for begin, finish in self._runs(span):
            opening = f'<mark id="{name}">' if is_first else "<mark>"
            pieces += [self.html[at:begin], opening, self.html[begin:finish], "</mark>"]
            at, is_first = finish, False
        return "".join([*pieces, self.html[at:]])

    def _begin(self, letter: int) -> int:
        return self.places[letter][0] if letter < len(self.places) else len(self.html)

    def _runs(self, span: Span) -> list[Span]:
        """Return the stretches of HTML in which these letters stand without a tag."""
        runs: list[Span] = []
        for begin, finish in self.places[slice(*span)]:
            if begin == finish:
                continue
            if runs and runs[-1][1] == begin:
                runs[-1] = (runs[-1][0], finish)
            else:
                runs.append((begin, finish))
        return runs


def read(html: str) -> Prose:
    """Return what stands in cleaned HTML (see ``sanitising``) as people read it."""
    letters: list[str] = []
    places: list[Span] = []
    for piece in _PIECE.finditer(html):
        if piece["tag"]:
            ends_a_line = _ENDS_A_LINE.match(piece["tag"])
            if ends_a_line and letters and letters[-1] != "\n":
                letters.append("\n")
                places.append((piece.end(), piece.end()))
            continue
        # A line that ends in the source is a blank on the page.
        letter = unescape(piece["letter"]).replace("\n", " ")
        letters += letter
        places += [piece.span()] * len(letter)
    return Prose(html, "".join(letters), tuple(places))


def plain(text: str) -> Prose:
    """Return a text without markup as prose whose HTML is the text itself."""
    return Prose(text, text, tuple((at, at + 1) for at in range(len(text))))


def find(words: str, text: str, *, any_case: bool = False) -> list[Span]:
    """Return where words stand in a text, however blanks, quotes and dashes look."""
    asked = words.split()
    if not asked:
        return []
    pattern = r"\s+".join(
        "".join(_ALIKE.get(sign, re.escape(sign)) for sign in word) for word in asked
    )
    flags = re.IGNORECASE if any_case else re.NOFLAG
    return [found.span() for found in re.finditer(pattern, text, flags)]


def _without_equal_ends(text: str, span: Span, words: str) -> Span:
    """Return the part of the place that the new words really change."""
    start, end = span
    most = min(end - start, len(words))
    same = 0
    while same < most and text[start + same] == words[same]:
        same += 1
    left = 0
    while left < most - same and text[end - 1 - left] == words[-1 - left]:
        left += 1
    # Whole words, so that a tag around one stays around one.
    while same and not _is_cut(text, start + same, words, same):
        same -= 1
    while left and not _is_cut(text, end - left, words, len(words) - left):
        left -= 1
    return start + same, end - left


def _is_cut(text: str, at: int, words: str, there: int) -> bool:
    """Tell whether neither text has a letter on both sides of the place."""
    return not (
        _JOINS.match(text[at - 1 : at + 1])
        or _JOINS.match(words[there - 1 : there + 1])
    )
