"""Keep the Dutch catalogue complete: ``tools/words.py``, or ``--check`` to only look.

Sentences are collected from Python and templates by Django, sorted, so that two people
who add some rarely meet, and compiled. Needs gettext (Debian: apt install gettext).
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = Path("newsletter/locale/nl/LC_MESSAGES/django.po")
# What Django says itself, said again in our manner; written by hand.
OF_DJANGO = Path("newsletter/locale_of_django/nl/LC_MESSAGES/django.po")
SOURCES = ("newsletter", "subscribers", "templates")
# They change with every run and tell nothing.
_DATES = re.compile(r'^"(?:POT-Creation-Date|Report-Msgid-Bugs-To):.*\n', re.MULTILINE)


def main() -> int:
    """Write the catalogue, or say what it lacks; 1 if anything does."""
    if shutil.which("msgfmt") is None:
        print("left out: gettext is not installed (apt install gettext)")
        return int(os.environ.get("CI") == "true")
    with tempfile.TemporaryDirectory() as folder:
        written = _collected(Path(folder))
        missing = _untranslated(Path(folder) / CATALOGUE)
        if "--check" in sys.argv:
            return _checked(written, Path(folder), missing)
        (ROOT / CATALOGUE).write_bytes(written)
        _compile(ROOT / CATALOGUE)
        _compile(ROOT / OF_DJANGO)
    if missing:
        print(f"Give these a Dutch sentence in {CATALOGUE}:\n{missing}")
    return int(bool(missing))


def _collected(folder: Path) -> bytes:
    """Collect every sentence in a copy of the tree; return the sorted catalogue."""
    for name in SOURCES:
        # Without pictures, compiled files and whatever tests left.
        shutil.copytree(
            ROOT / name, folder / name, ignore=shutil.ignore_patterns("*.pyc", "*.jpg")
        )
    shutil.copy(ROOT / "manage.py", folder)
    wanted = ["-l", "nl", "--no-location", "--no-obsolete", "-e", "html,txt,py,mjml"]
    _run([sys.executable, "manage.py", "makemessages", "-v0", *wanted], folder)
    catalogue = folder / CATALOGUE
    _run(["msgcat", "--sort-output", "-o", str(catalogue), str(catalogue)], folder)
    text = _DATES.sub("", catalogue.read_text(encoding="utf-8"))
    catalogue.write_text(text, encoding="utf-8")
    return catalogue.read_bytes()


def _untranslated(catalogue: Path) -> str:
    """Return the entries without a sentence, or with one that was only guessed."""
    found = [
        _run(["msgattrib", "--no-obsolete", which, str(catalogue)], catalogue.parent)
        for which in ("--untranslated", "--only-fuzzy")
    ]
    # The head of a catalogue is an entry, too.
    return "".join(one.partition("\n\n")[2] for one in found).strip()


def _compile(catalogue: Path) -> None:
    compiled = catalogue.with_suffix(".mo")
    _run(
        ["msgfmt", "--check-format", "-o", str(compiled), str(catalogue)],
        catalogue.parent,
    )


def _checked(written: bytes, folder: Path, missing: str) -> int:
    if missing:
        print(f"The Dutch catalogue lacks these:\n{missing}\nRun: make words")
        return 1
    is_same = (ROOT / CATALOGUE).read_bytes() == written and all(
        _is_compiled(catalogue, folder) for catalogue in (CATALOGUE, OF_DJANGO)
    )
    if not is_same:
        print("The Dutch catalogue is not as it is collected. Run: make words")
    return int(not is_same)


def _is_compiled(catalogue: Path, folder: Path) -> bool:
    """Tell whether what is kept is what compiling a copy makes of it."""
    _compile(folder / catalogue)
    kept, made = (place / catalogue.with_suffix(".mo") for place in (ROOT, folder))
    return kept.exists() and kept.read_bytes() == made.read_bytes()


def _run(command: list[str], folder: Path) -> str:
    """Run a program in the copy; its own words are shown when it fails."""
    environment = os.environ | {"DATA_DIR": str(folder / "data")}
    ended = subprocess.run(  # noqa: S603 (our own commands)
        command, cwd=folder, env=environment, capture_output=True, text=True
    )
    if ended.returncode:
        raise SystemExit(f"{command[0]}: {ended.stderr}{ended.stdout}")
    return ended.stdout


if __name__ == "__main__":
    raise SystemExit(main())
