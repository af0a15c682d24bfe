"""The expert below "Meer lezen …": the bio, and the full name in it."""

import re
from dataclasses import dataclass

from newsletter.articles.page_text import names
from newsletter.articles.page_text.lines import Lines, join_lines
from newsletter.articles.page_text.noise import Closing, Part
from newsletter.articles.page_text.parsed import ParsedExpert
from newsletter.articles.page_text.wording import MUST_READ

_HEADING = re.compile(r"^\W*meer lezen\b(?!.*[.,;]\s*$)", re.IGNORECASE)
_LONGEST_HEADING = 90
_WORDS_READ = 200
_LONGEST_RUN = 14

_TITLES = {
    "prof", "dr", "drs", "ir", "ing", "mr", "ds", "bc", "em", "jhr", "professor",
    "doctor", "dokter", "mevrouw", "mevr", "mw", "dhr", "meneer", "zuster",
    "hoogleraar", "lector", "doctorandus", "emeritus",
}  # fmt: skip
_DEGREES = {
    "msc", "bsc", "phd", "ma", "ba", "mba", "md", "rn", "llm", "msw", "mha", "mph",
}  # fmt: skip
_PROFESSION = re.compile(
    r"(?:arts|chirurg|therapeute?|coach|loog|loge|docente?|trainer|trainster|di[eë]tiste?"
    r"|kundige|leraar|lerares|leidster|leider|adviseur|adviseuse|expert|onderzoek(?:er|ster)"
    r"|wetenschapper|schrijver|schrijfster|auteur|journaliste?|psychiater|apotheker"
    r"|verpleger|verzorgende|consulente?|instructeur|instructrice|masseur|masseuse"
    r"|agoog|agoge|filosoof|filosofe|historicus|historica|gids|therapist|teacher"
    r"|specialiste?|assistente?|oprichter|oprichtster|eigenaar|eigenaresse|doula|osteopaat"
    r"|homeopaat|chiropractor|haptonoom|logopediste?|fysio|fotograaf|fotografe|boswachter"
    r"|imker|ondernemer|onderneemster|directeur|bestuurder|voorzitter|deskundige|kenner"
    r"|columnist|psychologe|coachster|moeder|vader|sporter|cardioloog|uroloog"
    r"|wandelaar|topsport(?:er|ster)|chef-kok|voorlichter|onderwijzer|onderwijzeres)$"
    r"|^(?:kok|chef|master|personal|senior|yoga|gastexpert)$",
    re.IGNORECASE,
)
_PREPOSITIONS = {
    "in", "uit", "te", "bij", "aan", "op", "vanuit", "naar", "rond", "via", "na",
    "namens", "tijdens", "binnen", "sinds",
}  # fmt: skip
# A capitalised name after one of these is a place, a book, a practice.
_NOT_A_PERSON = _PREPOSITIONS | {
    "de", "het", "een", "boek", "werkboek", "kookboek", "podcast", "praktijk",
    "bedrijf", "stichting", "website", "blog", "platform", "opleiding",
    "universiteit", "ziekenhuis", "magazine", "centrum", "programma", "cursus",
}  # fmt: skip
_SMALL_WORDS = _PREPOSITIONS | {
    "als", "de", "het", "een", "onze", "met", "naast", "voor", "over", "deze",
    "dit", "haar", "zijn", "ook", "hij", "zij", "ze", "ik", "wij", "we", "je",
    "jij", "en", "volgens", "samen", "toen", "sindsdien", "daarnaast", "maar",
    "wie", "wat", "hier", "daar", "nu", "al", "elke",
}  # fmt: skip
# What a person with only a first name does in a bio.
_VERBS = {
    "is", "was", "werkt", "werkte", "woont", "geeft", "helpt", "begeleidt", "schrijft",
    "heeft", "studeerde", "leert", "runt", "coacht", "onderzoekt", "maakt", "doet",
}  # fmt: skip
_PUNCTUATION = ',.;:!?…)]”’"»'
_OPENING = '([“‘„«"'


@dataclass(frozen=True)
class _Found:
    """A run of words that may be a person's name, and how much speaks for it."""

    name: str
    opens_the_bio: bool = False


def take_expert(
    parts: list[Part],
) -> tuple[ParsedExpert | None, list[Lines]]:
    """Return the expert, and the blocks that are not about the expert."""
    for place in range(len(parts) - 1, -1, -1):
        part = parts[place]
        if isinstance(part, Closing) or not _is_heading(part):
            continue
        end = _end_of_bio(parts, place)
        bio, others = _bio_and_pointers(parts[place + 1 : end])
        before = _blocks(parts[:place])
        name = find_name(" ".join(bio), " ".join(map(join_lines, before)))
        if name:
            after = _blocks(parts[end:])
            return ParsedExpert(name, "\n\n".join(bio)), [*before, *others, *after]
    return None, _blocks(parts)


def _blocks(parts: list[Part]) -> list[Lines]:
    return [part for part in parts if not isinstance(part, Closing)]


