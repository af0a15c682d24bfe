"""Run the tests as `make test` promises: on SQLite, then on a real PostgreSQL.

What a machine lacks is said in one plain line each and left out; with CI=true it
is a failure, so that nothing is ever left out unseen.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools import services  # noqa: E402 (found through the line above)

BROWSER = "tests/browser"
TWO_AT_ONCE = ("-n2", "--dist=loadfile")
# Each process reads all of the tests for itself, which takes it ten seconds: a database
# has one, and two of them keep two cores busy.
ALONE = ("-n0",)
OF_PLAIN = (f"--ignore={BROWSER}", "-m", "not services")
PLAIN = (*ALONE, *OF_PLAIN)

REAL = ("DATABASE_URL", "WITNESS_DATABASE_URL", "REDIS_URL", "PORT", "DEBUG")
# With it each process of a run would translate all of the tests for itself.
FORGETFUL = "PYTHONDONTWRITEBYTECODE"

Part = Callable[[], int]


def main() -> int:
    """Run every part, also after one failed; 1 if any did."""
    if "--fast" in sys.argv:
        fast = (*TWO_AT_ONCE, *OF_PLAIN)
        return run("tests without a database", fast, {"TESTS_OF_THE_DATABASE": "none"})
    missing = list(services.missing())
    for line in missing:
        print(f"left out: {line}", flush=True)
    if missing and os.environ.get("CI") == "true":
        print("With CI=true nothing may be left out.")
        return 1
    started = time.monotonic()
    has_postgresql = services.postgresql_folder()
    with services.postgresql() if has_postgresql else nullcontext("") as url:
        failures = migrated_once(lambda: side_by_side(*lanes(url)))
    print(f"→ {time.monotonic() - started:.0f} s in all", flush=True)
    return 1 if failures else 0


def lanes(postgresql: str) -> list[Sequence[Part]]:
    """Return what computes, and what mostly waits: for processes, pages and leases.

    Side by side, the ones use the time that the other waits.
    """
    plain: list[Sequence[Part]] = [[lambda: run("plain tests on SQLite", PLAIN, {})]]
    with_services = with_real_services()
    in_both = (*TWO_AT_ONCE, "-m", "services or browser", BROWSER, *with_services)
    waiting = [lambda: run_unseen("services and browser on SQLite", in_both, {})]
    if postgresql:
        # What asks no database is run on SQLite only; a page looks the same on both.
        there = {"DATABASE_URL": postgresql, "TESTS_OF_THE_DATABASE": "only"}
        plain += [[lambda: run_unseen("plain tests on PostgreSQL", PLAIN, there)]]
        only_services = (*TWO_AT_ONCE, "-m", "services and not browser", *with_services)
        waiting += [lambda: run_unseen("services on PostgreSQL", only_services, there)]
    return [*plain, waiting]


def with_real_services() -> list[str]:
    """Return the files whose tests ask for a real worker or queue.

    Reading all the others to leave them out takes a process seconds.
    """
    files = (ROOT / "tests").rglob("test_*.py")
    marked = [file for file in files if "mark.services" in file.read_text()]
    return sorted(str(file.relative_to(ROOT)) for file in marked)


def migrated_once(parts: Part) -> int:
    """Run the parts with one folder for what they may copy (see tests/migrated.py)."""
    with tempfile.TemporaryDirectory(dir=in_memory()) as folder:
        os.environ["MIGRATED_DATABASES"] = folder
        return parts()


def in_memory() -> str | None:
    """Return a place where a database is quick, on a machine that has one."""
    place = "/dev/shm"  # noqa: S108 (a folder of a name of its own is made there)
    return place if os.access(place, os.W_OK) else None


def side_by_side(*parts: Sequence[Part]) -> int:
    """Run each row of parts in its order, the rows at once; count the failures."""

    def one_by_one(row: Sequence[Part]) -> int:
        return sum(part() for part in row)

    with ThreadPoolExecutor(len(parts)) as threads:
        return sum(threads.map(one_by_one, parts))


def run_unseen(title: str, arguments: tuple[str, ...], wanted: dict[str, str]) -> int:
    """Run pytest and show what it said when it is done, not between other lines."""
    print(f"→ {title}: begun, what it says comes when it is done", flush=True)
    with tempfile.TemporaryFile() as said:
        failed = run(title, arguments, wanted, said.fileno())
        said.seek(0)
        sys.stdout.buffer.write(said.read())
        sys.stdout.flush()
    return failed


def run(
    title: str,
    arguments: tuple[str, ...],
    environment: dict[str, str],
    output: int | None = None,
) -> int:
    """Run pytest once; 0 when all passed."""
    started = time.monotonic()
    if output is None:
        print(f"→ {title}", flush=True)
    command = [sys.executable, "-m", "pytest", "-q", *arguments]
    # The databases and queues of this machine are no place for tests.
    left_out = {*REAL, FORGETFUL}
    ours = {name: value for name, value in os.environ.items() if name not in left_out}
    ended = subprocess.run(  # noqa: S603 (our own words only)
        command, cwd=ROOT, env=ours | environment, stdout=output
    )
    took = time.monotonic() - started
    outcome = "something failed" if ended.returncode else "all passed"
    print(f"→ {title}: {outcome} in {took:.0f} s", flush=True)
    return int(ended.returncode != 0)


if __name__ == "__main__":
    raise SystemExit(main())
