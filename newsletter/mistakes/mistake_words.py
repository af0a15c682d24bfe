"""Telling from a person's words that something in a piece is wrong.

Not every mistake is told in such words; what is sent to the address for mistakes is a
report anyway, and everything else is read by a colleague.
"""

import re

_MISTAKE = re.compile(
    r"""
      \b\w{0,12}fout(?:e|je|jes|en|ief|ieve|melding)?\b | \btypos?\b
    | \bklopp?t?(?:en)?\ (?:\w+\ ){0,3}?niet\b | \bniet\ kloppen?\b
    | \bklopt\ er\ iets\ niet\b | \bniet\ klopt\b | \bniet\ waar\b
    | \bonjuist | \bniet\ juist\b | \bincorrect | \binaccurate
    | (?<!ik\ )\bverkeerde?\b | \b(?:mist|ontbreekt|ontbreken)\b
    | \b(?:werkt|werken|doet\ het|doen\ het|loopt)\ niet\b
    | \bdo(?:et|en)\ (?:niets|niks)\b
    | \bkapot\b | \bbroken\b | \b(?:doesn'?t|does\ not|not)\ work | \b404\b
    | \b(?:lege|witte)\ pagina\b | \bniet\ (?:gevonden|te\ openen)\b | \bnot\ found\b
    | \bmis(?:ge| ge)gaan\b | \b(?:gaat|ging)\ (?:er\ )?iets\ mis\b
    | \bmoet\ (?:\S+\ ){0,3}zijn\b | \bmoet\ (?:\w+\ ){0,2}['"‘“]
    | \bkan\ (?:echt|toch|zo)\ niet\b | \bbedoel(?:en|t|de|den)?\ (?:jullie|je|u)\b
    | ['"’”],?\ (?:en\ )?niet\ ['"‘“] | ['"’”]\ (?:in\ plaats\ van|i\.?p\.?v\.?)\ ['"‘“]
    | \bmet\ (?:een|twee|één)\ (?:[a-z]|dt)(?:'s)?\b | \bzonder\ d?t\b
    | \b(?:letter|woord|komma|punt|spatie|s|t|d|n)\ te\ (?:veel|weinig)\b
    | \b(?:taal|spelling)(?:tip|puntje|kwestie)?\b(?=\s*:) | \bgrammatica\w*\b
    | \b(?:laadt|laden|opent|openen|verschijnt|speelt|start)\ niet\b | \biets\ stuk\b
    | \blink\w*\b.{0,40}\b(?:dood|dead|stuk)\b | \bcitaat\b.{0,30}\bniet\b
    | \b(?:heet|heette|is|zijn|was|staat)\ niet\ (?!alleen|zomaar).{1,40}\ maar\b
    | \b(?:staat|heet)\b.{1,40}\ en\ (?:geen|niet)\b
    | \bniet\ (?:in\ |op\ |om\ |van\ )?\d | \bniet\ meer\ (?:in\ gebruik|geldig)\b
    | \bhoren\ niet\b | \bjullie\ (?:zeggen|beweren|vermelden)\b | \bspelling\b
    | \bik\ mis\ (?:de|het|een)\ (?:helft|stap|deel|link|foto|zin|woord)\b
    | \b(?:weggevallen|omgewisseld|verwisseld|omgedraaid|verouderd|achterhaald)\b
    | \b(?:correctie|rechtzetting|verbetering)\b
    | \b(?:dubbel|twee\ keer|tweemaal)\ ['"‘“] | \bmissing\b
    | \b(?:er\ staat|staat\ er|jullie\ schrijven|schrijven\ jullie|you\ write|it\ says)
      \ (?:nu\ |hier\ |nog\ )?(?:dat\b|['"‘“])
    | \bmis-?spel(?:led|t)\b | \bmistakes?\b | \berrors?\b | \bwrong\b
    | \bshould\ be\b | \byou\ mean[t]?\b | \btippfehler\b | \bfehler\b
    """,
    re.VERBOSE | re.IGNORECASE,
)


def words_of_a_mistake(text: str) -> str:
    """Return the words by which somebody points at a mistake, or ``""``."""
    found = _MISTAKE.search(text)
    return " ".join(found[0].split())[:60] if found else ""
