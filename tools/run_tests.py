"""Run the tests as `make test` promises: on SQLite, then on a real PostgreSQL.

What a machine lacks is said in one plain line each and left out; with CI=true it
is a failure, so that nothing is ever left out unseen.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools import services  # noqa: E402 (found through the line above)

TWO_AT_ONCE = ("-n2", "--dist=loadfile")
PLAIN = (*TWO_AT_ONCE, "-m", "not services and not browser")
# They mostly wait: for processes to start, for pages, for leases to end.
WITH_SERVICES = (*TWO_AT_ONCE, "-m", "services or browser")
WITHOUT_BROWSER = (*TWO_AT_ONCE, "-m", "services and not browser")

REAL = ("DATABASE_URL", "WITNESS_DATABASE_URL", "REDIS_URL", "PORT", "DEBUG")


def main() -> int:
    """Run every part, also after one failed; 1 if any did."""
    if "--fast" in sys.argv:
        return run("fast tests on SQLite", PLAIN, {})
    missing = list(services.missing())
    for line in missing:
        print(f"left out: {line}", flush=True)
    if missing and os.environ.get("CI") == "true":
        print("With CI=true nothing may be left out.")
        return 1
    started = time.monotonic()
    failures = run("plain tests on SQLite", PLAIN, {})
    failures += run("services and browser on SQLite", WITH_SERVICES, {})
    failures += on_postgresql()
    print(f"→ {time.monotonic() - started:.0f} s in all", flush=True)
    return 1 if failures else 0


def on_postgresql() -> int:
    """Run all but the browser on a PostgreSQL of our own; count the failures."""
    if not services.postgresql_folder():
        return 0
    with services.postgresql() as url:
        # What asks no database was run a moment ago.
        there = {"DATABASE_URL": url, "ONLY_TESTS_OF_THE_DATABASE": "1"}
        return run("plain tests on PostgreSQL", PLAIN, there) + run(
            "services on PostgreSQL", WITHOUT_BROWSER, there
        )


def run(title: str, arguments: tuple[str, ...], environment: dict[str, str]) -> int:
    """Run pytest once; 0 when all passed."""
    print(f"→ {title}", flush=True)
    command = [sys.executable, "-m", "pytest", "-q", *arguments]
    # The databases and queues of this machine are no place for tests.
    ours = {name: value for name, value in os.environ.items() if name not in REAL}
    ended = subprocess.run(command, cwd=ROOT, env=ours | environment)  # noqa: S603
    return int(ended.returncode != 0)


if __name__ == "__main__":
    raise SystemExit(main())
