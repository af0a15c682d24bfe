"""The colours of a mail, light and dark; a list's own only where it stays readable."""

from dataclasses import dataclass

PAPER, INK, TERRACOTTA = "#FBF7F1", "#2E2A27", "#9A4A32"
SAND, SAGE_PALE, SAGE = "#F3EADC", "#EAF0E8", "#55695A"
MUTED, HAIRLINE = "#6B625B", "#E4DACD"
READABLE = 4.5  # WCAG 2.2, 1.4.3, for text below 24 px


@dataclass(frozen=True)
class Palette:
    """Colours by what they do; templates name them so."""

    accent: str = TERRACOTTA
    paper: str = PAPER
    ink: str = INK
    sand: str = SAND
    sage_pale: str = SAGE_PALE
    sage: str = SAGE
    muted: str = MUTED
    hairline: str = HAIRLINE


def luminance(colour: str) -> float:
    """Return the relative luminance of ``#RRGGBB`` (WCAG 2.2)."""
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in channels
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def palette_for(accent: str) -> Palette:
    """Return the palette; an accent nobody could read gives way to the default."""
    grounds = (PAPER, SAND, SAGE_PALE)
    readable = all(contrast(accent, ground) >= READABLE for ground in grounds)
    return Palette(accent=accent if readable else TERRACOTTA)
