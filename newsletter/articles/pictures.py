"""Making an uploaded picture safe and small before it is kept.

Every picture is decoded and written anew, so nothing hidden in the file (place, camera,
markup, a second file behind the first) reaches a reader.
"""

import hashlib
import io
import warnings
from collections.abc import Callable
from typing import IO, Any

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from imagefield.processing import register
from PIL import Image, ImageCms, ImageOps

# More than a screen shows; a mail never shows more than 1,200.
LONGEST_SIDE = 2400
MOST_PIXELS = 25_000_000
LARGEST_FILE = 25_000_000
JPEG_QUALITY = 85
# Of the crops a mail shows: nobody sees the difference with 90 at twice the size, and
# the file is half as heavy.
MAIL_QUALITY = 80
# An iPhone calls a JPEG with a second picture behind it MPO.
_FORMATS = ("JPEG", "PNG", "MPO")


class RefusedPicture(ValueError):
    """Why this file is not taken, in a sentence for who chose it."""


def safe_picture(file: IO[bytes]) -> "ContentFile[bytes]":
    """Return the picture as we keep it, named after its content.

    Raises:
        RefusedPicture: no JPEG or PNG, broken, or larger than we handle.
    """
    image = _upright(_opened(file))
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    content, extension = _encoded(image)
    digest = hashlib.sha256(content).hexdigest()[:24]
    return ContentFile(content, name=f"{digest}.{extension}")


def _opened(file: IO[bytes]) -> Image.Image:
    content = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise RefusedPicture(_("This picture is larger than 25 MB. Make it smaller."))
    try:
        with warnings.catch_warnings(action="ignore"):
            image = Image.open(io.BytesIO(content), formats=_FORMATS)
    except Image.DecompressionBombError as bomb:
        raise _too_many_pixels() from bomb
    except Exception as trouble:
        # Pillow's readers each fail in their own way on what is no picture.
        raise RefusedPicture(
            _("This is no JPEG or PNG. Save the picture as one of these first.")
        ) from trouble
    if image.width * image.height > MOST_PIXELS:
        raise _too_many_pixels()
    return _decoded(image)


def _too_many_pixels() -> RefusedPicture:
    return RefusedPicture(
        _("This picture has more than 25 million pixels. Make it smaller first.")
    )


def _decoded(image: Image.Image) -> Image.Image:
    try:
        with warnings.catch_warnings(action="ignore"):
            image.load()
    except Exception as trouble:
        # A file that ends half way, or lies about what follows.
        raise RefusedPicture(
            _("This picture is damaged. Open it once and save it again.")
        ) from trouble
    return image


def _upright(image: Image.Image) -> Image.Image:
    """Return it turned as the camera meant, in the colours every screen knows."""
    turned = ImageOps.exif_transpose(image)
    mode = "RGBA" if _is_transparent(turned) else "RGB"
    profile = turned.info.get("icc_profile")
    if profile and turned.mode in ("RGB", "RGBA", "CMYK"):
        try:
            converted = ImageCms.profileToProfile(
                turned,
                ImageCms.ImageCmsProfile(io.BytesIO(profile)),
                ImageCms.createProfile("sRGB"),
                outputMode=mode if turned.mode != "CMYK" else "RGB",
            )
            turned = converted or turned
        except ImageCms.PyCMSError:
            # A broken profile only costs a shade of colour.
            pass
    return turned if turned.mode == mode else turned.convert(mode)


def _is_transparent(image: Image.Image) -> bool:
    return image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info


def _encoded(image: Image.Image) -> tuple[bytes, str]:
    out = io.BytesIO()
    # A fresh picture carries nothing over from the file it came from.
    bare = Image.new(image.mode, image.size)
    bare.paste(image)
    if image.mode == "RGBA":
        bare.save(out, "PNG", optimize=True)
        return out.getvalue(), "png"
    bare.save(out, "JPEG", quality=JPEG_QUALITY, optimize=True, progressive=True)
    return out.getvalue(), "jpg"


@register
def process_jpeg(
    get_image: Callable[[Image.Image, Any], Image.Image],
) -> Callable[[Image.Image, Any], Image.Image]:
    """Write the crops of a JPEG light enough for a mail, in place of imagefield's own.

    Under the same name, so the addresses of crops that were made before stay what they
    are: readers go on loading them.
    """

    def processor(image: Image.Image, context: Any) -> Image.Image:
        if context.save_kwargs["format"] == "JPEG":
            context.save_kwargs |= {
                "quality": MAIL_QUALITY,
                "progressive": True,
                "optimize": True,
            }
        return get_image(image, context)

    return processor
