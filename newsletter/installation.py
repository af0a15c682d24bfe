"""What one installation keeps for itself: its data folder and its secrets."""

import hashlib
import os
import secrets
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1", "[::1]"})


# Longer paths of sockets are cut off by the kernel (108 bytes on Linux, 104 on macOS).
LONGEST_SOCKET_PATH = 100


class NotInstalled(RuntimeError):
    """The installation cannot start; the message says what to do."""


class MissingSecret(NotInstalled):
    """A secret that only the operator can give is not set."""


def is_loopback(url: str) -> bool:
    """Tell whether only this machine can open the address."""
    return (urlsplit(url).hostname or "") in LOOPBACK_HOSTS


def secret(name: str, *, data_dir: Path, may_make: bool) -> str:
    """Return the secret from the environment, its file, or one made just now.

    ``NAME`` and ``NAME_FILE`` are read first. An installation that only this
    machine can open makes its own and keeps it in ``data_dir/secrets``.

    Raises:
        MissingSecret: nothing is set and nothing may be made.
    """
    if given := os.environ.get(name):
        return given
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text().strip()
    if not may_make:
        raise MissingSecret(
            f"{name} is not set. Give it a long random value, for example the "
            'output of: python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
        )
    return _kept_secret(data_dir / "secrets" / name.lower())


def queue_socket(data_dir: Path) -> Path:
    """Return where the embedded queue listens: a path that fits in a socket address.

    A deep data folder gets a short folder of its own in the system's temporary one.
    """
    socket = data_dir / "valkey.sock"
    if len(os.fsencode(socket)) <= LONGEST_SOCKET_PATH:
        return socket
    name = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"newsletter-{name}" / "valkey.sock"


def _kept_secret(path: Path) -> str:
    try:
        # Readers' addresses will live there: the owner's eyes only.
        data_dir = path.parent.parent
        for folder in (data_dir, path.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make_once(path)
    except OSError as trouble:
        raise NotInstalled(
            f"The data folder cannot be written to ({trouble}). Make it writable, or "
            "choose another: DATA_DIR=/path/of/your/own make run"
        ) from trouble
    return _written_secret(path)


def _make_once(path: Path) -> None:
    """Write a new secret, unless there is one or another process is writing it."""
    try:
        # Web and worker may start in the same moment: exactly one of them writes.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(48))


def _written_secret(path: Path) -> str:
    """Read what the winner of the race wrote, waiting for its last byte."""
    for _ in range(100):
        if value := path.read_text().strip():
            return value
        os.sched_yield() if hasattr(os, "sched_yield") else None
    raise MissingSecret(f"{path} is empty. Remove it; a new secret is made at start.")
