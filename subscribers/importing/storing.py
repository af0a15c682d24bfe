"""Where chosen files wait: out of the web's reach, and only as long as needed."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from subscribers.importing.files import LARGEST_FILE
from subscribers.importing.trouble import UnreadableFile


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "imports"


def store(chunks: Iterable[bytes]) -> tuple[str, str]:
    """Write a file down; return its name with us and its SHA-256.

    Raises:
        UnreadableFile: larger than any list of readers.
    """
    _folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    name, digest, size = secrets.token_hex(16), hashlib.sha256(), 0
    path = path_of(name)
    path.touch(mode=0o600)
    with path.open("wb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > LARGEST_FILE:
                path.unlink()
                raise UnreadableFile(
                    _("This file is larger than 512 MB. Split it and take in each.")
                )
            digest.update(chunk)
            file.write(chunk)
    return name, digest.hexdigest()


def path_of(name: str) -> Path:
    """Return where a stored file is."""
    return _folder() / name


def throw_away_unknown(known: Iterable[str], *, before: datetime) -> None:
    """Delete files from before a moment that nothing refers to: a crash left them."""
    kept = set(known)
    for path in _folder().glob("*"):
        is_old = path.stat().st_mtime < before.timestamp()
        if is_old and path.name not in kept:
            path.unlink(missing_ok=True)


def throw_away(name: str) -> None:
    """Delete a stored file; one that is gone already is fine."""
    if name:
        path_of(name).unlink(missing_ok=True)
