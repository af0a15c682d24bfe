"""The lines above the title: author line, byline, reading time."""

import re
from dataclasses import dataclass, replace
from datetime import date

from newsletter.articles.page_text import names
from newsletter.articles.page_text.dates import (
    DATE_AT_END,
    READING_TIME,
    read_date,
    read_minutes,
    states_time,
)
from newsletter.articles.page_text.lines import Lines, join_lines

_LINES_OF_HEADER = 8
_LONGEST_LINE = 160
_EDGES = " \t|·•,;:/–—-"
_BETWEEN_PARTS = re.compile(r"\s*[|·•]\s*|\s+[-–—/]\s+|(?<=\w)[–—](?=\w)")
_PUBLISHED = re.compile(r"\b(?:gepubliceerd|geplaatst)?\s*\b(?:op|d\.d\.)\s*$", re.I)

# Only needed where a byline has no author line above it and no marks in it.
_CATEGORIES = {
    "balans", "beauty", "beweging", "bewegen", "body", "body & mind", "buiten",
    "column", "cultuur", "doen", "duurzaam", "duurzaamheid", "eten", "eten & drinken",
    "eten en drinken", "familie", "fit", "food", "geld", "geluk", "gezin", "gezond",
    "gezondheid", "groei", "hoofd", "hormonen", "huid", "inspiratie", "interview",
    "koken", "leven", "liefde", "liefde & relaties", "lifestyle", "lijf", "mentaal",
    "lijf & hoofd", "lijf en hoofd", "meditatie", "mind", "mindset", "mode", "natuur",
    "mentale gezondheid", "ontspanning", "opvoeding", "persoonlijk", "psyche",
    "persoonlijke groei", "psychologie", "recepten", "reizen", "relatie", "relaties",
    "seks", "slaap", "slapen", "spiritualiteit", "sport", "stress", "thuis",
    "voeding", "vrije tijd", "welzijn", "werk", "werk & leven", "wonen", "yoga",
    "zingeving", "zwanger", "rust", "vriendschap", "gezondheid & welzijn",
}  # fmt: skip


@dataclass(frozen=True)
class Header:
    """What stands above the title."""

    authors: tuple[str, ...] = ()
    category: str | None = None
    published_on: date | None = None
    reading_minutes: int | None = None


@dataclass(frozen=True)
class _Byline:
    header: Header
    lines: range


def read_header(blocks: list[Lines]) -> tuple[Header, list[Lines]]:
    """Return the header and the blocks without the lines it was read from."""
    minutes, blocks = _take_reading_time(blocks)
    lines = _first_lines(blocks)
    byline = _dated_byline(lines) or _byline_without_date(blocks, lines, minutes)
    header = byline.header if byline else Header()
    used = byline.lines if byline else range(0)
    found = minutes[0] if minutes else None
    return replace(header, reading_minutes=found), _without(blocks, used)


def starts_a_page(blocks: list[Lines]) -> bool:
    """Tell whether these blocks begin with a dated byline."""
    _, blocks = _take_reading_time(blocks)
    return _dated_byline(_first_lines(blocks)) is not None


def _first_lines(blocks: list[Lines]) -> Lines:
    return [line.strip() for block in blocks for line in block][:_LINES_OF_HEADER]


def _without(blocks: list[Lines], used: range) -> list[Lines]:
    kept: list[Lines] = []
    place = 0
    for block in blocks:
        kept.append([line for at, line in enumerate(block, place) if at not in used])
        place += len(block)
    return [block for block in kept if block]


def _take_reading_time(
    blocks: list[Lines],
) -> tuple[tuple[int | None, int] | None, list[Lines]]:
    """Return the stated minutes with the place of their line, and the other lines."""
    for at, line in enumerate(_first_lines(blocks)):
        found = READING_TIME.search(line) if len(line) <= _LONGEST_LINE else None
        if not found or not states_time(found):
            continue
        before = line[: found.start()].strip(_EDGES)
        if before and not DATE_AT_END.search(before):
            continue
        if not before:
            return (read_minutes(found), at), _without(blocks, range(at, at + 1))
        return (read_minutes(found), at + 1), _with_line(blocks, at, before)
    return None, blocks


def _with_line(blocks: list[Lines], changed: int, text: str) -> list[Lines]:
    result: list[Lines] = []
    place = 0
    for block in blocks:
        numbered = enumerate(block, place)
        result.append([text if at == changed else line for at, line in numbered])
        place += len(block)
    return result


def _dated_byline(lines: Lines) -> _Byline | None:
    """Find the first line that ends with a date, and the authors in or above it."""
    for last, line in enumerate(lines[: _LINES_OF_HEADER - 2]):
        if len(line) > _LONGEST_LINE:
            return None
        for first in range(last, max(-1, last - 3), -1):
            dated = DATE_AT_END.search(join_lines(lines[first : last + 1]))
            if not dated:
                continue
            found = _with_author_line(lines, last) or _alone(lines, first, last)
            if found:
                return found
    return None


