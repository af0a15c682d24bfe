"""Logos as they are kept: safe, sharp, small, and never lost on their ground."""

import io

import pytest
from PIL import Image, ImageDraw

from newsletter.colours import PAPER, PAPER_IN_DARK
from subscribers.logos import HEAVIEST, HIGHEST, WIDEST, RefusedLogo, logo_of


def a_drawing(colour, *, size=(900, 240), ground=(0, 0, 0, 0)):
    image = Image.new("RGBA", size, ground)
    box = (size[0] // 10, size[1] // 5, size[0] * 9 // 10, size[1] * 4 // 5)
    ImageDraw.Draw(image).ellipse(box, fill=colour)
    return image


def a_file(image, kind="PNG", **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    file.seek(0)
    return file


def kept(image, **options):
    logo = logo_of(a_file(image, **options))
    return logo, Image.open(io.BytesIO(logo.content)).convert("RGBA")


def corner(image):
    """The colour a little inside, where a rounded plate begins."""
    return "#{:02X}{:02X}{:02X}".format(*image.getpixel((image.width // 2, 4))[:3])


def test_a_logo_is_twice_as_large_as_it_is_shown():
    logo, image = kept(a_drawing("#B5533A", size=(3000, 900)))
    assert image.size == (logo.width * 2, logo.height * 2)
    assert logo.width <= WIDEST
    assert logo.height <= HIGHEST
    assert logo.is_sharp


def test_a_colour_that_is_seen_by_day_and_by_night_stays_without_a_plate():
    logo, image = kept(a_drawing("#B5533A"))
    assert logo.plate == ""
    assert image.getpixel((0, 0))[3] == 0


def test_a_dark_logo_gets_paper_behind_it_for_the_night():
    logo, image = kept(a_drawing("#2E2A27"))
    assert logo.plate == PAPER
    assert corner(image) == PAPER
    assert logo.width <= WIDEST


def test_a_white_logo_gets_a_dark_plate_for_the_day():
    logo, image = kept(a_drawing("#FFFFFF"))
    assert logo.plate == PAPER_IN_DARK
    assert corner(image) == PAPER_IN_DARK


def test_dark_letters_beside_a_bright_sign_are_not_lost_either():
    both = a_drawing("#B5533A", size=(900, 240))
    ImageDraw.Draw(both).rectangle((90, 48, 380, 192), fill="#201D1B")
    assert kept(both)[0].plate == PAPER


def test_a_logo_with_a_ground_of_its_own_is_left_as_it_is():
    logo, _image = kept(a_drawing("#2E2A27", ground="#FFFFFF"))
    assert logo.plate == ""


def test_clear_edges_are_cut_off_so_that_it_stands_in_the_middle():
    lonely = Image.new("RGBA", (1000, 400), (0, 0, 0, 0))
    ImageDraw.Draw(lonely).rectangle((600, 40, 999, 139), fill="#B5533A")
    logo, _image = kept(lonely)
    assert (logo.width, logo.height) == (200, 50)


def test_a_small_file_is_shown_small_and_said_to_be_blurred():
    logo, image = kept(a_drawing("#B5533A", size=(120, 60)))
    assert image.width < 120
    assert not logo.is_sharp


def test_what_hides_in_the_file_does_not_reach_a_reader():
    info = Image.Exif()
    info[0x010E] = "made at home, Lindelaan 1"
    logo, _image = kept(a_drawing("#B5533A"), exif=info)
    assert b"Lindelaan" not in logo.content


def test_a_jpeg_is_taken_too():
    file = a_file(a_drawing("#B5533A", ground="#FFFFFF").convert("RGB"), "JPEG")
    assert logo_of(file).content.startswith(b"\x89PNG")


def test_the_same_logo_has_the_same_name():
    names = {logo_of(a_file(a_drawing("#B5533A"))).file.name for _ in range(2)}
    assert len(names) == 1


def test_many_colours_become_few_before_they_weigh_too_much():
    noise = Image.effect_noise((560, 150), 90).convert("RGB")
    assert len(logo_of(a_file(noise)).content) <= HEAVIEST


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "geen PNG of JPEG"),
        (b"", "geen PNG of JPEG"),
        (a_file(a_drawing("#000")).getvalue()[:200], "geen PNG of JPEG"),
        (a_file(Image.new("RGBA", (90, 90))).getvalue(), "niets te zien"),
        (a_file(Image.new("1", (9000, 9000))).getvalue(), "groter dan"),
        (b"\x89PNG" + b"0" * 5_000_001, "groter dan 5 MB"),
    ],
    ids=["svg", "nothing", "half", "clear", "a bomb", "heavy"],
)
def test_what_is_no_logo_is_refused_in_words(content, words):
    with pytest.raises(RefusedLogo, match=words):
        logo_of(io.BytesIO(content))
