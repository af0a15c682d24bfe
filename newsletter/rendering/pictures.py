"""A picture as a mail shows it: absolute address, size, words for who cannot see it."""

from dataclasses import dataclass

from django.conf import settings

from newsletter.articles.picture_models import Picture, crop_url


@dataclass(frozen=True)
class ShownPicture:
    """Address and words of one crop.

    Attributes:
        credit: who made it, and what AI did; stands behind “Picture:”.
        ai_mark: what AI did, for places where no maker is named.
    """

    src: str
    alt: str
    credit: str
    ai_mark: str


def shown(picture: Picture, crop: str, *, credit: str | None = None) -> ShownPicture:
    """Return the crop of a picture under our own host."""
    path = crop_url(picture, crop)
    return ShownPicture(
        src=f"{settings.SITE_URL}{path}" if path.startswith("/") else path,
        alt=picture.alt,
        credit=picture.credited() if credit is None else credit,
        ai_mark=picture.ai_mark,
    )
