"""The colours of a mail, light and dark; a list's own, made readable if they are not.

Rules: WCAG 2.2, 1.4.3 (contrast of text) and its definition of relative luminance.
"""

import colorsys
from dataclasses import dataclass

PAPER, INK, TERRACOTTA = "#FBF7F1", "#2E2A27", "#9A4A32"
SAND, SAGE_PALE, SAGE = "#F3EADC", "#EAF0E8", "#55695A"
MUTED, HAIRLINE = "#6B625B", "#E4DACD"
# The same by night.
PAPER_IN_DARK, INK_IN_DARK, TERRACOTTA_IN_DARK = "#201D1B", "#F1EAE1", "#E6A98F"
SAND_IN_DARK, SAGE_PALE_IN_DARK, SAGE_IN_DARK = "#2E2823", "#2B332D", "#B7C7BA"
MUTED_IN_DARK, HAIRLINE_IN_DARK = "#B9AEA3", "#4A433D"
READABLE = 4.5  # text below 24 px
# By night bright words dazzle less than they fade: a step above what the rule asks.
READABLE_IN_DARK = 6.0


@dataclass(frozen=True)
class Palette:
    """Colours by what they do; templates name them so.

    ``accent`` is for links, buttons and rubrics, ``second`` for the quiet parts: small
    words and rules on paper or on ``second_pale``.
    """

    accent: str = TERRACOTTA
    paper: str = PAPER
    ink: str = INK
    sand: str = SAND
    second: str = SAGE
    second_pale: str = SAGE_PALE
    muted: str = MUTED
    hairline: str = HAIRLINE
    accent_in_dark: str = TERRACOTTA_IN_DARK
    paper_in_dark: str = PAPER_IN_DARK
    ink_in_dark: str = INK_IN_DARK
    sand_in_dark: str = SAND_IN_DARK
    second_in_dark: str = SAGE_IN_DARK
    second_pale_in_dark: str = SAGE_PALE_IN_DARK
    muted_in_dark: str = MUTED_IN_DARK
    hairline_in_dark: str = HAIRLINE_IN_DARK


def luminance(colour: str) -> float:
    """Return the relative luminance of ``#RRGGBB``, 0 to 1."""
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in channels_of(colour)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def palette_for(accent: str, second: str = "") -> Palette:
    """Return the palette of a list's own colours.

    A colour that nobody could read becomes a darker shade of itself, and by night a
    lighter one. The house's own colours have shades chosen by eye.

    Args:
        accent: ``#RRGGBB``.
        second: ``#RRGGBB``, or empty for the house's sage.
    """
    accent = accent.upper()
    quiet = _quiet_shades(second.upper()) if second else {}
    pale = quiet.get("second_pale", SAGE_PALE)
    shade = readable(accent, (PAPER, SAND, pale), READABLE)
    if shade == TERRACOTTA:
        return Palette(**quiet)
    by_night = (
        PAPER_IN_DARK,
        SAND_IN_DARK,
        quiet.get("second_pale_in_dark", SAGE_PALE_IN_DARK),
    )
    return Palette(
        accent=shade,
        accent_in_dark=readable(accent, by_night, READABLE_IN_DARK),
        **quiet,
    )


def _quiet_shades(second: str) -> dict[str, str]:
    pale = _shade(second, lightness=0.93, saturation=0.45)
    pale_in_dark = _shade(second, lightness=0.17, saturation=0.2)
    by_night = (PAPER_IN_DARK, pale_in_dark)
    return {
        "second": readable(second, (PAPER, SAND, pale), READABLE),
        "second_pale": pale,
        "second_in_dark": readable(second, by_night, READABLE_IN_DARK),
        "second_pale_in_dark": pale_in_dark,
    }


def readable(colour: str, grounds: tuple[str, ...], least: float) -> str:
    """Return the colour, or the nearest shade of it that is read on all grounds."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*channels_of(colour))
    step = -0.01 if luminance(grounds[0]) > 0.2 else 0.01
    shade = colour
    while min(contrast(shade, ground) for ground in grounds) < least:
        lightness = min(1.0, max(0.0, lightness + step))
        shade = hex_of(colorsys.hls_to_rgb(hue, lightness, saturation))
    return shade


def _shade(colour: str, *, lightness: float, saturation: float) -> str:
    """Return the hue of a colour as light as told, and at most as saturated."""
    hue, _lightness, own = colorsys.rgb_to_hls(*channels_of(colour))
    return hex_of(colorsys.hls_to_rgb(hue, lightness, min(own, saturation)))


def channels_of(colour: str) -> tuple[float, float, float]:
    """Return red, green and blue of ``#RRGGBB``, 0 to 1."""
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return red, green, blue


def hex_of(channels: tuple[float, float, float]) -> str:
    """Return red, green and blue, 0 to 1, as ``#RRGGBB``."""
    return "#" + "".join(f"{round(value * 255):02X}" for value in channels)
