"""How a picture comes out in each place of a mail: its cut, its size, its weight.

A picture is cut once, at upload, twice as large as a mail shows it.
"""

from dataclasses import dataclass
from typing import Any

from newsletter.articles.picture_models import Picture

# Heavier makes a mail slow on a train.
HEAVY = 400_000


@dataclass(frozen=True)
class Place:
    """One place in a mail.

    Attributes:
        crop: which file it shows (see ``PICTURE_FORMATS``).
        width, height: of that file in pixels; its height is at most this when the
            picture is not cut.
        shown: how many pixels wide the mail shows it.
    """

    name: str
    crop: str
    width: int
    height: int
    shown: int

    @property
    def is_cut(self) -> bool:
        """Whether sides are cut off to fit."""
        return self.crop != "wide"

    def enlarged(self, width: int, height: int) -> float:
        """Return how many times a picture is enlarged beyond what the mail shows.

        Up to 1 it has enough pixels; above 1 it looks soft on every screen.
        """
        if not width or not height:
            return 0.0
        factor = self.width / width
        if self.is_cut:
            factor = max(factor, self.height / height)
        return factor * self.shown / self.width


PLACES = {
    place.name: place
    for place in (
        Place("hero", "hero", 1200, 800, 600),
        Place("card", "hero", 1200, 800, 552),
        Place("phone", "hero", 1200, 800, 390),
        Place("wide", "wide", 1200, 1600, 552),
        Place("portrait", "portrait", 192, 192, 64),
        Place("small", "small", 360, 240, 120),
    )
}


def weight_of(picture: Picture, crop: str) -> int | None:
    """Return the bytes of one crop; None when its file is not there."""
    if not picture.image:
        return None
    file: Any = picture.image
    # imagefield has no public way to name a crop without making it.
    name = file._process_context(file.field.formats[crop]).name
    return int(file.storage.size(name)) if file.storage.exists(name) else None
