"""``python -m tools.compare_mjml``: our mails through the reference engine of MJML too.

Ours is mjml-python (mrml), fast and without Node. This says whether a reader would get
the same words, headings, links and pictures from the engine of MJML's own makers.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TypedDict
from unittest import mock

import django

from tools.compare_mjml.structure import Structure

ROOT = Path(__file__).resolve().parents[2]
VERSION = "4.18.0"
# Beside our own packages and never among them.
FOLDER = ROOT / ".venv" / f"mjml-{VERSION}"


class Made(TypedDict):
    """What the reference engine made of one source, and what it remarked."""

    html: str
    remarks: list[str]


def main() -> int:
    """Compare the golden issue and every block alone; 1 if any differs."""
    missing = [program for program in ("node", "npm") if shutil.which(program) is None]
    if missing:
        print(f"left out: {' and '.join(missing)} not found (Debian: apt install npm)")
        return 0
    _install()
    names, sources, ours = zip(*_mails(), strict=True)
    theirs = _reference(list(sources))
    failures = 0
    for name, html, reference in zip(names, ours, theirs, strict=True):
        found = _apart(html, reference)
        failures += bool(found)
        print(f"{'differs' if found else 'same   '}  {name}")
        for line in found:
            print(f"         {line}")
    return 1 if failures else 0


def _install() -> None:
    if (FOLDER / "node_modules" / "mjml").is_dir():
        return
    print(f"→ mjml {VERSION}, once, into {FOLDER.relative_to(ROOT)}", flush=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    quietly = ("--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")
    npm = ("npm", "install", f"--prefix={FOLDER}", *quietly, f"mjml@{VERSION}")
    subprocess.run(npm, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 (our own words)


def _mails() -> Iterator[tuple[str, str, str]]:
    """Give the name, the MJML and our own HTML of each mail."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsletter.settings")
    django.setup()
    from newsletter.markup import html_from_mjml
    from newsletter.rendering import email
    from tests.newsletter.rendering.content import an_issue, every_kind

    issue = an_issue()
    blocks = every_kind()
    mails = {"the golden issue": blocks, "an issue without blocks": []}
    for place, block in enumerate(blocks, 1):
        mails[f"{place}. {block.KIND}"] = [block]
    for name, parts in mails.items():
        with mock.patch.object(email, "html_from_mjml", wraps=html_from_mjml) as engine:
            email.render(issue, parts, strict=True)
        source = str(engine.call_args.args[0])
        yield name, source, html_from_mjml(source)


def _reference(sources: list[str]) -> list[Made]:
    script = Path(__file__).with_name("reference.mjs")
    done = subprocess.run(  # noqa: S603 (our own words)
        ["node", str(script)],  # noqa: S607 (wherever it was installed)
        cwd=FOLDER,
        input=json.dumps(sources),
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    made: list[Made] = json.loads(done.stdout)
    return made


def _apart(ours: str, reference: Made) -> list[str]:
    found = Structure.of(ours).differences(Structure.of(reference["html"]))
    return found + [f"remark: {one}" for one in reference["remarks"]]


if __name__ == "__main__":
    sys.exit(main())
