"""Dutch dates and reading times, as bylines state them."""

import re
from datetime import date

_MONTHS = {
    "jan": 1, "feb": 2, "mrt": 3, "maa": 3, "mar": 3, "apr": 4, "mei": 5, "jun": 6,
    "jul": 7, "aug": 8, "sep": 9, "okt": 10, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
_MONTH = (
    r"jan(?:uari)?|feb(?:r|ruari)?|mrt|mar|maart|apr(?:il)?|mei|juni?|juli?"
    r"|aug(?:ustus)?|sept?(?:ember)?|o[kc]t(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_WEEKDAY = (
    r"(?:ma(?:andag)?|di(?:nsdag)?|wo(?:ensdag)?|do(?:nderdag)?|vr(?:ijdag)?"
    r"|za(?:terdag)?|zo(?:ndag)?)\.?,?"
)
_BETWEEN = r"(?:\s*[./-]\s*|\s+)"

# The date ends the line; "om 08.30 uur" may come after it.
DATE_AT_END = re.compile(
    rf"(?:^|(?<=[\s|·•,;:–—-]))(?:{_WEEKDAY}\s+)?"
    rf"(?:(?P<day>\d{{1,2}})(?:e|ste|de)?{_BETWEEN}"
    rf"(?:(?P<word>{_MONTH})\.?|(?P<month>\d{{1,2}})){_BETWEEN}(?P<year>\d{{4}}|\d{{2}})"
    r"|(?P<iso>\d{4}-\d{1,2}-\d{1,2}))"
    r"(?:,?\s+(?:om\s+)?\d{1,2}[.:]\d{2}(?:\s+uur)?)?[\s.,|]*$",
    re.IGNORECASE,
)

_NUMBERS = [
    "nul", "een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen",
    "tien", "elf", "twaalf", "dertien", "veertien", "vijftien", "zestien",
    "zeventien", "achttien", "negentien", "twintig",
]  # fmt: skip
_MINUTES = r"min(?:uut|uten|uutje|uutjes|s)?\b"
READING_TIME = re.compile(
    rf"\W*(?:\bleestijd\b(?P<after>.{{0,50}})"
    rf"|(?P<before>(?:\b(?:ca|circa)\b\.?\s*)?\b\d{{1,3}}\s*{_MINUTES}\.?"
    r"\s+(?:leestijd|lezen|leesplezier))\W*)$",
    re.IGNORECASE,
)


_TIME_OR_UNKNOWN = re.compile(r"[0-9]|\bmin|\buur|onbekend|\bn\.?v\.?t", re.I)


def read_date(found: re.Match[str]) -> date | None:
    """Return the date of a match, or nothing when the calendar has no such day."""
    try:
        if found["iso"]:
            year, month, day = (int(part) for part in found["iso"].split("-"))
            return date(year, month, day)
        word = found["word"]
        month = _MONTHS[word[:3].lower()] if word else int(found["month"])
        year = int(found["year"])
        return date(year if year > 99 else 2000 + year, month, int(found["day"]))
    except ValueError:
        return None


def states_time(found: re.Match[str]) -> bool:
    """Tell a stated reading time from a title about reading times."""
    after = found["after"]
    if after is None or not after.strip(" :.-–—?"):
        return True
    return bool(_TIME_OR_UNKNOWN.search(after))


def read_minutes(found: re.Match[str]) -> int | None:
    """Return the minutes of a match, as stated in digits or as a word."""
    text = (found["after"] or found["before"] or "").lower()
    digits = re.search(r"[0-9]{1,3}", text)
    if digits:
        return int(digits[0])
    for word in re.findall(r"\w+", text.replace("é", "e")):
        if word in _NUMBERS:
            return _NUMBERS.index(word)
    return None
