"""What a newcomer sees when the machine is not ready: one sentence with a cure."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(not shutil.which("make"), reason="make is missing")

SYSTEM_PYTHON = Path(sys.base_prefix) / "bin" / "python3"


@pytest.fixture
def project(tmp_path):
    """A fresh copy of what the set-up needs, and nothing of this one's."""
    for name in ("Makefile", "tools", "requirements.txt"):
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, tmp_path / name)
    return tmp_path


def make(
    project: Path, target: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    hidden = ("VIRTUAL_ENV", "PIP_FIND_LINKS", "MAKEFLAGS", "MAKELEVEL")
    ours = {name: value for name, value in os.environ.items() if name not in hidden}
    return subprocess.run(
        ["make", f"PYTHON={environment.pop('python', SYSTEM_PYTHON)}", target],
        cwd=project,
        env=ours | environment,
        capture_output=True,
        text=True,
    )


def test_make_alone_says_what_there_is(project):
    said = make(project, "help").stdout
    for word in ("run", "test", "test-fast", "check", "fix", "pin", "shell"):
        assert f"  {word} " in said


def test_a_missing_venv_module_is_named_with_its_package(project, tmp_path):
    blocked = tmp_path / "blocked"
    blocked.mkdir()
    (blocked / "ensurepip.py").write_text("raise ImportError")
    ended = make(project, ".venv/ready-to-run", PYTHONPATH=str(blocked))
    assert ended.returncode != 0
    assert "apt install python3." in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_missing_python_is_named(project):
    ended = make(project, ".venv/ready-to-run", python="no-such-python")
    assert ended.returncode != 0
    assert "Install Python 3.11 or newer" in ended.stdout


def test_a_folder_that_cannot_be_written_to_is_named(project):
    (project / ".venv").symlink_to("/proc/no-such-folder")
    ended = make(project, ".venv/ready-to-run")
    assert ended.returncode != 0
    assert "cannot be written to" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.services
def test_without_network_it_says_what_to_look_at(project):
    nowhere = "http://127.0.0.1:9/simple"
    (project / "requirements.txt").write_text(
        f"nothing-of-that-name==1.0 --hash=sha256:{'0' * 64}\n"
    )
    ended = make(project, ".venv/ready-to-run", PIP_INDEX_URL=nowhere)
    assert ended.returncode != 0
    assert "Check the network" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not (project / ".venv" / "ready-to-run").exists()
