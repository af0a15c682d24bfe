"""Telling from a person's words that they want to leave, and that they do not."""

import re

# A wish is said in few words; in a long story it is the story's.
_LONGEST_WISH = 600

_LIST = r"(?:lijst|bestand|mailinglijst|maillijst|verzendlijst|adressenbestand|list)"
_MAIL = r"(?:e-?mails?|mails?|mailtjes?|nieuwsbrie(?:f|ven)|berichten|post|zondagmail)"
_ME = r"(?:me|mij|mezelf|ons|mijn|dit|my)"
_WISH = re.compile(
    rf"""
      \buit(?:\ te\ )?sch?r?ijven\b | \buitschrijf | \bschrijf\ {_ME}\b.{{0,40}}\buit\b
    | \baf(?:\ te\ )?meld(?:en|ing)\b | \bafmeldlink\b | \bmeld\ {_ME}\b.{{0,40}}\baf\b
    | \b(?:afgemeld|uitgeschreven)\s+(?:te\s+)?(?:willen\s+)?worden\b
    | \b(?:afgemeld|uitgeschreven|unsubscribed)\b.{{0,60}}
      \b(?:nog\ steeds|nog\ altijd|still)\b
    | \b(?:op\ ?te\ zeggen|opzeggen|opzegging)\b
    | \bzeg\b.{{0,50}}\bop\b(?=\s*(?:[.!,]|$))
    | \b(?:deze|die|jullie|uw|je|de)\ {_MAIL}\b.{{0,20}}\bniet\ (?:meer|langer)\b
    | \b(?:wil|wens|hoef|stuur)\b.{{0,40}}\bgeen\ {_MAIL}\b
    | ^\W*(?:svp|aub|graag|alstublieft)?\W*geen\ {_MAIL}\ meer\b
    | \bgeen\ prijs\ (?:meer\ )?op\b | \bstuur\b.{{0,20}}\b(?:niets|niks)\b
    | \bhaal\b.{{0,60}}\b(?:van|uit)\b.{{0,20}}\b{_LIST}\b
    | \bverwijder.{{0,60}}\b(?:van|uit)\b.{{0,20}}\b{_LIST}\b
    | \b(?:van|uit)\b.{{0,20}}\b{_LIST}\b.{{0,20}}\b(?:verwijder|halen)
    | ^\W*stop\W*$ | \bstop\w*\b.{{0,25}}\b{_MAIL}\b | \bstop\ (?:sending|e?-?mailing)\b
    | \bunsubscribe\b | \bopt(?:ing)?[ -]?out\b | ^\W*remove\W*$ | \bremove\ (?:me|my)\b
    | \btake\ me\ off\b | \bno\ longer\ (?:wish|want)\ to\ receive\b
    | \b(?:don'?t|do\ not)\ want\ (?:these|this|your|any\ more)\b.{{0,20}}\bmails?\b
    | \babmelden\b | \babbestellen\b | \b(?:désabonn|désinscri)
    """,
    re.VERBOSE | re.IGNORECASE,
)

# In the same sentence before the wish: it is none. Who cannot leave does want to.
_NOT_BEFORE = re.compile(
    r"\b(?:niet|nooit|never|don'?t|do not|not|nicht|ne)\b[^.!?\n]{0,30}$", re.IGNORECASE
)
_CANNOT = re.compile(
    r"\b(?:kan|kun|lukt|krijg|werkt|can(?:not|'?t)?|unable)\b[^.!?\n]{0,40}$",
    re.IGNORECASE,
)
_NOT_AFTER = re.compile(
    r"[^.!?\n]{0,12}\b(?:hoeft? (?:echt )?niet|niet nodig|doe ik niet)\b", re.IGNORECASE
)
# "Afmelden voor de workshop": not for us.
_FOR_SOMETHING_ELSE = re.compile(
    rf"\s+voor (?:de|het|een|die|dat) (?!{_MAIL}\b|{_LIST}\b)\w+", re.IGNORECASE
)
_SOMEBODY_ELSE = re.compile(
    r"\b(?:mijn|m'n|onze|ons|my|our) (?:schoon|over)?(?:moeder|vader|ouders|man|vrouw"
    r"|partner|dochter|zoon|zus|broer|oma|opa|tante|oom|buurvrouw|buurman|vriendin|vriend"
    r"|collega|mother|father|parents|mum|mom|dad|husband|wife|sister|brother|son|daughter"
    r"|grandmother|grandfather|neighbour|friend|colleague)\b",
    re.IGNORECASE,
)
_QUOTES = "'\"‘’“”„«»`"


def wish_to_leave(text: str) -> str:
    """Return the words by which somebody asks to leave, or ``""``.

    What is asked for somebody else is for a person to look at, and no such wish.
    """
    text = text[: _LONGEST_WISH + 1]
    if len(text) > _LONGEST_WISH or _SOMEBODY_ELSE.search(text):
        return ""
    for found in _WISH.finditer(text):
        if not _is_denied(text, found):
            return " ".join(found[0].split())[:60]
    return ""


def _is_denied(text: str, found: re.Match[str]) -> bool:
    before, after = text[: found.start()], text[found.end() :]
    denied = _NOT_BEFORE.search(before) and not _CANNOT.search(before)
    return bool(
        denied
        or before[-1:] in tuple(_QUOTES)
        or _NOT_AFTER.match(after)
        or _FOR_SOMETHING_ELSE.match(after)
    )
