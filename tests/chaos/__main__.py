"""``python -m tests.chaos --seeds 30``: one JSON line a seed, and a total."""

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psycopg

from tests.chaos.one import TIMES
from tests.chaos.plan import (
    FAVOURITES,
    ONLY_ON_POSTGRESQL,
    ONLY_WITH_A_SERVER,
    OUTSIDE,
    PROVIDER_FAULTS,
    SMTP_FAULTS,
    Plan,
)
from tests.chaos.provider import SIGNING_KEY, WEBHOOK_SECRET
from tools import services

ROOT = Path(__file__).resolve().parents[2]
SWITCHES = ("intent", "guard", "quarantine", "witness", "unique")
# From this many seeds on, each kind of fault must have happened somewhere.
ENOUGH_SEEDS = 20
CHANCE_OF_A_KILL = {"merge": "0.04", "smtp": "0.01"}
# Past its lease, the quarantine and the search: others have sent it again by then.
STANDSTILL_SECONDS = "22"
# What shows that a safety is missing must happen for certain, and nothing beside it.
CHANCE_WITHOUT = {"intent": "0.25", "guard": "0"}
GIVE_UP_SECONDS = 360


def main() -> int:
    """Run the seeds; 1 when any of them went wrong."""
    wanted = _arguments()
    if wanted.guard:
        return _mutation_guard(wanted)
    reports = list(_run(wanted, range(wanted.first, wanted.first + wanted.seeds)))
    total = _total(reports, wanted)
    print(json.dumps(total), flush=True)
    return 0 if total["ok"] else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--broker", choices=("valkey", "filesystem"), default="valkey")
    parser.add_argument("--mode", choices=("merge", "smtp"), default="merge")
    parser.add_argument("--readers", type=int, default=1500)
    parser.add_argument("--at-once", type=int, default=1, metavar="SEEDS")
    parser.add_argument("--without", choices=SWITCHES, default="")
    parser.add_argument("--guard", action="store_true", help="prove that it can fail")
    parser.add_argument("--keep", action="store_true", help="leave the folders")
    return parser.parse_args()


def _run(wanted: argparse.Namespace, seeds: range) -> Iterator[dict[str, Any]]:
    with contextlib.ExitStack() as stack:
        server = ""
        if wanted.database == "postgres":
            # As in production: what is committed survives a crash of the server.
            server = stack.enter_context(services.postgresql("-c fsync=off"))

        def run(seed: int) -> dict[str, Any]:
            plan = Plan.of(
                seed,
                database=wanted.database,
                broker=wanted.broker,
                mode=wanted.mode,
                without=wanted.without,
                readers=wanted.readers,
            )
            report = _one(plan, server, keep=wanted.keep)
            print(json.dumps(report), flush=True)
            return report

        if wanted.guard:
            # Whoever asked stops at the first that fails.
            yield from map(run, seeds)
        else:
            with ThreadPoolExecutor(wanted.at_once) as threads:
                yield from threads.map(run, seeds)


def _one(plan: Plan, server: str, *, keep: bool) -> dict[str, Any]:
    folder = Path(tempfile.mkdtemp(prefix=f"chaos-{plan.seed}-"))
    began = time.monotonic()
    (folder / "data").mkdir()
    (folder / "data" / "static").mkdir()
    (folder / "fired").touch()
    said = _last_line_of_one(plan, folder, server)
    what_went_wrong = (folder / "one.log").read_text()[-2000:]
    if keep:
        what_went_wrong = str(folder)
    else:
        shutil.rmtree(folder, ignore_errors=True)
    try:
        report: dict[str, Any] = json.loads(said)
    except ValueError:
        report = {"seed": plan.seed, "ok": False, "error": what_went_wrong}
    return report | {"whole_seconds": round(time.monotonic() - began, 1)}


def _last_line_of_one(plan: Plan, folder: Path, server: str) -> str:
    """Run one seed in a process of its own; "" when it says nothing in time."""
    with (folder / "one.log").open("w") as log:
        try:
            ended = subprocess.run(
                [sys.executable, "-m", "tests.chaos.one", json.dumps(asdict(plan))],
                cwd=ROOT,
                env=_environment(plan, folder, server),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                timeout=GIVE_UP_SECONDS,
                check=False,
                text=True,
            )
        except subprocess.TimeoutExpired:
            print(f"given up after {GIVE_UP_SECONDS} s", file=log)
            return ""
    return next(reversed(ended.stdout.splitlines()), "")