def _is_heading(block: Lines) -> bool:
    text = join_lines(block)
    return len(text) <= _LONGEST_HEADING and bool(_HEADING.match(text))


def _end_of_bio(parts: list[Part], heading: int) -> int:
    """Return where the closing lines begin: the mistake note, else the promo."""
    rest = parts[heading + 1 :]
    for closing in (Closing.MISTAKE, Closing.PROMO):
        if closing in rest:
            return heading + 1 + rest.index(closing)
    return len(parts)


def _bio_and_pointers(parts: list[Part]) -> tuple[list[str], list[Lines]]:
    bio: list[str] = []
    pointers: list[Lines] = []
    for block in _blocks(parts):
        if MUST_READ.match(block[0]):
            pointers.append(block)
        else:
            bio.append(join_lines(block))
    return bio, pointers


def find_name(bio: str, article: str) -> str | None:
    """Return the full name in a bio, without titles or profession.

    The article usually names its expert too, which settles doubtful cases.
    """
    found = _people(bio, article)
    for person in found:
        if person.opens_the_bio:
            return person.name
    for person in found:
        if person.name in article:
            return person.name
    return found[0].name if found else _single_name(bio)


def _people(bio: str, article: str) -> list[_Found]:
    words = bio.split()[:_WORDS_READ]
    bare = [_bare(word) for word in words]
    found: list[_Found] = []
    at = 0
    while at < len(words):
        end = _end_of_run(words, bare, at)
        if end == at:
            at += 1
            continue
        start = _start_of_name(bare, at, end)
        end_of_name = _without_degrees(bare, start, end)
        if _is_person(words, bare, start, end_of_name):
            name = _as_the_article_has_it(bare[start:end_of_name], article)
            found.append(_Found(name, _nothing_before(bare, start)))
        at = end
    return found


def _bare(word: str) -> str:
    bare = word.lstrip(_OPENING).rstrip(_PUNCTUATION)
    dotted = f"{bare}."
    return dotted if dotted in word and names.is_initials(dotted) else bare


def _is_title(word: str) -> bool:
    parts = [part for part in word.lower().split(".") if part]
    return bool(parts) and all(part in _TITLES for part in parts)


def _end_of_run(words: list[str], bare: list[str], at: int) -> int:
    """Return the end of the capitalised words, with their "van der", from here."""
    if not names.is_capital(bare[at]):
        return at
    end = at + 1
    last = min(len(words), at + _LONGEST_RUN)
    while end < last and not _stops(words[end - 1], bare[end - 1]):
        if names.is_capital(bare[end]) and words[end][0] not in _OPENING:
            end += 1
            continue
        particles = names.particles_at(bare, end, weak=_is_first_name(bare[at:end]))
        if not particles:
            break
        end += particles + 1
    return end


def _is_first_name(run: list[str]) -> bool:
    """Tell whether only one word of the run is a name so far."""
    parts = [w for w in run if not _is_title(w) and not _is_profession(w)]
    return len(parts) == 1


def _stops(word: str, bare: str) -> bool:
    return (
        word[-1] in _PUNCTUATION and not names.is_initials(bare) and not _is_title(bare)
    )


def _start_of_name(bare: list[str], at: int, end: int) -> int:
    """Go past titles, professions and the capital with which a sentence begins."""
    start = at
    for place in range(at, end):
        word = bare[place]
        left = sum(names.is_capital(other) for other in bare[place + 1 : end])
        small = place == start and word.lower() in _SMALL_WORDS
        if _is_title(word) or small or (left >= 2 and _is_profession(word)):
            start = place + 1
    return start


def _is_profession(word: str) -> bool:
    return bool(_PROFESSION.search(word))


def _without_degrees(bare: list[str], start: int, end: int) -> int:
    while end > start + 2 and bare[end - 1].lower().replace(".", "") in _DEGREES:
        end -= 1
    return end


def _is_person(words: list[str], bare: list[str], start: int, end: int) -> bool:
    capitals = sum(names.is_capital(word) for word in bare[start:end])
    if capitals < 2 or words[start][0] in '“‘„«"':
        return False
    before = bare[start - 1].lower() if start else ""
    return before not in _NOT_A_PERSON


def _as_the_article_has_it(name: list[str], article: str) -> str:
    """Drop an unknown profession when the article uses the name without it."""
    whole = " ".join(name)
    if whole not in article:
        for start in range(1, len(name) - 1):
            shorter = " ".join(name[start:])
            if names.is_capital(name[start]) and shorter in article:
                return shorter
    return whole


def _nothing_before(bare: list[str], start: int) -> bool:
    return all(_is_title(word) or _is_profession(word) for word in bare[:start])


def _single_name(bio: str) -> str | None:
    """Return the first name of a bio that begins "Wietske is …"."""
    words = [word for word in map(_bare, bio.split()[:4]) if not _is_title(word)]
    if len(words) < 2 or not names.is_capital(words[0]) or words[1] not in _VERBS:
        return None
    small = words[0].lower() in _SMALL_WORDS
    return None if small or _is_profession(words[0]) else words[0]
