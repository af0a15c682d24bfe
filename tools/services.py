"""Real programs for tests: where they are, and a PostgreSQL for the time being."""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

# The first is Chromium without windows: the same pages in half the time.
BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
)
# Speed instead of safety: this cluster is thrown away.
CARELESS = (
    "-c fsync=off -c full_page_writes=off -c synchronous_commit=off "
    "-c wal_level=minimal -c max_wal_senders=0"
)


def missing() -> Iterator[str]:
    """Say in one line each what this machine lacks, and how to get it."""
    if not browser():
        cure = f"Debian: apt install {BROWSERS[0]}"
        yield f"browser tests, Chromium is missing ({cure})"
    if not postgresql_folder():
        yield "PostgreSQL, initdb is missing (Debian: apt install postgresql)"
    if not queue_server():
        yield "the real queue, no valkey-server is found (run: make test again)"


def browser() -> str:
    """Return the path of a Chromium, or ""."""
    found = (shutil.which(name) for name in BROWSERS)
    return os.environ.get("CHROMIUM") or next(filter(None, found), "")


def queue_server() -> str:
    """Return the path of a Valkey or Redis server, or ""."""
    from newsletter.management.supervisor.queue import servers

    return next((str(server) for server in servers()), "")


def postgresql_folder() -> Path | None:
    """Return the folder with initdb and pg_ctl; Debian hides it per version."""
    hidden = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda path: float(path.parts[-3]),
    )
    if hidden:
        return hidden[-1].parent
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


@contextmanager
def postgresql(options: str = CARELESS) -> Iterator[str]:
    """Run a cluster in a temporary folder, on a unix socket only; yield its URL.

    PostgreSQL refuses root, so root borrows the user postgres (or nobody).

    Args:
        options: of the server; careless about a power cut, which tests have none of.
    """
    programs = postgresql_folder()
    if programs is None:
        raise RuntimeError("initdb is missing.")
    folder = Path(tempfile.mkdtemp(prefix="rji-pg-", dir="/tmp"))
    owner = _owner()
    if owner:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    control = [str(programs / "pg_ctl"), "-D", str(folder / "data"), "-w"]
    options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' {options}"
    try:
        superuser = ["--username=newsletter", "--auth=trust", "--encoding=UTF8"]
        _run([str(programs / "initdb"), "-D", str(folder / "data"), *superuser], owner)
        _run([*control, "-o", options, "-l", str(folder / "log"), "start"], owner)
        yield f"postgresql://newsletter@/postgres?host={folder}"
    finally:
        _run([*control, "-m", "immediate", "stop"], owner, may_fail=True)
        shutil.rmtree(folder, ignore_errors=True)


def restart(url: str) -> None:
    """Restart a cluster of ours without a farewell to anybody (``-m immediate``)."""
    programs = postgresql_folder()
    folder = parse_qs(urlsplit(url).query)["host"][0]
    command = [str(programs and programs / "pg_ctl"), "-D", f"{folder}/data", "-w"]
    _run([*command, "-m", "immediate", "-l", f"{folder}/log", "restart"], _owner())


def _owner() -> pwd.struct_passwd | None:
    """Return who must run the server when we are root."""
    if os.getuid():
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def _run(
    command: list[str], owner: pwd.struct_passwd | None, *, may_fail: bool = False
) -> None:
    # An inherited pipe would be held open by the server for as long as it lives.
    ended = subprocess.run(  # noqa: S603
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        user=owner.pw_uid if owner else None,
        group=owner.pw_gid if owner else None,
        extra_groups=[] if owner else None,
    )
    if ended.returncode and not may_fail:
        sys.exit(f"PostgreSQL did not start: {' '.join(command)} failed.")
