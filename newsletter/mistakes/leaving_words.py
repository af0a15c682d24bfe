"""Telling from a person's words that they want to leave, and that they do not."""

import re

# A wish is said in few words; in a long story it is the story's.
_LONGEST_WISH = 600

_LIST = r"(?:(?:mail|verzend)?lijst|(?:adressen)?bestand|mailing\w*|systeem|list)"
_MAIL = (
    r"(?:e-?mails?|mails?|mailtjes?|nieuwsbrie(?:f|ven)|berichten|post|zondagmail"
    r"|abonnement|inschrijving|reclame|newsletters?|subscription)"
)
_ME = r"(?:me|mij|mezelf|ons|mijn|dit|my)"
_PLEASE = r"(?:svp|s\.v\.p\.|aub|a\.u\.b\.|graag|gaarne|alstublieft|alsjeblieft|please)"
_NO_LONGER = r"\bniet\ (?:meer|langer)\b"
_GET = r"(?:ontvangen|krijgen|gemaild|toegestuurd|mailen|van\ jullie)"
_WANT = r"\b(?:wil|wens|hoeft?|liever)\b"

_LEAVE = rf"""
      \buit\ ?(?:te\ )?sch?r?ij[vf]en\b | \buitschrij(?:f|ving)
    | \bschrijf\ {_ME}\b.{{0,40}}\buit\b | \bmeld\ {_ME}\b.{{0,40}}\baf\b
    | \baf\ ?(?:te\ )?mel(?:d?en|de)\b | \bafmeld(?:ing|link)
    | \b(?:afgemeld|uitgeschreven)\s+(?:te\s+)?(?:willen\s+)?worden\b
    | \b(?:afgemeld|uitgeschreven|unsubscribed)\b.{{0,60}}
      \b(?:nog\ steeds|nog\ altijd|still)\b
    | \b(?:op\ ?te\ zeggen|opzeggen|opzegging)\b
    | \bzeg\b.{{0,50}}\bop\b(?=\s*(?:[.!,]|$))
    | \b{_MAIL}\b.{{0,30}}
      \b(?:stopzetten|stop\ te\ zetten|stoppen|beëindigen|afzeggen|annuleren)\b
"""
_NO_MORE_MAIL = rf"""
      {_WANT}[^.!?\n]{{0,50}}\b(?:{_MAIL}|{_LIST})\b[^.!?\n]{{0,30}}{_NO_LONGER}
      (?=\W*(?:$|[.!?,;\n]|{_PLEASE}|hebben\b|(?:te\ )?{_GET}\b))
    | {_WANT}[^.!?\n]{{0,50}}{_NO_LONGER}[^.!?\n]{{0,40}}\b(?:{_LIST}|{_GET})\b
    | {_WANT}[^.!?\n]{{0,50}}{_NO_LONGER}\ (?:al\ )?(?:die|deze|jullie)\ {_MAIL}\b
    | {_NO_LONGER}\ (?:te\ )?(?:sturen|mailen|toesturen|toezenden)\b
    | \b(?:wil|hoef)\ (?:dit|deze|het|ze)\ {_NO_LONGER}
    | \bmail\ (?:me|mij|ons)\ niet\b | \bstuur\b.{{0,40}}{_NO_LONGER}
    | ^\W*{_PLEASE}?\W*{_NO_LONGER}\ (?:ontvangen|krijgen)\b
    | ^\W*(?:deze|jullie|de)\ {_MAIL}.{{0,15}}{_NO_LONGER}
    | \bwil\ (?:deze|die|jullie)\ {_MAIL}\ niet\b(?!\ (?:meer\ )?(?:missen|kwijt)\b)
    | \b(?:wil|wens|hoef|stuur)\b.{{0,40}}\bgeen\ {_MAIL}\b
    | ^\W*{_PLEASE}?\W*geen\ {_MAIL}\ meer\b
    | \bgeen\ {_MAIL}\b.{{0,10}}\bmeer\b(?=.{{0,20}}\b(?:ontvangen|sturen|krijgen)\b)
    | \b(?:wil|wens|hoef)\b.{{0,20}}\b(?:niets|niks)\ meer\ van\ jullie\b
    | \bgeen\ (?:interesse|belangstelling|behoefte)\b | \bgeen\ prijs\ (?:meer\ )?op\b
    | \bstuur\b.{{0,20}}\b(?:niets|niks)\b | \bgenoeg\ van\b.{{0,20}}\b{_MAIL}\b
    | \bvan\ (?:deze|die|jullie|de)\ {_MAIL}.{{0,10}}\baf\b
"""
_OFF_THE_LIST = rf"""
      \bhaal\b.{{0,60}}\b(?:van|uit)\b.{{0,20}}\b{_LIST}\b
    | \bhaal\ {_ME}\b.{{0,15}}\ber(?:\ \w+)?\ ?af\b
    | \b{_ME}\b.{{0,15}}\b(?:eraf|er\ af)\ halen\b
    | \b(?:wil|mag|graag)\b.{{0,15}}\ber(?:af|uit)\b
    | \b(?:wil|graag)\b.{{0,15}}\buit\b.{{0,15}}\b{_LIST}\b
    | \b(?:zet|schrap)\ {_ME}\b.{{0,15}}\b(?:af|van)\b
    | \bverwijder.{{0,60}}\b(?:van|uit)\b.{{0,20}}\b{_LIST}\b
    | \b(?:van|uit)\b.{{0,20}}\b{_LIST}\b.{{0,20}}
      \b(?:verwijder|(?:af)?halen|schrappen)
    | \bverwijder\ (?:mij|me|mijn\ (?:e-?mail|mail)?-?adres)\b
    | \bmijn\ (?:e-?mail|mail)?-?adres\b.{{0,15}}\bverwijder
"""
_STOP = rf"""
      (?<=[.!?]\s)stop\ (?:er|hier)mee\b
    | \bkan\ (?:ik\ )?dit\ stoppen\b | \bstop\w*\b.{{0,25}}\b{_MAIL}\b
    | \b(?:houd?\ op|ophouden)\b.{{0,20}}\b(?:mailen|sturen|{_MAIL})\b
"""
_IN_OTHER_LANGUAGES = rf"""
      \bunsu[bs](?!scribed)\w* | \bopt(?:ing)?[ -]?out\b
    | \b(?:remove|delete|drop)\ (?:me|my)\b | \b(?:remove|delete)\ from\b
    | \btake\ (?:me|my\ name)\ off\b | \bno\ longer\ (?:wish|want)\ to\ receive\b
    | \b(?:don'?t|do\ not)\ want\ (?:these|this|your|any\ more)\b.{{0,20}}\bmails?\b
    | \bstop\ (?:sending|e?-?mailing)\b | \bcancel\b.{{0,20}}\b{_MAIL}\b
    | \bno\ more\ {_MAIL}\b
    | \babmelden\b | \babbestellen\b | \b(?:désabonn|désinscri)
"""
# These only count as all that is said: "stop" is also a word in a story.
_ALONE = rf"""
      ^\W*{_PLEASE}?\W*
      (?:stop(?:pen)?(?:\ (?:er|hier)mee)?|verwijder(?:en)?|remove|cancel
        |afgemeld|uitgeschreven)
      \W*{_PLEASE}?\W*$
"""
_WISH = re.compile(
    "|".join(
        (_LEAVE, _NO_MORE_MAIL, _OFF_THE_LIST, _STOP, _IN_OTHER_LANGUAGES, _ALONE)
    ),
    re.VERBOSE | re.IGNORECASE,
)

