"""Where queue messages wait, in the words Celery's transport wants."""

from pathlib import Path
from typing import Any

_FILES = "filesystem://"


def broker(url: str, *, visibility_seconds: float) -> tuple[str, dict[str, Any]]:
    """Return broker address and transport options for ``REDIS_URL``.

    Args:
        url: ``redis://…``, ``redis+socket:///path`` or ``filesystem:///folder``, the
            last resort where no Redis or Valkey runs.
        visibility_seconds: when a message whose worker is gone is given out again.
    """
    if url.startswith(_FILES):
        folder = str(Path(url.removeprefix(_FILES)) / "messages")
        Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)
        return _FILES, {
            "data_folder_in": folder,
            "data_folder_out": folder,
            "control_folder": str(Path(folder).parent / "control"),
            "polling_interval": 0.05,
        }
    return url, {
        "visibility_timeout": visibility_seconds,
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,
        "socket_timeout": 15,
        "socket_connect_timeout": 5,
        "socket_keepalive": not url.startswith("redis+socket"),
        "health_check_interval": 25,
        "global_keyprefix": "nl:",
    }
