"""People's names, as Dutch bylines and bios write them."""

import re

# "de" in Anna de Wit may be followed by a surname only; weak ones ("in") need an
# article after them, so that "Eva Smit in Leeuwarden" ends before "in".
_STRONG = {
    "van", "de", "der", "den", "ten", "ter", "te", "'t", "’t", "‘t", "von", "vom",
    "zu", "la", "le", "les", "du", "des", "di", "da", "dos", "del", "della", "el",
    "al", "ben", "bin", "ibn", "af", "av", "y", "st.", "sint",
}  # fmt: skip
_WEAK = {
    "in", "op", "aan", "bij", "onder", "over", "uit", "voor",
}  # fmt: skip
_ARTICLES = {
    "de", "den", "der", "het", "'t", "’t", "‘t",
}  # fmt: skip

_AUTHOR_PREFIX = re.compile(
    r"^\W*(?:(?:tekst|interview)\s*(?:(?:&|en|\+)\s*(?:foto|beeld)\w*\s*)?"
    r"(?::|\bdoor\b:?)?|door|auteurs?\s*:|geschreven door|van de hand van)\s*:?\s+",
    re.IGNORECASE,
)
_BETWEEN_NAMES = re.compile(
    r"\s*(?:,\s*(?:en|&)\s+|[,&+;|·•]|\s/\s)\s*|\s+en\s+", re.IGNORECASE
)
_INITIALS = re.compile(r"(?:[^\W\d_][a-z]{0,2}\.)+(?:-?[^\W\d_]\.)*")


def is_capital(word: str) -> bool:
    """Tell whether a word is written as (part of) a name."""
    bare = re.sub(r"^[dl][’'](?=\w)", "", word.lstrip("‘’'"))
    return bare[:1].isupper()


def is_initials(word: str) -> bool:
    """Tell whether a word is initials, such as J.P. or Th."""
    return bool(_INITIALS.fullmatch(word)) and word[:1].isupper()


def particles_at(words: list[str], at: int, *, weak: bool) -> int:
    """Return how many words from here are the "van der" of a surname."""
    end = at
    if weak and _is_weak(words, at):
        end += 2
    while end < len(words) and end - at < 4 and words[end].lower() in _STRONG:
        end += 1
    followed = end < len(words) and is_capital(words[end])
    return end - at if followed else 0


def _is_weak(words: list[str], at: int) -> bool:
    if at + 1 >= len(words) or words[at].lower() not in _WEAK:
        return False
    return words[at + 1].lower() in _ARTICLES


def name_length(words: list[str], at: int = 0) -> int:
    """Return how many words from here are one name, as short as a name can be.

    First names and one surname: the words after it may be a category.
    """
    end = at
    while end < len(words) and is_initials(words[end]):
        end += 1
    initials = end > at
    if not initials:
        if end >= len(words) or not is_capital(words[end]):
            return 0
        end += 1
    end += particles_at(words, end, weak=True)
    if end >= len(words) or not is_capital(words[end]):
        return end - at
    end = _past_double_name(words, end + 1)
    more = particles_at(words, end, weak=False)
    return (end + more + 1 if more else end) - at


def _past_double_name(words: list[str], end: int) -> int:
    """Go past the rest of "Jansen-de Boer"."""
    last = words[end - 1].rpartition("-")
    if last[1] and last[2].lower() in _STRONG:
        end += particles_at(words, end, weak=False)
        if end < len(words) and is_capital(words[end]):
            end += 1
    return end


def without_prefix(text: str) -> str:
    """Return an author line without its "door" or "tekst"."""
    previous = None
    while previous != text:
        previous, text = text, _AUTHOR_PREFIX.sub("", text)
    return text.strip()


def has_prefix(text: str) -> bool:
    """Tell whether an author line says that it is one."""
    return bool(_AUTHOR_PREFIX.match(text))


def split_names(text: str) -> tuple[str, ...]:
    """Return the names that "en", "&" or commas join, each once."""
    parts = _BETWEEN_NAMES.split(without_prefix(text))
    names = [part.strip(" .:–—-") if not _ends_in_initial(part) else part.strip()
             for part in parts]  # fmt: skip
    return tuple(dict.fromkeys(name for name in names if name))


def _ends_in_initial(part: str) -> bool:
    return bool(re.search(r"\b[A-Z]\.$", part.strip()))


def looks_like_names(text: str) -> bool:
    """Tell whether the text is names and nothing else."""
    if len(text) > 200:
        return False
    names = split_names(text)
    if any(re.fullmatch(r"(?:de )?redactie", name, re.I) for name in names):
        return len(names) == 1
    return bool(names) and all(_is_name(name, has_prefix(text)) for name in names)


def _is_name(name: str, announced: bool) -> bool:
    words = name.split()
    if re.search(r"[?!:\d“”\"„…]", name) or not 1 <= len(words) <= 7:
        return False
    capitals = [word for word in words if is_capital(word)]
    particles = [word for word in words if word.lower() in _STRONG | _WEAK]
    if not is_capital(words[-1]) or len(capitals) + len(particles) < len(words):
        return False
    return len(capitals) >= (1 if announced else 2)


def strip_names(text: str, names: tuple[str, ...]) -> str | None:
    """Return what follows these names at the start of a byline, if they are there."""
    found = False
    rest = without_prefix(text)
    while match := _name_at_start(rest, names):
        found = True
        rest = rest[len(match) :]
        joined = _BETWEEN_NAMES.match(rest)
        if not joined or not _name_at_start(rest[joined.end() :], names):
            break
        rest = rest[joined.end() :]
    return rest if found else None


def _name_at_start(text: str, names: tuple[str, ...]) -> str | None:
    for name in sorted(names, key=len, reverse=True):
        head, after = text[: len(name)], text[len(name) : len(name) + 1]
        if head.lower() == name.lower() and not after.isalnum():
            return head
    return None
