"""Colours of a list's own: kept where they can be read, else the nearest shade."""

import colorsys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.colours import (
    READABLE,
    SAGE_PALE,
    TERRACOTTA,
    TERRACOTTA_IN_DARK,
    Palette,
    contrast,
    palette_for,
)

a_colour = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06X}")


def hue(colour):
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return colorsys.rgb_to_hls(red / 255, green / 255, blue / 255)[0]


def test_black_on_white_is_the_greatest_contrast_there_is():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#777777") == 1


def test_a_colour_that_is_read_is_left_alone():
    assert palette_for("#2F5D73").accent == "#2F5D73"
    assert palette_for("#9A4A32", "#7A3E9D").second == "#7A3E9D"


def test_the_house_colours_have_their_own_shades():
    assert palette_for(TERRACOTTA) == Palette()
    assert palette_for(TERRACOTTA.lower()).accent_in_dark == TERRACOTTA_IN_DARK


def test_a_colour_that_nobody_could_read_becomes_darker_in_its_own_hue():
    palette = palette_for("#FFB000")
    assert palette.accent != "#FFB000"
    assert hue(palette.accent) == pytest.approx(hue("#FFB000"), abs=0.01)
    assert READABLE <= contrast(palette.accent, palette.sand) < READABLE + 0.3


def test_a_dark_colour_becomes_lighter_by_night():
    palette = palette_for("#23304F")
    assert contrast("#23304F", palette.paper_in_dark) < 2
    assert contrast(palette.accent_in_dark, palette.paper_in_dark) > READABLE


def test_the_quiet_parts_take_the_second_colour_for_a_ground():
    palette = palette_for(TERRACOTTA, "#7A3E9D")
    assert palette.second_pale != SAGE_PALE
    assert contrast(palette.second_pale, "#FFFFFF") < 1.3
    assert contrast(palette.second_pale_in_dark, "#000000") < 2


@given(accent=a_colour, second=st.just("") | a_colour)
def test_whatever_is_chosen_can_be_read_on_every_ground(accent, second):
    palette = palette_for(accent, second)
    by_day = (palette.paper, palette.sand, palette.second_pale)
    by_night = (
        palette.paper_in_dark,
        palette.sand_in_dark,
        palette.second_pale_in_dark,
    )
    for word in (palette.ink, palette.accent, palette.second, palette.muted):
        assert min(contrast(word, ground) for ground in by_day) >= READABLE
    for word in (palette.ink_in_dark, palette.accent_in_dark, palette.muted_in_dark):
        assert min(contrast(word, ground) for ground in by_night) >= READABLE
    assert contrast(palette.second_in_dark, palette.second_pale_in_dark) >= READABLE
    assert contrast(palette.paper, palette.accent) >= READABLE
    assert contrast(palette.paper_in_dark, palette.accent_in_dark) >= READABLE
