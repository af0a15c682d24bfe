"""An uploaded picture is written anew: small, upright, with nothing hidden in it."""

import io

import pytest
from PIL import Image

from newsletter.articles import pictures
from newsletter.articles.pictures import RefusedPicture, safe_picture
from tests.newsletter.articles.images import a_jpeg, a_picture, a_png

# As an iPhone begins its own kind of picture.
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 200


def a_moving_webp():
    file = io.BytesIO()
    first, second = (Image.new("RGB", (8, 8), name) for name in ("red", "blue"))
    first.save(file, "WEBP", save_all=True, append_images=[second], duration=80)
    return file.getvalue()


def opened(file):
    return Image.open(io.BytesIO(file.read()))


def test_a_photo_loses_where_it_was_taken_and_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter
    exif[0x010F] = "Secret Camera"
    source = a_jpeg((60, 40), exif=exif, comment=b"where I live")

    kept = safe_picture(source)

    content = kept.read()
    assert b"Secret Camera" not in content
    assert b"where I live" not in content
    assert Image.open(io.BytesIO(content)).size == (40, 60)


def test_a_large_photo_is_made_no_longer_than_2400():
    assert opened(safe_picture(a_jpeg((4800, 1200)))).size == (2400, 600)


def test_a_small_picture_is_not_blown_up():
    assert opened(safe_picture(a_jpeg((60, 40)))).size == (60, 40)


def test_the_name_is_made_of_the_content():
    one, same, other = (
        safe_picture(a_jpeg(size)).name for size in ((60, 40), (60, 40), (61, 40))
    )

    assert one == same != other
    assert one.endswith(".jpg")


def test_a_transparent_png_stays_one_and_others_become_jpeg():
    assert safe_picture(a_png("RGBA")).name.endswith(".png")
    assert safe_picture(a_png("RGB")).name.endswith(".jpg")


@pytest.mark.parametrize(
    ("kind", "mode"), [("JPEG", "CMYK"), ("JPEG", "L"), ("PNG", "P")]
)
def test_pictures_of_printers_and_greys_come_out_in_colours_of_screens(kind, mode):
    assert opened(safe_picture(a_picture(kind, mode, (20, 20)))).mode in ("RGB", "RGBA")


def test_a_second_file_behind_the_picture_is_left_behind():
    source = io.BytesIO(a_jpeg().read() + b"<script>alert(1)</script>")

    assert b"<script>" not in safe_picture(source).read()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "geen JPEG of PNG"),
        (b"", "geen JPEG of PNG"),
        (a_picture("GIF", "L", (5, 5)).read(), "geen JPEG of PNG"),
        (a_moving_webp(), "geen JPEG of PNG"),
        (HEIC, "geen JPEG of PNG"),
        (a_jpeg().read()[:20] + b"\0" * 400, "beschadigd|geen JPEG of PNG"),
        (a_jpeg((400, 400), quality=95).read()[:700], "beschadigd"),
        (a_png("RGB", (5001, 5000)).read(), "25 miljoen"),
    ],
    ids=["svg", "nothing", "gif", "webp", "heic", "empty-jpeg", "half", "huge"],
)
def test_what_is_no_good_picture_is_refused_with_a_sentence(content, words):
    with pytest.raises(RefusedPicture, match=words):
        safe_picture(io.BytesIO(content))


def test_a_bomb_is_refused_before_it_is_unpacked():
    bomb = a_picture("PNG", "1", (20_000, 20_000))

    with pytest.raises(RefusedPicture, match="25 miljoen"):
        safe_picture(bomb)


def test_a_file_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(pictures, "LARGEST_FILE", 100)

    with pytest.raises(RefusedPicture, match="25 MB"):
        safe_picture(a_jpeg((200, 200)))
