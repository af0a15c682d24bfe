"""What somebody wrote now, apart from the mail they answer or pass on.

Mail programs mark a quote each in their own way: a line such as "Op … schreef …:" with
``>`` below it (Gmail, Apple, Thunderbird, Roundcube), the same line with nothing below
it but the old mail (Yahoo), or the headers of the old mail as a block (Outlook, Zimbra,
Samsung). Where none of these is recognised, nothing is left out.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

# Everything from here on is an older mail.
_DIVIDER = re.compile(
    r"(?:-{2,}\s*)?(?:oorspronkelijk(?: bericht|e e-?mail)|original (?:message|e-?mail)"
    r"|doorgestuurd bericht|forwarded (?:message|by .{1,80})|begin doorgestuurd bericht"
    r"|begin forwarded message|ursprüngliche nachricht|weitergeleitete nachricht"
    r"|message (?:d'origine|original|transféré))(?:\s*-{2,}|\s*:)?",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"[\s*]*(van|verzonden|datum|aan|cc|onderwerp|beantwoorden aan|from|sent|date|to"
    r"|subject|reply-to|von|gesendet|an|betreff|de|envoyé|à|objet)\*?\s*:\*?(?:\s|$)",
    re.IGNORECASE,
)
_FIRST_HEADERS = {"van", "from", "von", "de", "onderwerp", "subject", "betreff"}
_RULE = re.compile(r"[\s>]*(?:_{8,}|-{8,})\s*")

# "Op … schreef …:" and its like, over up to four lines.
_WROTE = re.compile(
    r"(?:op|on|am|le|el)\s.{0,300}"
    r"\b(?:schreef|geschreven|wrote|schrieb|écrit|escribió)\b.{0,200}:"
    r"|.{1,150}\s(?:schreef op|wrote on|schrieb am)\s.{4,80}:",
    re.IGNORECASE,
)
# Horde tells who wrote, and not when.
_CITING = re.compile(
    r"(?:citeren|quoting|zitat von|citation de)\s.{1,150}@.{1,80}:", re.IGNORECASE
)
_MOMENT = re.compile(r"\d{1,2}[:.]\d\d|\b\d{4}\b|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}")
_BEGINS_LIKE_WROTE = re.compile(
    r"(?:op|on|am|le|el|citeren|quoting|zitat|citation)\s"
    r"|.{1,150}\s(?:schreef op|wrote on|schrieb am)\s",
    re.IGNORECASE,
)
_LONGEST_WROTE = 4  # lines

# What a program signs with.
_SIGNED = re.compile(
    r"(?:verstuurd|verzonden|sent|gesendet|envoyé)\s"
    r"(?:vanaf|vanuit|van|met|via|from|with|using|von|de|depuis)\s.{1,80}"
    r"|(?:outlook|yahoo mail) (?:voor|op|for|on) .{1,60}?downloaden"
    r"|(?:get|download) (?:outlook|yahoo mail).{1,80}"
    r"|von meinem .{1,40} gesendet",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"\s?>")


@dataclass(frozen=True)
class Parted:
    """A text in two: what was written now, and what of an older mail stands with it."""

    said: str
    quoted: str


def part(text: str) -> Parted:
    """Take what was written now apart from what is quoted."""
    lines = [line.rstrip() for line in text.splitlines()]
    end = _where_an_older_mail_begins(lines)
    said, quoted = _sift(lines[:end])
    return Parted(
        said=_tidy(_without_signature(said)),
        quoted=_tidy([*quoted, *lines[end:]]),
    )


def _where_an_older_mail_begins(lines: Sequence[str]) -> int:
    for number, line in enumerate(lines):
        if _DIVIDER.fullmatch(line.strip()) or _is_block_of_headers(lines, number):
            above = number
            while above and (not lines[above - 1] or _RULE.fullmatch(lines[above - 1])):
                above -= 1
            return above
        length = _length_of_wrote(lines, number)
        if length and not _is_quote_below(lines, number + length):
            return number
    return len(lines)


def _is_block_of_headers(lines: Sequence[str], number: int) -> bool:
    """Tell whether three lines or more that look like headers begin here."""
    names = []
    for line in lines[number : number + 3]:
        if not (found := _HEADER.match(line)):
            return False
        names.append(found[1].lower())
    return len(names) == 3 and names[0] in _FIRST_HEADERS


def _length_of_wrote(lines: Sequence[str], number: int) -> int:
    """Return over how many lines "Op … schreef …:" stands here; 0 if it does not."""
    if not _BEGINS_LIKE_WROTE.match(_bare(lines[number])):
        return 0
    together = ""
    for count, line in enumerate(lines[number : number + _LONGEST_WROTE], start=1):
        if not line.strip():
            return 0
        together = f"{together} {_bare(line)}".strip()
        if line.endswith(":"):
            return count if _is_wrote(together) else 0
    return 0


def _is_wrote(line: str) -> bool:
    if _CITING.fullmatch(line):
        return True
    return bool(_WROTE.fullmatch(line) and _MOMENT.search(line))


def _bare(line: str) -> str:
    return line.lstrip("> \t\xa0")


def _is_quote_below(lines: Sequence[str], number: int) -> bool:
    """Tell whether lines with ``>`` follow, so that what has none is written now."""
    below = (line for line in lines[number : number + 4] if line.strip())
    return bool(_QUOTED.match(next(below, "")))


def _sift(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    said: list[str] = []
    quoted: list[str] = []
    number = 0
    while number < len(lines):
        length = _length_of_wrote(lines, number)
        if length or _QUOTED.match(lines[number]):
            # A quote parts what stands above it from what stands below.
            said.append("")
            quoted += lines[number : number + (length or 1)]
        else:
            said.append(lines[number])
        number += length or 1
    return said, quoted


def _without_signature(lines: Sequence[str]) -> list[str]:
    kept: list[str] = []
    for line in lines:
        # RFC 3676 section 4.3; the space at its end gets lost on the way.
        if line == "--":
            break
        if not _SIGNED.fullmatch(line.strip()) and not _RULE.fullmatch(line):
            kept.append(line)
    return kept


def _tidy(lines: Sequence[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