# Just before the wish: it is none. Who cannot leave does want to.
_NOT_BEFORE = re.compile(
    r"\b(?:niet(?! meer| langer)|nooit|never|don'?t|do not|not|nicht|ne)\b"
    r"[^.!?,;\n]{0,30}$",
    re.IGNORECASE,
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
# A pause is not leaving.
_FOR_A_WHILE = re.compile(
    r"\b(?:weken|week|maand(?:en)?|tijdelijk|tijdje|pauze(?:ren)?|weeks?|months?)\b",
    re.IGNORECASE,
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

    What is asked for somebody else, or for some weeks, a person looks at.
    """
    text = text[: _LONGEST_WISH + 1]
    if len(text) > _LONGEST_WISH or _is_another_wish(text):
        return ""
    for found in _WISH.finditer(text):
        if not _is_denied(text, found):
            return " ".join(found[0].split())[:60]
    return ""


def _is_another_wish(text: str) -> bool:
    return bool(_SOMEBODY_ELSE.search(text) or _FOR_A_WHILE.search(text))


def _is_denied(text: str, found: re.Match[str]) -> bool:
    before, after = text[: found.start()], text[found.end() :]
    denied = _NOT_BEFORE.search(before) and not _CANNOT.search(before)
    return bool(
        denied
        or before[-1:] in tuple(_QUOTES)
        or _NOT_AFTER.match(after)
        or _FOR_SOMETHING_ELSE.match(after)
    )
