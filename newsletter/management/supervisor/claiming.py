"""What one start has to itself: its data folder and its port."""

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils.translation import gettext as _

from newsletter.installation import NotInstalled


@contextmanager
def hold(data_dir: Path) -> Iterator[None]:
    """Hold the data folder: two starts in one folder would share one queue.

    The kernel lets go when the process ends, however it ends.

    Raises:
        NotInstalled: another start holds it, or it cannot be written to.
    """
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(data_dir / "up.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as trouble:
        raise NotInstalled(
            _(
                "The data folder %(folder)s cannot be written to (%(trouble)s). Make "
                "it writable, or choose another: DATA_DIR=/path/of/your/own make run"
            )
            % {"folder": data_dir, "trouble": trouble.strerror}
        ) from trouble
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NotInstalled(
                _(
                    "It already runs from %(folder)s. Stop it there with Ctrl-C, or "
                    "start a second one: DATA_DIR=/another/folder PORT=8001 make run"
                )
                % {"folder": data_dir}
            ) from None
        yield
    finally:
        os.close(handle)


def require_free_port(port: int) -> None:
    """Refuse a port that another program listens on.

    Raises:
        NotInstalled: with a port that is free.
    """
    if not _is_free(port):
        free = next(filter(_is_free, range(port + 1, 65536)), port + 1)
        raise NotInstalled(
            _("Port %(port)s is in use. Choose another: PORT=%(free)s make run")
            % {"port": port, "free": free}
        )


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as trial:
        # As the web server does it: a connection that is closing is no obstacle.
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