def _undated(lines: Lines) -> tuple[str, date | None]:
    text = join_lines(lines)
    dated = DATE_AT_END.search(text)
    if not dated:
        return text, None
    before = _PUBLISHED.sub("", text[: dated.start()].rstrip(_EDGES))
    return before.strip(), read_date(dated)


def _with_author_line(lines: Lines, last: int) -> _Byline | None:
    """Read the byline below an author line: it begins with the same names."""
    for start in range(1, last + 1):
        authors = names.split_names(join_lines(lines[:start]))
        text, day = _undated(lines[start : last + 1])
        rest = names.strip_names(text, authors)
        if rest is not None:
            more, category = _names_after(rest)
            header = Header((*authors, *more), category, day)
            return _Byline(header, range(last + 1))
    above = join_lines(lines[:last])
    if last and names.looks_like_names(above):
        text, day = _undated(lines[last : last + 1])
        category = _category_below(text)
        return _Byline(Header(names.split_names(above), category, day), range(last + 1))
    return None


def _category_below(text: str) -> str | None:
    """Return the category of a byline that spells its authors differently, or not."""
    if len(_parts(text)) <= 1 and names.name_length(_words(text)) < 2:
        return text.strip(_EDGES) or None
    return _authors_and_category(text)[1]


def _names_after(rest: str) -> tuple[tuple[str, ...], str | None]:
    """Read what follows the known names: a category, or further names first."""
    if re.match(r"\s*(?:,|&|\ben\b)\s", rest, re.I):
        joined = re.sub(r"^\s*(?:,|&|\ben\b)\s*", "", rest, flags=re.I)
        more, category = _authors_and_category(joined)
        if category or names.looks_like_names(joined):
            return more, category
    return (), rest.strip(_EDGES) or None


def _alone(lines: Lines, first: int, last: int) -> _Byline | None:
    """Read a byline without an author line above it."""
    text, day = _undated(lines[first : last + 1])
    text = text.strip(_EDGES)
    if not _could_be_byline(text):
        return None
    authors, category = _authors_and_category(text)
    return _Byline(Header(authors, category, day), range(first, last + 1))


def _could_be_byline(text: str) -> bool:
    if not text or _is_category(text) or names.has_prefix(text):
        return True
    if re.search(r"[?!:“”\"„…]|\.\s+\w{3}", text):
        return False
    parts = _parts(text)
    if len(parts) > 1:
        return any(names.looks_like_names(part) or _is_category(part) for part in parts)
    words = _words(text)
    return len(words) == 1 or names.name_length(words) >= 2


def _parts(text: str) -> list[str]:
    return [part for part in _BETWEEN_PARTS.split(text) if part.strip(_EDGES)]


def _is_category(text: str) -> bool:
    return " ".join(text.lower().split()) in _CATEGORIES


def _words(text: str) -> list[str]:
    return re.sub(r"([,&])", r" \1 ", text).split()


def _authors_and_category(text: str) -> tuple[tuple[str, ...], str | None]:
    """Tell authors and category apart in a byline without its date."""
    parts = _parts(names.without_prefix(text).strip(_EDGES))
    if not parts:
        return (), None
    if len(parts) == 1:
        return _without_marks(parts[0].strip(_EDGES))
    *people, category = (part.strip(_EDGES) for part in parts)
    if _is_category(people[0]) and names.looks_like_names(category):
        people, category = [category], people[0]
    return names.split_names(", ".join(people)), category


def _without_marks(text: str) -> tuple[tuple[str, ...], str | None]:
    """Part "Anna de Wit en Bo Jansen Eten & drinken", where only spaces help."""
    words = text.split()
    for start in range(len(words)):
        tail = " ".join(words[start:])
        # Someone may be called Eva Rust: a name has at least two words.
        if _is_category(tail) and start != 1:
            return names.split_names(" ".join(words[:start])), tail
    words = _words(text)
    end = names.name_length(words)
    while end < len(words) - 1 and words[end].lower() in {",", "&", "en"}:
        length = names.name_length(words, end + 1)
        if length < 2:
            break
        end += 1 + length
    if end == 0:
        return names.split_names(text), None
    category = " ".join(words[end:]).replace(" ,", ",").strip(_EDGES)
    return names.split_names(" ".join(words[:end])), category or None


def _byline_without_date(
    blocks: list[Lines], lines: Lines, minutes: tuple[int | None, int] | None
) -> _Byline | None:
    """Read the authors of a page that states no date."""
    if not blocks or not names.looks_like_names(lines[0]):
        return None
    authors = names.split_names(lines[0])
    second = lines[1] if len(blocks[0]) > 1 else ""
    rest = names.strip_names(second, authors)
    if rest is not None and (not rest.strip() or rest.strip(_EDGES)[:1].isupper()):
        return _Byline(Header(authors, rest.strip(_EDGES) or None), range(2))
    above_time = minutes is not None and minutes[1] == 1
    alone = len(blocks[0]) == 1 and len(blocks) > 2
    if above_time or alone or names.has_prefix(lines[0]):
        return _Byline(Header(authors), range(1))
    return None
