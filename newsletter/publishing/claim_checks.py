"""Checks of claims about health: they carry a source, or somebody who says so."""

import re
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.issues.block import ArticleBlock, Block
from newsletter.issues.blocks import HelpLineBlock, MustReadBlock
from newsletter.publishing.block_checks import found_in_text
from newsletter.publishing.findings import Check, Finding, Severity
from newsletter.publishing.places import PlacedText, texts_of, words_of

CLAIMS = Check("claims", gettext_lazy("No claim about health without its source."))
CHECKS = (CLAIMS,)

_ILL = (
    r"(?:kanker|depressies?|migraine|reuma|diabetes|artrose|eczeem|hooikoorts|"
    r"slapeloosheid|burn-?out|adhd|astma|dementie|angststoornis\w*)"
)
# A wound that heals promises nothing; a tea that heals migraine does.
_CLAIM = re.compile(
    rf"\bgene(?:est|zen)\s+(?:je|jou|jouw|alle|elke|iedere|van)?\s*{_ILL}\b"
    rf"|\b{_ILL}\b[^.!?\n]{{0,30}}\bgene(?:est|zend)\b"
    r"|\bgeneest\s+(?:je|jou|alles|alle|elke|iedereen)\b"
    r"|\b(?:wetenschappelijk|klinisch|medisch)\s+(?:bewezen|aangetoond)\b"
    r"|\bgegarandeerd\s+(?:gezonder|slank|afvallen|resultaat|pijnvrij|fit)\b"
    r"|\b(?:val|verlies)\s+gegarandeerd\b"
    r"|\bzonder\s+(?:enige\s+)?bijwerkingen\b"
    r"|(?<!geen )\bwondermiddel\b",
    re.IGNORECASE,
)
_DENIED = re.compile(r"\b(?:niet|nooit|nergens|geen|nauwelijks)\b[^.!?\n]*$", re.I)
_SHARE = re.compile(r"\b\d{1,3}(?:[.,]\d+)?\s?(?:%|procent\b)", re.IGNORECASE)
_OF_HEALTH = re.compile(
    r"\b(?:gezond|ziek|slaap|slapen|stress|risico|klachten|pijn|bloeddruk|hart|hersen"
    r"|immuun|weerstand|hormo|kanker|depressie|burn-?out|overgewicht|allergie)",
    re.IGNORECASE,
)
_OF_TRADE = re.compile(r"\b(?:korting|goedkoper|btw|aanbieding|katoen|cacao)", re.I)
_SOURCE = re.compile(
    r"\b(?:volgens|zegt|zeggen|vertelt|aldus|schrijft|legt|onderzoek(?:ers?)?\s+van"
    r"|studie\s+van|universiteit|hoogleraar|professor|RIVM|Voedingscentrum|Thuisarts"
    r"|Trimbos|CBS|bron:)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.!?\n]*(?:[.,](?=\d)[^.!?\n]*)*[.!?]?")


def check_claims(blocks: Sequence[Block]) -> Iterator[Finding]:
    """Look for promises and shares that say not where they come from."""
    for place, block in enumerate(blocks, 1):
        if isinstance(block, HelpLineBlock):
            continue
        if _SOURCE.search(words_of(block)):
            continue
        told = [
            (text, *trouble)
            for text in texts_of(block)
            if (trouble := _trouble(text, block))
        ]
        # One a block is enough: the gravest.
        for text, severity, message in sorted(told, key=_is_advice)[:1]:
            yield found_in_text(CLAIMS, severity, place, block, blocks, text, message)


def _is_advice(told: tuple[PlacedText, Severity, str]) -> bool:
    return told[1] == Severity.HINT


def _trouble(text: PlacedText, block: Block) -> tuple[Severity, str] | None:
    if claim := _claim_in(text.words):
        message = _(
            "“%(words)s” is a claim about health without a source. Say who says "
            "so, or leave it out."
        ) % {"words": claim}
        return Severity.WARN, message
    if not _leads_to_more(block) and (share := _share_in(text.words)):
        message = _(
            "“%(words)s” about health stands there without a source. Link to "
            "where it comes from."
        ) % {"words": share}
        return Severity.HINT, message
    return None


def _claim_in(words: str) -> str:
    for found in _CLAIM.finditer(words):
        if not _DENIED.search(words[: found.start()]):
            return " ".join(found[0].split())
    return ""


def _share_in(words: str) -> str:
    for sentence in _SENTENCE.findall(words):
        found = _SHARE.search(sentence)
        if found and _OF_HEALTH.search(sentence) and not _OF_TRADE.search(sentence):
            return str(found[0])
    return ""


def _leads_to_more(block: Block) -> bool:
    """Tell whether a press leads to where it may be read: the story, or a link."""
    is_story = isinstance(block, ArticleBlock | MustReadBlock)
    return is_story or "<a " in str(getattr(block, "body", ""))
