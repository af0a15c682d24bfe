"""How a picture comes out: pixels, weight, and whether there are enough of them."""

import io

import pytest
from PIL import Image

from newsletter.articles.crops import PLACES, weight_of
from newsletter.articles.models import Picture
from newsletter.articles.picture_models import PICTURE_FORMATS, crop_url
from newsletter.articles.pictures import safe_picture
from tests.factories import PictureFactory


@pytest.fixture(autouse=True)
def files_of_this_test(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def a_photo(size=(1500, 1000), kind="JPEG"):
    """Noise weighs as much as the busiest photo."""
    image = Image.effect_noise(size, 60).convert("RGB")
    file = io.BytesIO()
    image.save(file, kind)
    file.seek(0)
    return file


def cut(picture, crop):
    return Image.open(picture.image.storage.path(picture.image.process(crop)))


def test_every_place_has_its_size_in_the_file_that_a_mail_gets(db):
    picture = Picture.objects.create(image=safe_picture(a_photo()))

    for place in PLACES.values():
        with cut(picture, place.crop) as image:
            assert image.format == "JPEG"
            if place.is_cut:
                assert image.size == (place.width, place.height)
            else:
                assert image.size == (1200, 800)


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_a_file_is_twice_as_wide_as_the_mail_shows_it(place):
    assert place.crop in PICTURE_FORMATS
    assert place.width >= 2 * place.shown


def test_the_weight_is_that_of_the_file(db):
    picture = Picture.objects.create(image=safe_picture(a_photo()))

    weight = weight_of(picture, "hero")

    assert weight == picture.image.storage.size(picture.image.process("hero"))


def test_a_crop_that_is_gone_has_no_weight(db):
    assert weight_of(PictureFactory.create(), "hero") is None


def test_crops_are_written_lighter_than_imagefield_does(db):
    picture = Picture.objects.create(image=safe_picture(a_photo()))
    with cut(picture, "hero") as image:
        heavy = io.BytesIO()
        image.save(heavy, "JPEG", quality=90, progressive=True)

    assert (weight_of(picture, "hero") or 0) < 0.85 * len(heavy.getvalue())


def test_another_point_makes_another_file_and_keeps_the_old_one(db):
    picture = Picture.objects.create(image=safe_picture(a_photo()))
    before = crop_url(picture, "portrait")
    weight = weight_of(picture, "portrait")

    picture = Picture.objects.get()
    picture.point_of_interest = "0.1x0.9"
    picture.save()
    after = crop_url(Picture.objects.get(), "portrait")

    assert after != before
    assert weight
    name = before.removeprefix("/media/")
    assert picture.image.storage.exists(name)


@pytest.mark.parametrize(
    ("size", "enlarged"),
    [((2400, 1600), 0.25), ((1200, 800), 0.5), ((600, 400), 1), ((300, 800), 2)],
)
def test_a_picture_with_too_few_pixels_is_enlarged(size, enlarged):
    assert PLACES["hero"].enlarged(*size) == pytest.approx(enlarged)


def test_a_picture_on_its_own_is_measured_by_its_width_only():
    assert PLACES["wide"].enlarged(1104, 100) == pytest.approx(0.5)
