"""Make .venv and install the pinned packages, saying what it does and what to do.

Called by the Makefile with the name of the stamp file to leave behind and the files
of requirements. Runs on any Python 3, to be able to say that a newer one is needed.
"""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

OLDEST = (3, 11)
NEWER = ("python3.14", "python3.13", "python3.12", "python3.11")
ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OFFLINE = re.compile(
    "name resolution|NewConnectionError|ConnectTimeout|Network is unreachable"
    "|Connection refused|ProxyError|No matching distribution"
)


def main() -> None:
    """Make what is missing; end with one sentence when that cannot be done."""
    stamp, *requirements = sys.argv[1:]
    be_new_enough()
    started = time.monotonic()
    try:
        if not works(str(PYTHON)):
            make()
        install(*requirements)
        (VENV / stamp).touch()
    except OSError as trouble:
        sys.exit(
            f"This folder cannot be written to ({trouble}).\n"
            f"Copy the project to a folder of your own, or make {ROOT} writable, "
            "and try again."
        )
    say(f"ready in {time.monotonic() - started:.0f} s")


def say(line: str) -> None:
    """Show one line of progress at once."""
    print("→ " + line, flush=True)


def be_new_enough() -> None:
    """Go on in a newer Python when this one is too old."""
    if sys.version_info >= OLDEST:
        return
    for name in NEWER:
        if works(name):
            os.execvp(name, [name, *sys.argv])  # noqa: S606 (no shell wanted)
    sys.exit(
        f"Python {sys.version.split()[0]} is too old: 3.11 or newer is needed. "
        "Install it (Debian, Ubuntu: apt install python3.11 python3.11-venv), "
        "or say where it is: make PYTHON=/path/to/python3.12 run"
    )


def works(python: str) -> bool:
    """Tell whether this Python starts and is new enough."""
    question = f"import sys; sys.exit(sys.version_info < {OLDEST})"
    try:
        return subprocess.call([python, "-c", question], stderr=subprocess.DEVNULL) == 0  # noqa: S603
    except OSError:
        return False


def make() -> None:
    """Make .venv with its pip."""
    try:
        import ensurepip  # noqa: F401 (Debian leaves it out)
        import venv
    except ImportError:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        sys.exit(
            "Python's venv module is missing. Install it and try again.\n"
            f"Debian, Ubuntu: sudo apt install python{version}-venv · "
            f"Fedora: sudo dnf install python{version}"
        )
    say(f"making .venv with Python {sys.version.split()[0]}")
    venv.create(VENV, with_pip=True, clear=True)


def install(*requirements: str) -> None:
    """Install what the files pin, one line of progress per package."""
    total = sum(
        len(re.findall("^[^ #]+==", (ROOT / name).read_text(), re.M))
        for name in requirements
    )
    say(f"installing up to {total} pinned packages (once; a minute or so)")
    flags = ["--require-hashes", "--retries=2", "--timeout=20", "--progress-bar=off"]
    flags += ["--disable-pip-version-check", "--no-python-version-warning"]
    for name in requirements:
        flags += ["-r", str(ROOT / name)]
    said = pip_install(total, *flags)
    if said:
        explain(said)


def pip_install(total: int, *flags: str) -> str:
    """Run pip, counting packages; return what it said if it failed."""
    said = []
    count = 0
    with subprocess.Popen(  # noqa: S603
        [str(PYTHON), "-m", "pip", "install", *flags],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as pip:
        for line in pip.stdout or ():
            said.append(line)
            found = re.match(r"Collecting (\S+?)==(\S+)", line)
            if found:
                count += 1
                show(f"  {count}/{total} {found.group(1)} {found.group(2)}")
            elif line.startswith("Installing collected"):
                show("  putting them in place")
    if sys.stdout.isatty():
        print("\r\033[K", end="", flush=True)
    return "".join(said) if pip.returncode else ""


def show(line: str) -> None:
    """Show progress: on one moving line in a terminal, else line by line."""
    if sys.stdout.isatty():
        print("\r\033[K" + line, end="", flush=True)
    else:
        print(line, flush=True)


def explain(said: str) -> None:
    """End with what pip's failure means."""
    lines = [line for line in said.splitlines() if not line.startswith("WARNING")]
    tail = "\n".join("  " + line[:200] for line in lines[-3:])
    if "No space left" in said:
        sys.exit(f"The disk is full. Make room and try again.\n{tail}")
    if OFFLINE.search(said):
        sys.exit(
            "The packages could not be fetched: the package index was not reached.\n"
            "Check the network (behind a proxy: set HTTPS_PROXY) and try again; "
            f"what is already there is kept.\npip said:\n{tail}"
        )
    sys.exit(f"The packages could not be installed. pip said:\n{tail}")


if __name__ == "__main__":
    main()
