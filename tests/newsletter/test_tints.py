"""Tints: grounds in the colours of a list, on which every word is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.colours import READABLE, Palette, contrast, luminance, palette_for
from newsletter.tints import Tint, pale_in_words, tinted

a_colour = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06X}")


def test_without_a_tint_the_look_is_that_of_the_list():
    assert tinted(Palette(), "") == Palette()


def test_each_tint_has_a_ground_of_its_own():
    papers = {tinted(Palette(), tint).paper for tint in ("", *Tint)}
    assert len(papers) == 4


@pytest.mark.parametrize(
    ("tint", "words"),
    [
        (Tint.GLOW, "zachtroze"),
        (Tint.DEW, "lichtgroen"),
        (Tint.MIST, "lichtgrijs"),
    ],
)
def test_a_tint_is_named_for_whoever_does_not_see_it(tint, words):
    assert pale_in_words(tinted(Palette(), tint).sand) == words


def test_a_list_of_other_colours_has_other_tints():
    palette = palette_for("#2F5D73", "#7A3E9D")
    assert pale_in_words(tinted(palette, Tint.GLOW).sand) == "lichtblauw"
    assert pale_in_words(tinted(palette, Tint.DEW).sand) == "lila"


def test_a_list_in_black_does_not_become_pink():
    grounds = tinted(palette_for("#000000"), Tint.GLOW)
    assert pale_in_words(grounds.sand) == "lichtgrijs"


@given(accent=a_colour, second=st.just("") | a_colour, tint=st.sampled_from(list(Tint)))
def test_every_word_is_read_on_every_ground_of_a_tint(accent, second, tint):
    palette = tinted(palette_for(accent, second), tint)
    for word in ("ink", "accent", "second", "muted"):
        for ground in ("paper", "sand", "second_pale"):
            by_day = getattr(palette, word), getattr(palette, ground)
            by_night = (
                getattr(palette, f"{word}_in_dark"),
                getattr(palette, f"{ground}_in_dark"),
            )
            assert contrast(*by_day) >= READABLE
            assert contrast(*by_night) >= READABLE


@given(accent=a_colour, tint=st.sampled_from(list(Tint)))
def test_a_tint_is_calm_by_day_and_dark_by_night(accent, tint):
    palette = tinted(palette_for(accent), tint)
    assert luminance(palette.paper) > 0.8
    assert luminance(palette.paper_in_dark) < 0.03