def _environment(plan: Plan, folder: Path, server: str) -> dict[str, str]:
    kept = ("PATH", "HOME", "LANG", "VIRTUAL_ENV", "PYTHONDONTWRITEBYTECODE")
    ours = {name: os.environ[name] for name in kept if name in os.environ}
    return {
        **ours,
        **TIMES,
        "DJANGO_SETTINGS_MODULE": "newsletter.settings",
        "DATA_DIR": str(folder / "data"),
        "DATABASE_URL": _database(server) if server else "",
        "SITE_URL": "http://localhost:8000",
        "SECRET_KEY": "secret-of-the-chaos-that-is-long-enough-for-django-checks",
        "LINK_KEYS": "link-key-of-the-chaos",
        "ADDRESS_PEPPER": "pepper-of-the-chaos",
        "EMAIL_PROVIDER": "mailgun" if plan.mode == "merge" else "smtp",
        "ANYMAIL_MAILGUN_API_KEY": "key-of-the-chaos",
        "ANYMAIL_MAILGUN_SENDER_DOMAIN": "nieuws.example.nl",
        "ANYMAIL_MAILGUN_WEBHOOK_SIGNING_KEY": SIGNING_KEY,
        "ANYMAIL_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "CHAOS_SEED": str(plan.seed),
        "CHAOS_FIRED": str(folder / "fired"),
        "CHAOS_KILLS": CHANCE_WITHOUT.get(plan.without, CHANCE_OF_A_KILL[plan.mode]),
        "CHAOS_STANDSTILLS": "0.2" if plan.without == "guard" else "0.01",
        "CHAOS_FAVOURITE": plan.favourite,
        "CHAOS_STANDSTILL_SECONDS": STANDSTILL_SECONDS,
        "CHAOS_WITHOUT": plan.without,
        "LOG_LEVEL": "ERROR",
    }


def _database(server: str) -> str:
    name = f"chaos_{uuid.uuid4().hex[:10]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return server.replace("/postgres", f"/{name}", 1)


# --- What it comes to ---


def _total(reports: list[dict[str, Any]], wanted: argparse.Namespace) -> dict[str, Any]:
    fired: Counter[str] = Counter()
    for report in reports:
        fired.update(report.get("faults", {}))
    never = sorted(_expected(wanted) - set(fired)) if _is_enough(wanted) else []
    return {
        "total": len(reports),
        "failed": [report["seed"] for report in reports if not report["ok"]],
        **{
            name: sum(report.get(name, 0) for report in reports)
            for name in ("deliveries", "duplicated", "missing", "unknown")
        },
        "faults": dict(sorted(fired.items())),
        "never_fired": never,
        "ok": not never and all(report["ok"] for report in reports),
    }


def _is_enough(wanted: argparse.Namespace) -> bool:
    return wanted.seeds >= ENOUGH_SEEDS and not wanted.without


def _expected(wanted: argparse.Namespace) -> set[str]:
    kinds = set(OUTSIDE) | set(FAVOURITES) | {"backup", "restore", "stop"}
    if wanted.mode == "merge":
        kinds |= {f"provider: {kind}" for kind in PROVIDER_FAULTS}
        kinds |= {"provider: partial refusal"}
    else:
        kinds |= {f"smtp: {kind}" for kind in SMTP_FAULTS}
        kinds -= {"kill after reconciling"}
    if wanted.broker != "valkey":
        kinds -= set(ONLY_WITH_A_SERVER)
    if wanted.database != "postgres":
        kinds -= set(ONLY_ON_POSTGRESQL)
    return kinds


def _mutation_guard(wanted: argparse.Namespace) -> int:
    """Leave out one safety at a time; each must make some seed fail."""
    blind = []
    for switch in SWITCHES if wanted.database == "postgres" else SWITCHES[:-1]:
        wanted.without = switch
        seeds = range(wanted.first, wanted.first + wanted.seeds)
        if all(report["ok"] for report in _until_one_fails(wanted, seeds)):
            blind.append(switch)
    print(json.dumps({"guard": "bites" if not blind else "blind", "blind": blind}))
    return 1 if blind else 0


def _until_one_fails(
    wanted: argparse.Namespace, seeds: range
) -> Iterator[dict[str, Any]]:
    for report in _run(wanted, seeds):
        yield report
        if not report["ok"]:
            return


if __name__ == "__main__":
    raise SystemExit(main())
