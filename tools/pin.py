"""Compile requirements*.in into requirements*.txt, with every hash.

uv does it in a throwaway folder, for all platforms at once. Where packages are
fetched from is this machine's own business and is never written down.
"""

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = "uv==0.13.9"
PAIRS = (
    ("requirements.in", "requirements.txt"),
    ("requirements-dev.in", "requirements-dev.txt"),
)


def main() -> None:
    """Compile both files, the developers' one bound to the other."""
    with tempfile.TemporaryDirectory() as folder:
        print("→ making a throwaway folder with uv", flush=True)
        venv.create(folder, with_pip=True)
        run(f"{folder}/bin/python", "-m", "pip", "install", "--quiet", UV)
        for source, target in PAIRS:
            print(f"→ {source} → {target}", flush=True)
            compile_one(f"{folder}/bin/uv", source, target)


def compile_one(uv: str, source: str, target: str) -> None:
    """Write one file of exact versions and hashes; keep versions that still fit."""
    run(
        *(uv, "pip", "compile", "--quiet", "--universal", "--generate-hashes"),
        *("--python-version", "3.11", "--no-header"),
        *("--output-file", target, source),
        *(("--upgrade",) if os.environ.get("UPGRADE") else ()),
    )


def run(*command: str) -> None:
    """Run it here; end with its own words when it fails."""
    ended = subprocess.run(command, cwd=ROOT)  # noqa: S603
    if ended.returncode:
        sys.exit(ended.returncode)


if __name__ == "__main__":
    main()
