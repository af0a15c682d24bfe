"""A calm picture in the place of one that may not be seen any more.

Delivered mails ask for the files of a picture by name for years, so these stay, with
something else in them. What a mail program or a CDN kept, it may show for a while.
"""

import io
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage
from PIL import Image, ImageDraw, UnidentifiedImageError

from newsletter.articles.picture_models import Picture

_GROUND, _SUN = "#EAF0E8", "#B9C9BB"
_SIZE_OF_UNREADABLE = (1200, 800)


def files_of(picture: Picture) -> list[Path]:
    """Return the files of a picture that are there: itself and every crop ever cut."""
    storage = picture.image.storage
    name = picture.image.name
    if not name or not isinstance(storage, FileSystemStorage):
        return []
    return [path for path in _paths(picture, storage, name) if path.is_file()]


def _paths(picture: Picture, storage: FileSystemStorage, name: str) -> Iterator[Path]:
    yield Path(storage.path(name))
    # Also those of an earlier point of interest: some mail may show them.
    image: Any = picture.image
    base = image._process_base(name)
    folder = Path(storage.path(base.path))
    if folder.is_dir():
        yield from sorted(
            path for path in folder.iterdir() if path.name.startswith(base.basename)
        )


def make_calm(picture: Picture) -> int:
    """Put a calm picture of the same size into each of its files; return how many.

    Raises:
        OSError: one of them cannot be written; all are as they were.
    """
    files = files_of(picture)
    drawn: list[tuple[Path, Path]] = []
    try:
        for path in files:
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=".calm-")
            drawn.append((Path(name), path))
            with os.fdopen(handle, "wb") as file:
                file.write(_drawn(*_size_and_kind(path)))
            os.chmod(name, path.stat().st_mode)
        # Whoever asks meanwhile gets the old picture or the new one.
        for beside, path in drawn:
            os.replace(beside, path)
    finally:
        for beside, _path in drawn:
            beside.unlink(missing_ok=True)
    return len(files)


def _size_and_kind(path: Path) -> tuple[tuple[int, int], str]:
    try:
        with Image.open(path) as image:
            return image.size, "PNG" if image.format == "PNG" else "JPEG"
    except (UnidentifiedImageError, SyntaxError, Image.DecompressionBombError):
        # Nobody can tell what is in it, so it goes like the others.
        return _SIZE_OF_UNREADABLE, "PNG" if path.suffix == ".png" else "JPEG"


def _drawn(size: tuple[int, int], kind: str) -> bytes:
    """Draw a sun that is just up, as on our letterhead."""
    width, height = size
    image = Image.new("RGB", size, _GROUND)
    pen = ImageDraw.Draw(image)
    radius, line = min(size) // 6, max(1, min(size) // 90)
    middle, ground = width // 2, height * 3 // 5
    box = (middle - radius, ground - radius, middle + radius, ground + radius)
    pen.arc(box, 180, 360, fill=_SUN, width=line)
    span = (middle - 2 * radius, ground, middle + 2 * radius, ground)
    pen.line(span, fill=_SUN, width=line)
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()
