"""The wording by which a page's fixed lines are recognised."""

import re

QUOTE_MARKS = "\"'“”„‟‘’‚‛«»‹›"
DASHES = "–—―‒−‐‑─-"
# The same, for between the brackets of a pattern.
DASH_SET = re.escape(DASHES)

WEB_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
# A pointing hand or arrow may stand before it, a list marker may not.
MUST_READ = re.compile(
    r"^[^\w\n\"'“”„‘’«»(\[*•◦–—-]{0,6}(?:must[ -]?read|lees[ -]ook)\s*:"
    r"\s*(?P<rest>.*)$",
    re.IGNORECASE,
)
CAPTION = re.compile(
    r"^\s*(?:[(\[]\s*)?(?:foto(?:grafie)?|beeld|illustratie)(?:[’']?s)?(?:\s+door)?\s*:\s*(?P<credit>.*)$",
    re.IGNORECASE,
)
SEPARATOR_ROW = re.compile(rf"^\s*(?:[{DASH_SET}]\s*){{3,}}$")

_FULL_STOP = re.compile(rf"[.:;!?…][{QUOTE_MARKS})\]]*$")


def ends_a_sentence(text: str) -> bool:
    """Tell whether the text ends as sentences do."""
    return bool(_FULL_STOP.search(text.rstrip()))


ADVERT = re.compile(
    r"""^[\W_]*advertenties?[\W_]*$                      # alone, with dashes
    |^[\W_]*advertentie\s*(?:[:|\])(·]|\s[-–—]+\s|[–—]\s).*$    # advertentie: text
    |^\s*[-–—=*~]{2,}.*\badvertenties?\b                 # --- advertentie van X
    |^\s*[-–—]\s*advertentie\b.*[-–—]\s*$                # - advertentie van X -
    |^[\W_]*advertentie\s+lees\b.{0,60}$
    |^.{0,30}\b(?:lees|tekst|artikel|verhaal|gaat|loopt)\b.{0,40}\b(?:onder|na)\s
      (?:de|deze)\sadvertentie\b.{0,20}$""",
    re.IGNORECASE | re.VERBOSE,
)
# "Advertentie Bestel nu": a capital after it starts the advertiser's own words.
ADVERT_WITH_TEXT = re.compile(
    r"^[\W_]*(?:[Aa]dvertentie|ADVERTENTIE)\s+[^\W\d_a-zà-ÿ].{0,100}$"
)

PROMO = re.compile(
    r"^\W*rock\s+(?:jouw|je)\s+inbox\b\W*(?P<line>elke\s+zondag.*)?$", re.I
)
PROMO_TAGLINE = re.compile(r"^\W*elke\s+zondag(?:ochtend)?\b", re.I)
PROMO_TAGLINE_ALONE = re.compile(
    r"^\W*elke\s+zondag(?:ochtend)?\s+met\s+liefde\s+gemaakt\b", re.I
)

FIXED_LINES = (MUST_READ, CAPTION, ADVERT, PROMO, PROMO_TAGLINE)

MISTAKE = re.compile(
    r"\b\w{0,12}(?:fout(?:je|jes|en|ief)?|misser(?:tje)?s?|vergissing(?:en)?)\b"
    r"|\btypo[’']?s?\b|\bslordighe(?:id|idje|den)|\bonjuist|\bonvolkomenhe"
    r"|\bniet (?:\w+ )?(?:klop(?:t|pen)|juist)\b|\bklopt (?:er )?(?:iets|niet)\b"
    r"|\biets niet (?:goed|in orde)\b",
    re.I,
)
TELL_US = re.compile(
    r"\b(?:mail|meld|tip|app|stuur|schrijf|vertel|bericht|reageer|help)\w*\b[^?]{0,60}?"
    r"\b(?:ons|redactie)\b|\b(?:klik|meld\w*|mail)\b.{0,20}\bhier\b"
    # Not "laat het je partner weten".
    r"|\blaat\b(?:(?!\b(?:je|jouw|hem|haar|iemand)\b).){0,30}\bweten\b"
    r"|\blaat\b.{0,20}\b(?:bericht|reactie)\b.{0,10}\bachter\b"
    r"|\b(?:stuur|geef)(?: (?:even|dan|gerust|snel|ons|een))* "
    r"(?:mail|bericht|sein|app)(?:tje|je)?\b"
    r"|\bgeef (?:het|dit|dat|hem)\b.{0,20}\bdoor\b|\bdoorgeven\b|\bmelding\b"
    r"|\bredactie\b|\S@\S|[.?!] (?:mail|meld|tip)\b|\bformulier\b"
    r"|\bhor?en\b.{0,30}\bgraag\b|\bgraag\b.{0,30}\bhor?en\b"
    r"|\bw(?:e|ij)\b.{0,40}\b(?:dankbaar|aan|recht|herstellen|verbeteren|corrigeren)\b",
    re.I,
)
# Prose about the reader's own mistakes is no request to report ours.
MADE = re.compile(r"\bma(?:ak|akt|akte|akten|ken)\b|\bgemaakt\b", re.I)
MADE_BY_US = re.compile(
    r"\bw(?:e|ij)\b[^.?!]{0,40}\b(?:gemaakt|maken|maakten)\b"
    r"|\b(?:maken|maakten) w(?:e|ij)\b|\bgemaakt door\b",
    re.I,
)
OWN_STORY = re.compile(
    r"\b(?:je|jouw|jullie)\s(?:eigen\s|mooiste\s|grootste\s)?(?:verhaal|ervaring)", re.I
)
AFTER_MISTAKE = re.compile(
    r"^\W*(?:mail ons|laat het (?:ons )?(?:even )?weten"
    r"|w(?:e|ij) zijn je .{0,20}dankbaar"
    r"|dank je ?wel|bedankt|alvast bedankt)\W*$",
    re.I,
)
MISTAKE_ALONE = re.compile(
    r"^\W*(?:een )?\w{0,8}fout(?:je|jes|en)? (?:gezien|gevonden|ontdekt|gespot)"
    r"\W*\?$",
    re.I,
)
# Fixed lines are short; longer ones are somebody's prose.
LONGEST_NOTE = 220
LONGEST_ADVERT = 400
MOST_LINES_OF_NOTE = 6
