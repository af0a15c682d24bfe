"""A list's own logo: written anew, sharp on a phone, seen on paper and by night.

Mail programs turn grounds dark but leave pictures alone. So a logo that would vanish on
one of both grounds gets the other for a plate of its own, in the file itself.
"""

import base64
import hashlib
import io
import warnings
from dataclasses import dataclass
from typing import IO, Any

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image, ImageDraw

from newsletter.colours import PAPER, PAPER_IN_DARK, contrast

# As a mail shows it, in pixels; the file holds twice as many.
WIDEST, HIGHEST = 280, 80
SHARP = 2
LARGEST_FILE = 5_000_000
MOST_PIXELS = 20_000_000
HEAVIEST = 60_000  # bytes: it comes with every mail, before anything else
# Below this contrast a shape is lost; letters on small plates need no more.
SEEN = 2.0
ENOUGH = 0.9  # of what is drawn
_MARGIN, _ROUND = 12, 8  # of a plate, in pixels of the file per pixel shown


class RefusedLogo(ValueError):
    """Why this file is not taken, in a sentence for who chose it."""


@dataclass(frozen=True)
class Logo:
    """A logo as it is kept.

    Attributes:
        width: as shown, in pixels; the file is up to twice as wide.
        plate: the colour behind it, empty where it needs none.
        is_sharp: whether it has the pixels for a phone.
    """

    content: bytes
    width: int
    height: int
    plate: str
    is_sharp: bool

    @property
    def file(self) -> "ContentFile[bytes]":
        """The file, named after its content."""
        digest = hashlib.sha256(self.content).hexdigest()[:24]
        return ContentFile(self.content, name=f"{digest}.png")

    @property
    def address(self) -> str:
        """The picture itself as an address, for who looks before it is kept."""
        return f"data:image/png;base64,{base64.b64encode(self.content).decode()}"


def logo_of(file: IO[bytes]) -> Logo:
    """Return the logo in a file, small and safe.

    Raises:
        RefusedLogo: no PNG or JPEG, broken, empty or too heavy.
    """
    image = _without_air(_opened(file))
    plate = _plate_for(image)
    room = (WIDEST - 2 * _MARGIN, HIGHEST - 2 * _MARGIN) if plate else (WIDEST, HIGHEST)
    is_sharp = image.width >= SHARP * room[0] or image.height >= SHARP * room[1]
    image.thumbnail((room[0] * SHARP, room[1] * SHARP), Image.Resampling.LANCZOS)
    if plate:
        image = _on_plate(image, plate)
    content = _encoded(image)
    if len(content) > HEAVIEST:
        raise RefusedLogo(
            _("This logo is too heavy for a mail. A plain drawing weighs less.")
        )
    width, height = (max(1, round(side / SHARP)) for side in image.size)
    return Logo(content, width, height, plate, is_sharp)


def _opened(file: IO[bytes]) -> Image.Image:
    content = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise RefusedLogo(_("This logo is larger than 5 MB. Make it smaller."))
    try:
        with warnings.catch_warnings(action="ignore"):
            image = Image.open(io.BytesIO(content), formats=("PNG", "JPEG"))
            if image.width * image.height > MOST_PIXELS:
                raise RefusedLogo(_("This logo is larger than a mail can show."))
            return image.convert("RGBA")
    except RefusedLogo:
        raise
    except Exception as trouble:
        # Pillow's readers each fail in their own way on what is no picture.
        raise RefusedLogo(
            _("This is no PNG or JPEG, or it is damaged. Save the logo as a PNG first.")
        ) from trouble


def _without_air(image: Image.Image) -> Image.Image:
    box = image.getchannel("A").point(lambda value: 255 if value > 8 else 0).getbbox()
    if box is None:
        raise RefusedLogo(_("There is nothing to be seen in this logo."))
    return image.crop(box)


def _plate_for(image: Image.Image) -> str:
    """Return the ground on which a transparent logo is seen best, if it needs one."""
    if image.getchannel("A").getextrema()[0] == 255:
        return ""
    by_day, by_night = (_share_seen(image, on) for on in (PAPER, PAPER_IN_DARK))
    if min(by_day, by_night) >= ENOUGH:
        return ""
    return PAPER if by_day >= by_night else PAPER_IN_DARK


def _share_seen(image: Image.Image, ground: str) -> float:
    """Return which part of what is drawn stands out from a ground, 0 to 1."""
    small = image.copy()
    small.thumbnail((160, 160))
    # Sixteen steps a channel tell enough, and few colours are quickly compared.
    few = small.point(lambda value: value // 17 * 17)
    found: Any = few.getcolors(few.width * few.height) or []
    drawn = [(count, pixel) for count, pixel in found if pixel[3] > 127]
    seen: int = sum(
        count
        for count, (red, green, blue, _alpha) in drawn
        if contrast(f"#{red:02X}{green:02X}{blue:02X}", ground) >= SEEN
    )
    whole: int = sum(count for count, _pixel in drawn)
    return seen / max(1, whole)


def _on_plate(image: Image.Image, plate: str) -> Image.Image:
    margin = _MARGIN * SHARP
    size = (image.width + 2 * margin, image.height + 2 * margin)
    whole = Image.new("RGBA", size, (0, 0, 0, 0))
    ImageDraw.Draw(whole).rounded_rectangle(
        (0, 0, size[0] - 1, size[1] - 1), radius=_ROUND * SHARP, fill=plate
    )
    whole.alpha_composite(image, (margin, margin))
    return whole


def _encoded(image: Image.Image) -> bytes:
    """Return a PNG that carries nothing over from the file it came from."""
    bare = Image.new("RGBA", image.size)
    bare.paste(image)
    out = io.BytesIO()
    bare.save(out, "PNG", optimize=True)
    if len(out.getvalue()) > HEAVIEST // 2:
        out = io.BytesIO()
        few = bare.quantize(256, method=Image.Quantize.FASTOCTREE)
        few.save(out, "PNG", optimize=True)
    return out.getvalue()
