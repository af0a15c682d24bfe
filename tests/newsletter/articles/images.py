"""Small pictures for tests, made on the spot."""

import io
from typing import Any

from PIL import Image


def a_picture(
    kind: str, mode: str, size: tuple[int, int], **options: Any
) -> io.BytesIO:
    """A file of one colour."""
    file = io.BytesIO()
    Image.new(mode, size, 80 if mode == "L" else None).save(file, kind, **options)
    file.seek(0)
    return file


def a_jpeg(size: tuple[int, int] = (60, 40), **options: Any) -> io.BytesIO:
    """A JPEG."""
    return a_picture("JPEG", "RGB", size, **options)


def a_png(mode: str = "RGBA", size: tuple[int, int] = (60, 40)) -> io.BytesIO:
    """A PNG, transparent unless told otherwise."""
    return a_picture("PNG", mode, size)
