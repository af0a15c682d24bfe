"""One seed of the crash suite inside the ordinary tests; `make chaos` runs many."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]

pytestmark = [pytest.mark.services, pytest.mark.timeout(300)]


def run(*arguments: str) -> list[dict[str, Any]]:
    database = "postgres" if connection.vendor == "postgresql" else "sqlite"
    ended = subprocess.run(
        [sys.executable, "-m", "tests.chaos", "--database", database, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    return [json.loads(line) for line in ended.stdout.splitlines()]


def test_a_sunday_under_faults_reaches_everyone_once():
    report, total = run("--seeds", "1", "--first", "1", "--readers", "600")
    assert total["duplicated"] == 0
    wrong = ("strangers", "after_leaving", "contradicted", "broken")
    assert not any(report[name] for name in wrong), report
    if report["stuck"]:
        pytest.skip("this machine was too slow to end the seed in its time")
    assert report["ok"], report
    assert total["missing"] == 0
    assert len(report["faults"]) > 3
