"""Telling from a person's words that something in a piece is wrong.

Not every mistake is told in such words; what is sent to the address for mistakes is a
report anyway, and everything else is read by a colleague.
"""

import re

_CALLED_A_MISTAKE = r"""
      \b\w{0,12}fout(?:e|je|jes|en|ief|ieve|melding)?\b | \btypos?\b | \bonjuist
    | \bklopp?t?(?:en)?\ (?:\w+\ ){0,3}?niet\b | \bniet\ (?:kloppen?|klopt|juist|waar)\b
    | \bklopt\ (?:er\ iets\ niet|(?:van\ )?geen)\b | (?<!ik\ )\bverkeerde?\b
    | \b(?:spelling|grammatica\w*|fabel(?:tje)?)\b | \btaal(?:tip|puntje|kwestie)\b
    | \b(?:correctie|rechtzetting|verbetering|aanvulling|verouderd|achterhaald)\b
    | \b(?:omgewisseld|verwisseld|omgedraaid)\b | \bhoren\ niet\b
    | \b(?:incorrect|inaccurate|corrections?|mistakes?|errors?|wrong)\b
    | \bmis-?spel(?:led|t)\b | \b(?:tippfehler|fehler)\b
"""
_DOES_NOT_WORK = r"""
      \b(?:werkt|werken|doet\ het|doen\ het|loopt|laadt|laden|opent|openen)\ niet\b
    | \b(?:verschijnt|speelt|start)\ niet\b | \bniet\ (?:werkt|werken|laadt|opent)\b
    | \bdo(?:et|en)\ (?:niets|niks)\b
    | \blink\w*\b.{0,40}\b(?:dood|dead|stuk)\b | \biets\ stuk\b | \bkapot\b | \b404\b
    | \b(?:lege|witte)\ pagina\b | \bniet\ (?:gevonden|te\ openen)\b
    | \bniet\ meer\ (?:in\ gebruik|geldig)\b | \bmis(?:ge|\ ge)gaan\b
    | \b(?:gaat|ging)\ (?:er\ )?iets\ mis\b
    | \bbroken\b | \bnot\ found\b | \b(?:doesn'?t|does\ not|not)\ work
"""
_MISSING_OR_TOO_MANY = r"""
      \b(?:mist|ontbreekt|ontbreken|weggevallen)\b | \bmissing\b
    | \bik\ mis\ (?:de|het|een)\ (?:helft|stap|deel|link|foto|zin|woord)\b
    | \b(?:letter|woord|komma|punt|spatie|s|t|d|n)\ te\ (?:veel|weinig)\b
    | \bmet\ (?:een|twee|één)\ (?:[a-z]|dt)(?:'s)?\b | \bzonder\ d?t\b
    | \bschrijft?\ (?:je|men)\ met\b
    | \b(?:vermeldt?|noemt)\ (?:\w+\ )?geen\b
    | \bstaat\ (?:er\ )?(?:twee\ keer|dubbel)\b
    | \b(?:dubbel|twee\ keer|tweemaal)\ ['"‘“]
"""
# What stands there, and what should.
_ONE_FOR_ANOTHER = r"""
      \bmoet\ (?:\S+\ ){0,3}zijn\b | \bmoet\ (?:\w+\ ){0,2}['"‘“] | \bshould\ be\b
    | \bbedoel(?:en|t|de|den)?\ (?:jullie|je|u)\b | \byou\ mean[t]?\b
    | ['"’”],?\ (?:en\ )?niet\ ['"‘“] | \bcitaat\b.{0,30}\bniet\b
    | ['"’”]\ (?:in\ plaats\ van|i\.?p\.?v\.?)\ ['"‘“] | \bkan\ (?:echt|toch|zo)\ niet\b
    | \b(?:heet|heette|is|zijn|was|staat)\ niet\ (?!alleen|zomaar).{1,40}\ maar\b
    | \b(?:staat|heet)\b.{1,40}\ en\ (?:geen|niet)\b
    | \bniet\ (?:in\ |op\ |om\ |van\ )?\d | \bjullie\ (?:zeggen|beweren|vermelden)\b
    | \bjullie\ (?:noemen|schrijven)\b.{1,60}\bmaar\b
    | \b(?:er\ staat|staat\ er|jullie\ schrijven|schrijven\ jullie|you\ write|it\ says)
      \ (?:nu\ |hier\ |nog\ )?(?:dat\b|['"‘“])
"""
_MISTAKE = re.compile(
    "|".join(
        (_CALLED_A_MISTAKE, _DOES_NOT_WORK, _MISSING_OR_TOO_MANY, _ONE_FOR_ANOTHER)
    ),
    re.VERBOSE | re.IGNORECASE,
)


def words_of_a_mistake(text: str) -> str:
    """Return the words by which somebody points at a mistake, or ``""``."""
    found = _MISTAKE.search(text)
    return " ".join(found[0].split())[:60] if found else ""
