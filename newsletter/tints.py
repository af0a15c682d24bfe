"""The tints of one issue: the grounds of its mail, made from the colours of its list.

Words stay what they are, or become the nearest shade that is read on the new ground.
"""

from colorsys import hls_to_rgb, rgb_to_hls
from dataclasses import dataclass, replace

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from newsletter.colours import (
    READABLE,
    READABLE_IN_DARK,
    Palette,
    channels_of,
    hex_of,
    readable,
)


class Tint(TextChoices):
    """What an editor may choose; nothing chosen is the look of the list itself."""

    GLOW = "glow", _("Glow")
    DEW = "dew", _("Dew")
    MIST = "mist", _("Mist")


@dataclass(frozen=True)
class _Grounds:
    """How light and how coloured each ground is, from 0 to 1: by day, then by night."""

    paper: tuple[float, float]
    sand: tuple[float, float]
    hairline: tuple[float, float]
    paper_in_dark: tuple[float, float]
    sand_in_dark: tuple[float, float]
    hairline_in_dark: tuple[float, float]

    def of(self, colour: str) -> dict[str, str]:
        """Return the grounds in the hue of a colour."""
        return {name: _ground(colour, *how) for name, how in vars(self).items()}


_COLOURED = _Grounds(
    paper=(0.965, 0.5),
    sand=(0.91, 0.45),
    hairline=(0.85, 0.3),
    paper_in_dark=(0.12, 0.14),
    sand_in_dark=(0.165, 0.18),
    hairline_in_dark=(0.28, 0.14),
)
_GREY = _Grounds(
    paper=(0.97, 0.14),
    sand=(0.92, 0.1),
    hairline=(0.86, 0.06),
    paper_in_dark=(0.12, 0.02),
    sand_in_dark=(0.165, 0.03),
    hairline_in_dark=(0.28, 0.03),
)
# A colour with less than this between its channels (0 to 1) is a grey: its hue is an
# accident, and more of it would surprise.
_HARDLY_A_COLOUR = 0.03
# A quiet colour makes quiet grounds; so pale, they may have this much more of it.
_NO_LOUDER = 2.5


def tinted(palette: Palette, tint: str) -> Palette:
    """Return a palette on the grounds of a tint; every word is read on all of them."""
    if tint == Tint.GLOW:
        return _readable_on(replace(palette, **_COLOURED.of(palette.accent)))
    if tint == Tint.DEW:
        quiet = {
            "second_pale": _ground(palette.second, 0.915, 0.4),
            "second_pale_in_dark": _ground(palette.second, 0.19, 0.2),
        }
        return _readable_on(replace(palette, **_COLOURED.of(palette.second), **quiet))
    if tint == Tint.MIST:
        return _readable_on(replace(palette, **_GREY.of(palette.ink)))
    return palette


def _ground(colour: str, lightness: float, saturation: float) -> str:
    channels = channels_of(colour)
    hue, _lightness, own = rgb_to_hls(*channels)
    saturation = min(saturation, own * _NO_LOUDER)
    if max(channels) - min(channels) < _HARDLY_A_COLOUR:
        saturation = 0
    return hex_of(hls_to_rgb(hue, lightness, saturation))


def _readable_on(palette: Palette) -> Palette:
    by_day = (palette.paper, palette.sand, palette.second_pale)
    by_night = (
        palette.paper_in_dark,
        palette.sand_in_dark,
        palette.second_pale_in_dark,
    )
    words = ("accent", "second", "muted", "ink")
    shades = {
        name: readable(getattr(palette, name), by_day, READABLE) for name in words
    }
    night = {
        f"{name}_in_dark": readable(
            getattr(palette, f"{name}_in_dark"), by_night, READABLE_IN_DARK
        )
        for name in words
    }
    return replace(palette, **shades, **night)


# --- In words ---

# Up to which hue, in degrees, a pale colour is called what.
_PALE: tuple[tuple[int, Promise], ...] = (
    (25, _("soft pink")),
    (50, _("sand")),
    (70, _("pale yellow")),
    (165, _("pale green")),
    (195, _("pale turquoise")),
    (250, _("pale blue")),
    (290, _("lilac")),
    (360, _("soft pink")),
)
_PALE_GREY = _("pale grey")
# The channels of a grey ground lie this near to each other, 0 to 1.
_GREY_WITHIN = 0.035


def pale_in_words(colour: str) -> str:
    """Return what to call the ground ``#RRGGBB`` for whoever does not see it."""
    channels = channels_of(colour)
    if max(channels) - min(channels) < _GREY_WITHIN:
        return str(_PALE_GREY)
    hue, _lightness, _saturation = rgb_to_hls(*channels)
    return str(next(name for most, name in _PALE if hue * 360 <= most))
