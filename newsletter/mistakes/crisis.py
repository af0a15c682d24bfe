"""Words by which somebody in need may be recognised; a colleague decides.

A word too many costs a look, one too few a person: so it suggests rather too often.
Where help is found: 113 Zelfmoordpreventie (113.nl).
"""

import re
import unicodedata

_WORDS = re.compile(
    r"zelfmoord|suicid|zelfdoding|zelfbeschadig|automutil"
    r"|(?:wil|wou|wilde) (?:\w+ ){0,2}dood\b|\bdood (?:wil|gaan wil)"
    r"|(?:niet|nooit) meer (?:\w+ ){0,2}(?:leven|wakker worden)"
    r"|einde? (?:\w+ ){0,2}(?:aan|van) (?:mijn|m'n|het|dit) leven"
    r"|er een einde? aan (?:te )?maken"
    r"|uit het leven (?:te )?stap"
    r"|(?:mezelf|mijzelf|me zelf) (?:iets|wat|pijn) (?:aan ?)?(?:te )?doe"
    r"|geen uitweg|(?:kan|wil) (?:\w+ ){0,2}niet meer verder"
    r"|niet meer verder (?:kan|wil|kunnen|willen)"
    r"|kill(?:ing)? myself|end my life|want to die",
    re.IGNORECASE,
)


def sounds_of_need(*texts: str) -> bool:
    """Tell whether somebody who writes this may be in need."""
    return any(_WORDS.search(_plain(text)) for text in texts)


def _plain(text: str) -> str:
    """Return the text on one line and without accents: "suïcide" as "suicide"."""
    bare = unicodedata.normalize("NFKD", text.replace("’", "'"))
    return " ".join("".join(c for c in bare if not unicodedata.combining(c)).split())
